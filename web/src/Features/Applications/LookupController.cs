using GrantPortal.Data;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Small answers for the forms' scripts: the master by number, banks and branches by code or name.</summary>
[Permit(Permission.Apply)]
[Route("lookup")]
public sealed class LookupController(OfficeQueries offices, BankQueries banks) : PortalController
{
    [HttpGet("office")]
    public async Task<IActionResult> Office(string? programme, string? number, CancellationToken cancel)
    {
        if (Codes.From<Programme>(programme) is not { } chosen || await offices.FindAsync(chosen, number ?? "", cancel) is not { } known) return NoContent();
        return Json(new { known.Name, known.Address, known.Phone, known.Services });
    }

    [HttpGet("banks")]
    public async Task<IActionResult> Banks(string? text, CancellationToken cancel) => Json(await banks.SearchBanksAsync(Bounded(text), cancel));

    [HttpGet("branches")]
    public async Task<IActionResult> Branches(string? bank, string? text, CancellationToken cancel) =>
        Json(await banks.SearchBranchesAsync(Bounded(bank), Bounded(text), cancel));

    private static string Bounded(string? text) => text is { Length: > 50 } ? text[..50] : text ?? "";
}
