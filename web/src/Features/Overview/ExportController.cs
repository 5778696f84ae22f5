using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Overview;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Features.Overview;

/// <summary>CSVで書き出す: a list of the queue as it is filtered, however long.</summary>
[Route("review/export")]
[Permit(Permission.Export)]
public sealed class ExportController(Database database, AuditLog audit, TimeProvider clock) : PortalController
{
    private static readonly string[] Head =
    [
        "受付番号", "状態", "事業", "都道府県", "事業所番号・医療機関コード", "名称", "申請者", "申請額（円）", "交付決定額（円）", "受付日時", "目安の日", "回答期限", "決定日時", "班", "担当",
        "差戻しあり", "番号の申し出あり", "自動確認で否", "領収書の重複",
    ];

    /// <summary>Takes the queue's address. Streamed row by row; that it was begun, and how many rows it had, stands in the audit.</summary>
    [HttpGet("")]
    public async Task ExportAsync([FromQuery] QueueAddress address, CancellationToken cancel)
    {
        var today = JapanTime.DateOf(clock.GetUtcNow());
        var filter = address.Filter(Actor, today);
        var query = (address with { After = null, Sort = null }).Query;
        await audit.AppendAsync(new AuditEntry(Actor, "export", "applications", null, HttpContext.Address(), new { query }), cancel);
        Response.ContentType = "text/csv; charset=utf-8";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(string.Create(CultureInfo.InvariantCulture, $"申請一覧_{today:yyyyMMdd}.csv"));
        Response.Headers.ContentDisposition = disposition.ToString();
        Response.Headers.CacheControl = "private, no-store";
        var rows = 0;
        await using (var csv = new Csv(Response.Body))
        {
            await csv.WriteAsync(Head, cancel);
            await using var connection = await database.OpenAsync(cancel);
            if (filter.Search is not { IsTooShort: true })
            {
                await foreach (var line in QueueExport.ReadAsync(connection, filter).WithCancellation(cancel))
                {
                    await csv.WriteAsync(Values(line), cancel);
                    rows++;
                }
            }
        }
        await audit.AppendAsync(new AuditEntry(Actor, "export-done", "applications", null, HttpContext.Address(), new { query, rows }), cancel);
    }

    private static object?[] Values(ExportLine line) =>
    [
        line.ReceiptNumber, line.Status.Name(), line.Programme == Programme.Care ? "介護" : "医療", Prefectures.NameOf(line.Prefecture) ?? line.Prefecture, line.Number, line.Name, line.ApplicantName,
        line.AppliedYen, line.GrantedYen, Moment(line.ReceivedAt), line.DueOn == DateOnly.MaxValue ? null : Day(line.DueOn), Day(line.AnswerBy), Moment(line.DecidedAt), line.TeamName, line.ReviewerName,
        line.ReturnedBefore ? "○" : null, line.Reported ? "○" : null, line.CheckFailed ? "○" : null, line.ReceiptReused ? "○" : null,
    ];

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Moment(DateTimeOffset? at) => at is { } moment ? JapanTime.At(moment).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : null;
}
