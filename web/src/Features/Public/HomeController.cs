using GrantPortal.Data;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Public;

/// <summary>What the subsidy is, for whom, until when and how much; the privacy notice.</summary>
[Permit(Permission.Public)]
public sealed class HomeController(Database database, TimeProvider time) : PortalController
{
    [HttpGet("/")]
    public async Task<IActionResult> Home(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var care = await Intake.ReadAsync(database, Programme.Care, now, cancel);
        var medical = await Intake.ReadAsync(database, Programme.Medical, now, cancel);
        return View(new HomePage(care, medical));
    }

    [HttpGet("/privacy")]
    public IActionResult Privacy() => View();
}

/// <summary>The home page. A programme without any year is not told about.</summary>
public sealed record HomePage(Intake? Care, Intake? Medical)
{
    public IEnumerable<Intake> Programmes => new[] { Care, Medical }.OfType<Intake>();
}

/// <summary>A programme's card on the home page.</summary>
/// <param name="TellsNotice">False where the page has told it already, for both programmes at once.</param>
public sealed record ProgrammeEntry(Intake Intake, bool TellsNotice);

/// <summary>The way into an application, on the home page and below a simulated amount.</summary>
/// <param name="Large">As the main thing of its place.</param>
public sealed record StartLink(Intake Intake, bool Large = false);
