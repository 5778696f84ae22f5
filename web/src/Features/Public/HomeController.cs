using GrantPortal.Data;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
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
        await using var connection = await database.OpenAsync(cancel);
        return View(new HomePage(care, medical, HomeAnnouncement.From(await ProgrammeYearStore.AnnouncedAsync(connection, cancel))));
    }

    [HttpGet("/privacy")]
    public IActionResult Privacy() => View();
}

/// <summary>The home page. A programme without any year is not told about.</summary>
public sealed record HomePage(Intake? Care, Intake? Medical, IReadOnlyList<HomeAnnouncement> Announcements)
{
    public IEnumerable<Intake> Programmes => new[] { Care, Medical }.OfType<Intake>();
}

/// <summary>お知らせ, once where several years say the same.</summary>
/// <param name="Of">The years it is about, as in 「令和8年度 介護事業所」.</param>
public sealed record HomeAnnouncement(string Text, DateOnly On, string Of)
{
    /// <param name="years">Each with an announcement, the latest first.</param>
    internal static IReadOnlyList<HomeAnnouncement> From(IEnumerable<ProgrammeYear> years) =>
        [.. years.GroupBy(y => y.Announcement!.Text).Select(same => new HomeAnnouncement(same.Key, JapanTime.DateOf(same.Max(y => y.Announcement!.At)), string.Join('、', same.Select(y => y.FullName))))];
}

/// <summary>A programme's card on the home page.</summary>
/// <param name="TellsNotice">False where the page has told it already, for both programmes at once.</param>
public sealed record ProgrammeEntry(Intake Intake, bool TellsNotice);

/// <summary>The way into an application, on the home page and below a simulated amount.</summary>
/// <param name="Large">As the main thing of its place.</param>
public sealed record StartLink(Intake Intake, bool Large = false);
