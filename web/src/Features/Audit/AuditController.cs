using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Overview;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace GrantPortal.Web.Features.Audit;

/// <summary>監査記録: who signed in, looked, exported, changed something or was denied. Searched and exported, never changed.</summary>
[Route("audit")]
[Permit(Permission.ReadAudit)]
public sealed class AuditController(Database database, AuditLog audit, TimeProvider clock) : PortalController
{
    private static readonly string[] Head =
        ["番号", "日時", "操作した方", "メールアドレス", "操作した方の番号", "操作", "操作のコード", "対象の種類", "対象", "IPアドレス", "詳細"];

    [HttpGet("")]
    public async Task<IActionResult> Index([FromQuery] AuditAddress address, CancellationToken cancel)
    {
        var problems = new Problems();
        if (address.Read(problems) is not { } filter) return Invalid("Audit", new AuditPage(address, [], More: false, TooMany: false), problems.Errors);
        var lines = await database.ReadAsync(
            async connection => await WithPeopleAsync(connection, filter, address.Who) is { } whole ? await AuditQueries.PageAsync(connection, whole, address.Position, AuditPage.Size + 1) : null,
            cancel);
        if (lines is null) return View("Audit", new AuditPage(address, [], More: false, TooMany: true));
        return View("Audit", new AuditPage(address, [.. lines.Take(AuditPage.Size)], lines.Count > AuditPage.Size, TooMany: false));
    }

    /// <summary>CSVで書き出す. Streamed line by line; that it was begun, and how many lines it had, stands in the audit.</summary>
    [HttpGet("export")]
    public async Task<IActionResult> Export([FromQuery] AuditAddress address, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        // What the page cannot answer, it says there.
        if (address.Read(new Problems()) is not { } filter || await WithPeopleAsync(connection, filter, address.Who) is not { } whole) return Redirect((address with { After = null }).ToString());
        var query = (address with { After = null }).Query;
        await audit.AppendAsync(new AuditEntry(Actor, "export", "audit", null, HttpContext.Address(), new { query }), cancel);
        Response.ContentType = "text/csv; charset=utf-8";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(string.Create(CultureInfo.InvariantCulture, $"監査記録_{JapanTime.DateOf(clock.GetUtcNow()):yyyyMMdd}.csv"));
        Response.Headers.ContentDisposition = disposition.ToString();
        Response.Headers.CacheControl = "private, no-store";
        var rows = 0;
        await using (var csv = new Csv(Response.Body))
        {
            await csv.WriteAsync(Head, cancel);
            await foreach (var line in AuditQueries.ReadAsync(connection, whole).WithCancellation(cancel))
            {
                await csv.WriteAsync(Values(line), cancel);
                rows++;
            }
        }
        await audit.AppendAsync(new AuditEntry(Actor, "export-done", "audit", null, HttpContext.Address(), new { query, rows }), cancel);
        return new EmptyResult();
    }

    /// <returns>Null where the part of a name means too many.</returns>
    private static async Task<AuditFilter?> WithPeopleAsync(NpgsqlConnection connection, AuditFilter filter, string? who)
    {
        if (string.IsNullOrWhiteSpace(who)) return filter;
        var people = await AuditQueries.PeopleAsync(connection, who);
        if (people.Count > AuditQueries.MostPeople) return null;
        // The portal has no account.
        return filter with { People = JapaneseText.SearchKey(Actor.Portal.Name).Contains(JapaneseText.SearchKey(who), StringComparison.Ordinal) ? [.. people, Actor.Portal.UserId] : people };
    }

    private static object?[] Values(AuditLine line) =>
    [
        line.Id, JapanTime.At(line.At).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), AuditPage.NameOf(line), line.ActorEmail, line.ActorId?.ToString(),
        AuditWords.ActionName(line.Action), line.Action, AuditWords.KindName(line.ObjectKind), line.ObjectId, line.Address, line.Detail,
    ];
}
