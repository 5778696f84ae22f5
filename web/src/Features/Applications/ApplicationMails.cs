using System.Globalization;
using System.Text;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Letters;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Applications;

/// <summary>The mails about an application: what happened, what to do, until when. The worker adds contact desk and privacy notice.</summary>
public sealed class ApplicationMails(IOptions<PortalOptions> portal)
{
    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja-JP");

    /// <summary>One job per recipient; none for events the applicant is not told of. The key is the event's, so a repeat is recognised.</summary>
    /// <param name="letter">The letter about it: its page is there with the event, so the link never leads nowhere.</param>
    public IReadOnlyList<Job> About(Application application, ApplicationEvent happened, Dossier dossier, Guid? letter = null)
    {
        if (Text(application, happened, dossier, letter) is not var (subject, body)) return [];
        return [.. dossier.MailTo.Select(to =>
        {
            var (mail, key) = (new Mail(to.Email, $"【{portal.Value.Name}】{subject}", body), $"application:{application.Id}:{application.Version}:{to.UserId}");
            return to.Daily ? mail.ToDigest(key, to.UserId, happened.At) : mail.ToJob(key, happened.At);
        })];
    }

    /// <summary>To a member, 14 and 3 days before the period ends, while a draft is not submitted.</summary>
    public Mail DraftReminder(string to, ProgrammeYear year, string? name, Guid applicationId) => new(to, $"【{portal.Value.Name}】下書きの申請がまだ提出されていません",
        $"""
        下書きのままの申請があります。

        　申請先　　：{year.YearName} {Programme(year.Programme)}
        　名称　　　：{(string.IsNullOrWhiteSpace(name) ? "（未入力）" : name)}
        　申請期限　：{Date(year.Closes)}まで

        期限を過ぎると申請できません。次のページから続きを入力し、「申請する」を押してください。
        {Address(applicationId)}

        申請の予定がない場合は、このメールに対応していただく必要はありません。
        """);

    /// <summary>To a member, 7 and 1 days before the date an answer to a 差戻し is asked by.</summary>
    public Mail ReturnReminder(string to, ProgrammeYear year, string receiptNumber, string name, Guid applicationId, DateOnly answerBy, IReadOnlyList<ReturnedItem> items)
    {
        var names = ApplicationItems.For(year).ToDictionary(i => i.Key, i => i.Name, StringComparer.Ordinal);
        return new(to, $"【{portal.Value.Name}】修正の回答期限が近づいています",
            $"""
            次の申請について、修正をお願いしています。まだ再申請されていません。

            　受付番号　：{receiptNumber}
            　申請先　　：{year.YearName} {Programme(year.Programme)}
            　名称　　　：{name}
            　回答期限　：{Date(answerBy)}（過ぎても修正と再申請はできます）

            {string.Join('\n', items.Select(i => $"・{names.GetValueOrDefault(i.Key, i.Key)}：{i.Reason}"))}

            次のページから上の項目を直し、もう一度申請してください。
            {Address(applicationId)}
            """);
    }

    /// <summary>To who reported a number as theirs, once it is free to apply for (rule 2).</summary>
    public Mail NumberFree(string to, string number) => new(to, $"【{portal.Value.Name}】申し出の番号で申請できるようになりました",
        $"""
        申し出のあった番号（{number}）について確認しました。
        この番号で申請できるようになりましたので、下書きの「⑤確認」から、もう一度「申請する」を押してください。

        {new Uri(portal.Value.PublicUrl, "/applications")}
        """);

    private (string Subject, string Body)? Text(Application application, ApplicationEvent happened, Dossier dossier, Guid? letter)
    {
        var at = happened.At;
        var text = new StringBuilder();
        string? subject = happened.Kind switch
        {
            EventKind.Submitted => "申請を受け付けました",
            EventKind.Edited => "申請内容の変更を受け付けました",
            EventKind.Resubmitted => "再申請を受け付けました",
            EventKind.Withdrawn => "申請が取り下げられました",
            EventKind.Returned => "申請内容の修正をお願いします（差戻し）",
            EventKind.Granted => "助成金の交付を決定しました",
            EventKind.Refused => "助成金の審査結果をお知らせします",
            _ => null,
        };
        if (subject is null) return null;
        text.AppendLine(Japanese, $"{dossier.Applicant.Name} 様").AppendLine();
        switch (happened.Kind)
        {
            case EventKind.Submitted or EventKind.Edited or EventKind.Resubmitted:
                text.AppendLine(Japanese, $"{subject}。").AppendLine();
                Facts(text, application, dossier);
                text.AppendLine(Japanese, $"　申請額　　：{application.Applied}円");
                text.AppendLine(Japanese, $"　受付日時　：{Moment(at)}").AppendLine();
                text.AppendLine(Japanese, $"審査は{JapanTime.At(at).AddMonths(1):M月}に行い、結果は{Date(ExpectedDates.ResultBy(at))}までにお知らせする予定です。");
                text.AppendLine("審査が始まるまでは、内容の変更と取下げができます。");
                break;
            case EventKind.Withdrawn:
                text.AppendLine(happened.ByStaff ? "次の申請は、審査担当により取り下げられました。" : "次の申請の取下げを受け付けました。").AppendLine();
                Facts(text, application, dossier);
                if (happened.Reason is { Length: > 0 } reason) text.AppendLine().AppendLine(Japanese, $"理由：{reason}");
                break;
            case EventKind.Returned:
                text.AppendLine("次の申請について、修正をお願いします。下の項目だけを直して、もう一度申請してください。ほかの項目の入力は不要です。").AppendLine();
                Facts(text, application, dossier);
                if (happened.AnswerBy is { } by) text.AppendLine(Japanese, $"　回答期限　：{Date(by)}（過ぎても修正と再申請はできます）");
                text.AppendLine();
                var names = ApplicationItems.For(dossier.Year).ToDictionary(i => i.Key, i => i.Name, StringComparer.Ordinal);
                foreach (var item in happened.Items ?? []) text.AppendLine(Japanese, $"・{names.GetValueOrDefault(item.Key, item.Key)}：{item.Reason}");
                break;
            case EventKind.Granted:
                text.AppendLine("審査の結果、助成金の交付を決定しました。").AppendLine();
                Facts(text, application, dossier);
                text.AppendLine(Japanese, $"　交付額　　：{happened.Amount}円");
                if (happened.Amount < application.Applied) text.AppendLine(Japanese, $"　申請額　　：{application.Applied}円").AppendLine().AppendLine(Japanese, $"申請額と異なる理由：{happened.Reason}");
                text.AppendLine().AppendLine(Japanese, $"助成金は、{Date(ExpectedDates.PaymentBy(at))}までに、申請された口座へ振り込む予定です。");
                break;
            default:
                text.AppendLine("審査の結果、助成金を交付しないことを決定しました。").AppendLine();
                Facts(text, application, dossier);
                text.AppendLine().AppendLine(Japanese, $"理由：{happened.Reason}");
                break;
        }
        if (letter is { } id)
            text.AppendLine().AppendLine(Japanese, $"{Letter.TitleOf(Letter.KindFor(happened.Kind)!.Value)}は、次のページでご覧いただけます。PDFもこのページから保存できます。").AppendLine(new Uri(portal.Value.PublicUrl, $"/letters/{id}").ToString());
        text.AppendLine().AppendLine("詳しくは、次のページをご覧ください。").AppendLine(Address(application.Id));
        return (subject, text.ToString());
    }

    private static void Facts(StringBuilder text, Application application, Dossier dossier)
    {
        text.AppendLine(Japanese, $"　受付番号　：{application.ReceiptNumber}");
        text.AppendLine(Japanese, $"　申請先　　：{dossier.Year.YearName} {Programme(application.Programme)}");
        text.AppendLine(Japanese, $"　{(application.Programme == Domain.Programmes.Programme.Care ? "事業所番号" : "医療機関コード")}：{application.Number}");
    }

    private string Address(Guid id) => new Uri(portal.Value.PublicUrl, $"/applications/{id}").ToString();

    private static string Programme(Programme programme) => programme == Domain.Programmes.Programme.Care ? "介護事業所の助成金" : "医療機関の助成金";

    private static string Date(DateOnly date) => date.ToString("yyyy年M月d日", Japanese);

    private static string Moment(DateTimeOffset at) => JapanTime.At(at).ToString("yyyy年M月d日 H時mm分", Japanese);
}
