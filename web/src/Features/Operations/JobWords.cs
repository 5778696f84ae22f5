using System.Text.RegularExpressions;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Import;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Features.Mails;
using GrantPortal.Web.Features.Members;
using GrantPortal.Web.Features.Overview;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Features.Routing;

namespace GrantPortal.Web.Features.Operations;

/// <summary>Jobs as an operator reads them.</summary>
public static partial class JobWords
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [Mail.Kind] = "メールの送信",
        [Mail.DigestKind] = "1日1通のメールを待つお知らせ",
        [LinkMail.JobKind] = "リンクをお送りするメール",
        [InvitationMailJob.JobKind] = "招待のメール",
        [PrintLetterJob.JobKind] = "通知書のPDF作成",
        [ApplicantDigestJob.JobKind] = "申請者への1日1通のメール",
        [StaffDigestJob.JobKind] = "職員への毎朝のメール",
        [FiguresJob.JobKind] = "集計の更新",
        [DraftReminderJob.JobKind] = "下書きの期限のお知らせ",
        [ReturnReminderJob.JobKind] = "差戻しの期限のお知らせ",
        [HandBackJob.JobKind] = "不在の方の案件の割り振り",
        [CoverJob.JobKind] = "班への割り振り",
        [OfficeImportJob.JobKind] = "事業所台帳の取り込み",
        [ReadReceiptJob.JobKind] = "領収書の読み取り",
        [ReceiptReuseJob.JobKind] = "領収書の重複の確認",
        [OrphanSweep.JobKind] = "不要なファイルの削除",
        [InspectDocumentJob.JobKind] = "書類の検査",
        [ScanDocumentJob.JobKind] = "書類のウイルス検査",
        [ReconcileJob.JobKind] = "データベースとファイルの照合",
        [RetentionJob.JobKind] = "保存期間が過ぎた記録の削除",
        [DraftDeletionJob.JobKind] = "下書きの削除のお知らせ",
    };

    /// <summary>In Japanese; a kind of another version by its own name.</summary>
    public static string NameOf(string kind) => Names.GetValueOrDefault(kind, kind);

    /// <summary>Addresses of mail with their first character and their host: enough to recognise one, not to learn it.</summary>
    public static string Masked(string text) => Address().Replace(text, match => $"{match.Groups["first"].Value}***@{match.Groups["host"].Value}");

    /// <summary>As in 「3時間」, rounded down.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "1分未満",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes}分",
        { TotalDays: < 2 } => $"{(int)age.TotalHours}時間",
        _ => $"{(int)age.TotalDays}日",
    };

    /// <summary>As in 「100,000件以上」.</summary>
    public static string Count(int count) => count >= JobOverview.MostCounted ? $"{count:#,0}件以上" : $"{count:#,0}件";

    [GeneratedRegex(@"(?<first>[\p{L}\p{N}_.+\-])[\p{L}\p{N}_.+\-]*@(?<host>[\p{L}\p{N}.\-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
