using GrantPortal.Data;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace GrantPortal.Web.Features.Public;

/// <summary>「いくら受けられますか」: a GET form whose address can be kept and passed on.</summary>
[Permit(Permission.Public)]
[EnableRateLimiting(ProcessLimits.Simulator)]
public sealed class SimulatorController(Database database, TimeProvider time) : PortalController
{
    [HttpGet("/simulator/care")]
    public async Task<IActionResult> Care([FromQuery] CareQuestion question, CancellationToken cancel)
    {
        if (await Intake.ReadAsync(database, Programme.Care, time.GetUtcNow(), cancel) is not { } intake) return NotFound();
        var page = new Simulation<CareQuestion, CareAnswer>(intake, question, null);
        if (!Asked("services", "readers", "readerCost", "supportCost")) return View(page);
        var problems = new Problems();
        var answer = question.Answer(intake.Year, problems);
        return answer is null ? Invalid(nameof(Care), page, problems.Errors) : View(page with { Answer = answer });
    }

    [HttpGet("/simulator/medical")]
    public async Task<IActionResult> Medical([FromQuery] MedicalQuestion question, CancellationToken cancel)
    {
        if (await Intake.ReadAsync(database, Programme.Medical, time.GetUtcNow(), cancel) is not { } intake) return NotFound();
        var page = new Simulation<MedicalQuestion, MedicalAnswer>(intake, question, null);
        if (!Asked("kind", "beds", "cost")) return View(page);
        var problems = new Problems();
        var answer = question.Answer(intake.Year, problems);
        return answer is null ? Invalid(nameof(Medical), page, problems.Errors) : View(page with { Answer = answer });
    }

    /// <summary>False on the first visit: nothing of the form is in the address.</summary>
    private bool Asked(params ReadOnlySpan<string> own)
    {
        foreach (var name in own)
            if (Request.Query.ContainsKey(name)) return true;
        return Request.Query.ContainsKey("donation") || Request.Query.ContainsKey("otherIncome") || Request.Query.ContainsKey("nonprofit");
    }
}
