using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Claims;

/// <summary>Mails about a claim to a number, to both sides; neither learns of the other. The worker adds contact desk and privacy notice.</summary>
public sealed class ClaimMails(IOptions<PortalOptions> portal)
{
    /// <summary>A claim was made: both are told, the holder how to say something about it.</summary>
    public Task FiledAsync(NpgsqlConnection connection, NumberClaim claim, ClaimSource source, DateTimeOffset now) => SendAsync(
        connection, claim, "filed", now,
        ("番号についての申し出を受け付けました",
            $"""
            次の番号について、申し出を受け付けました。審査担当が確認し、結果をメールでお知らせします。

            　{Label(claim)}：{claim.Number}

            {(source == ClaimSource.Submitted ? "この番号の申請は受け付けています。申請の状況は、申請一覧からご確認いただけます。" : "確認が終わるまで、お待ちください。入力した申請の内容は、下書きに保存されています。")}
            {Address("/offices")}
            """),
        ("登録されている番号について、確認しています",
            $"""
            登録されている次の番号について、ほかの申請者から申し出がありました。審査担当が確認し、結果をメールでお知らせします。

            　{Label(claim)}：{claim.Number}

            お伝えになりたいことがある場合は、次のページの、この番号の欄に入力してください。
            {Address("/offices")}
            """));

    /// <summary>A claim was decided: both are told, with the reason.</summary>
    public Task DecidedAsync(NpgsqlConnection connection, NumberClaim claim, bool upheld, string reason, DateTimeOffset now) => SendAsync(
        connection, claim, "decided", now,
        upheld
            ? ("申し出の番号が登録されました",
                $"""
                申し出のあった次の番号を、あなたの事業所・医療機関として登録しました。

                　{Label(claim)}：{claim.Number}
                　理由：{reason}

                まだ申請していない場合は、次のページから申請できます。
                {Address("/offices")}
                """)
            : ("申し出の結果をお知らせします",
                $"""
                申し出のあった次の番号について確認しましたが、申し出は認められませんでした。

                　{Label(claim)}：{claim.Number}
                　理由：{reason}
                """),
        upheld
            ? ("登録されていた番号について、お知らせします",
                $"""
                登録されていた次の番号は、確認の結果、ほかの申請者のものとなりました。事業所の一覧から外れています。

                　{Label(claim)}：{claim.Number}
                　理由：{reason}
                """)
            : ("登録されている番号の確認が終わりました",
                $"""
                登録されている次の番号について確認した結果、登録は変わりません。

                　{Label(claim)}：{claim.Number}
                """));

    private async Task SendAsync(NpgsqlConnection connection, NumberClaim claim, string what, DateTimeOffset now, (string Subject, string Body) claimant, (string Subject, string Body) holder)
    {
        var jobs = new List<Job>();
        foreach (var (side, applicant, (subject, body)) in new[] { ("claimant", claim.ClaimantId, claimant), ("holder", claim.HolderId, holder) })
            foreach (var member in await MemberStore.WithRolesAsync(connection, applicant, MemberRole.Owner, MemberRole.Clerk))
                jobs.Add(new Mail(member.Email, $"【{portal.Value.Name}】{subject}", body).ToJob($"claim:{claim.Id}:{what}:{side}:{member.UserId}", now));
        await JobQueue.EnqueueAsync(connection, jobs);
    }

    private static string Label(NumberClaim claim) => claim.Programme == Programme.Care ? "介護事業所番号" : "医療機関コード";

    private Uri Address(string path) => new(portal.Value.PublicUrl, path);
}
