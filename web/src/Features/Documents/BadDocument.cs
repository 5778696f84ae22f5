using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Documents;

/// <summary>A file was found unusable or dangerous after it had been taken: its case is marked, the audit knows, and who has to do something is told.</summary>
public sealed class BadDocument(IOptions<PortalOptions> portal)
{
    /// <param name="found">The words to the applicant of an unusable file; the scanner's name of what it found in a dangerous one.</param>
    public async Task ReportAsync(NpgsqlConnection connection, CheckedDocument document, DocumentState state, string found, DateTimeOffset now)
    {
        if (await DocumentChecks.CaseAsync(connection, document.Id) is not { } about) return;
        await DocumentChecks.FailCaseAsync(connection, document.Id);
        await AuditLog.AppendAsync(
            connection, new AuditEntry(null, state == DocumentState.Quarantined ? "document-quarantined" : "document-unusable", "document", document.Id.ToString(), Detail: new { application = about.ApplicationId, found }), now);
        // Of a file that stands on the page they are working on, the page itself says that it is unusable.
        if (state == DocumentState.Unusable && about.ReceiptNumber is null) return;
        var words = state == DocumentState.Quarantined ? DocumentStates.QuarantinedWords : found;
        var key = $"document:{document.Id}:{state.Code()}";
        var jobs = about.MailTo.Select(to =>
        {
            var mail = ToApplicant(to.Email, document, about, words);
            return to.Daily ? mail.ToDigest($"{key}:{to.UserId}", to.UserId, now) : mail.ToJob($"{key}:{to.UserId}", now);
        });
        if (about is { StaffMail: { } clerk, Submitted: true }) jobs = jobs.Append(ToClerk(clerk, document, about, state).ToJob($"{key}:clerk", now));
        await JobQueue.EnqueueAsync(connection, [.. jobs]);
    }

    private Mail ToApplicant(string to, CheckedDocument document, DocumentCase about, string words) => new(to, $"【{portal.Value.Name}】提出された書類を確認できませんでした",
        $"""
        アップロードされた書類を検査したところ、使えないことがわかりました。

        {(about.ReceiptNumber is { } number ? $"　受付番号　：{number}" : "　申請　　　：下書き（まだ提出されていません）")}
        　書類　　　：{document.Kind.Name()}
        　ファイル　：{document.FileName}

        {words}

        {(about.Submitted ? "審査が始まる前であれば、次のページの「内容を変更する」からファイルを差し替えて、もう一度申請してください。審査が始まっているときは、審査担当からの差戻しのお知らせをお待ちください。" : "次のページから、ファイルを差し替えてください。")}
        {new Uri(portal.Value.PublicUrl, $"/applications/{about.ApplicationId}")}
        """);

    private Mail ToClerk(string to, CheckedDocument document, DocumentCase about, DocumentState state) => new(to, $"【{portal.Value.Name}】担当案件の書類が検査で「{state.Name()}」になりました",
        $"""
        次の案件の書類は、検査の結果「{state.Name()}」となりました。開くことはできません。差し戻して、差し替えるよう伝えてください。

        　受付番号　：{about.ReceiptNumber}
        　書類　　　：{document.Kind.Name()}

        {new Uri(portal.Value.PublicUrl, $"/review/{about.ApplicationId}")}
        """);
}
