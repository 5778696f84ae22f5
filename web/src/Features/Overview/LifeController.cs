using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Letters;
using GrantPortal.Data.Overview;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Overview;

/// <summary>全記録.</summary>
public sealed record LifePage(Dossier Dossier, Life Life, IReadOnlyList<StoredLetter> Letters, DateTimeOffset PrintedAt, string PrintedBy)
{
    public Application Application => Dossier.Application;

    public string NameOf(ReturnedItem item) => ApplicationItems.For(Dossier.Year).FirstOrDefault(i => i.Key == item.Key)?.Name ?? item.Key;

    /// <summary>In words; an action without any is shown as it is kept.</summary>
    public static string NameOf(LifeAccess access) => access.Action switch
    {
        "view-case" => "案件を開いた",
        "view-document" => "書類を開いた",
        "view-letter" => "通知書を開いた",
        "view-letter-pdf" => "通知書のPDFを開いた",
        "view-life" => "全記録を開いた",
        "account-number-read" => "口座番号を表示した",
        _ => access.Action,
    };
}

/// <summary>監査: the whole life of one application on one page to print.</summary>
[Route("review/{id:guid}/life")]
[Permit(Permission.ReadLife)]
public sealed class LifeController(Database database, AuditLog audit, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Life(Guid id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await DossierStore.LoadAsync(connection, id, Actor, now) is not { } dossier) return NotFound();
        var (life, letters) = await LifeQueries.ReadAsync(connection, id, dossier.Application.Submissions, Actor);
        await audit.AppendAsync(new AuditEntry(Actor, "view-life", "application", id.ToString(), HttpContext.Address()), cancel);
        return View("Life", new LifePage(dossier, life, letters, now, Actor.Name));
    }
}
