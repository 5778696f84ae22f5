using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Admin;

/// <summary>Mails about accounts and roles of the staff. The worker adds contact desk and privacy notice.</summary>
public sealed class UserMails(IOptions<PortalOptions> portal)
{
    /// <summary>To the 管理者 who may confirm: a change waits.</summary>
    public Mail Asked(string to, RoleChangeLine change) => new(to, Subject("役割の変更の確認をお願いします"),
        $"""
        {change.AskedByName} さんが、職員の役割の変更を依頼しました。もう1人の管理者が確認すると、変更されます。

        {Facts(change)}
        　期限　：{JapanTime.At(change.ExpiresAt).ToString("yyyy年M月d日 H時mm分", CultureInfo.GetCultureInfo("ja-JP"))}まで

        内容を確かめて、次のページで確認または却下してください。
        {Address($"/admin/users/{change.UserId}")}
        """);

    /// <summary>To whose role was given or taken.</summary>
    public Mail ToPerson(string to, RoleChangeLine change, string confirmedBy) => new(to, Subject("あなたの役割が変わりました"),
        $"""
        あなたの役割が変わりました。ログイン中の端末は、すべてログアウトしています。続けて使うときは、もう一度ログインしてください。

        　変更　：{change.Words}
        　依頼　：{change.AskedByName} さん
        　確認　：{confirmedBy} さん

        心当たりのない場合は、管理者にお問い合わせください。
        {Address("/login")}
        """);

    /// <summary>To every other 管理者, who asked and who confirmed among them: whoever uses their account without leave is noticed.</summary>
    public Mail ToAdmin(string to, RoleChangeLine change, string confirmedBy) => new(to, Subject("職員の役割が変わりました"),
        $"""
        2人の管理者の操作により、職員の役割が変わりました。

        {Facts(change)}
        　依頼　：{change.AskedByName} さん
        　確認　：{confirmedBy} さん

        心当たりのない変更の場合は、次のページで元に戻す依頼をし、お問い合わせ窓口へご連絡ください。
        {Address($"/admin/users/{change.UserId}")}
        """);

    /// <summary>To the holder of a new account.</summary>
    public Mail FirstPassword(string to, string name, Uri link) => new(to, Subject("職員のアカウントが用意されました"),
        $"""
        {name} さん

        {portal.Value.Name}の職員のアカウントが用意されました。次のページを開いて、はじめのパスワードを設定してください。

        {link}

        このリンクは{FirstPasswordLink.Lifetime.TotalHours:0}時間、1回だけ有効です。期限を過ぎた場合は、管理者に、もう一度送るよう依頼してください。
        パスワードを設定したあと、ログインして2段階認証を設定すると、使いはじめられます。

        心当たりのない場合は、このメールを破棄してください。
        """);

    private static string Facts(RoleChangeLine change) =>
        $"""
        　対象　：{change.UserName} さん
        　変更　：{change.Words}
        　理由　：{change.Reason}
        """;

    private string Subject(string text) => $"【{portal.Value.Name}】{text}";

    private Uri Address(string path) => new(portal.Value.PublicUrl, path);
}

/// <summary>Sends the link to the first password. It is made here, when the mail goes out, so that no table holds one; who has a password by then gets none.</summary>
public sealed class FirstPasswordMailJob(Database database, FirstPasswordLink link, UserMails mails, MailHandler sender, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "first-password";

    public string Kind => JobKind;

    /// <summary>Asked for twice within a minute it is one mail.</summary>
    public static Job For(Guid user, DateTimeOffset now) =>
        new(JobKind, string.Create(CultureInfo.InvariantCulture, $"{JobKind}:{user}:{now.UtcDateTime:yyyyMMddHHmm}"), $$"""{"user": "{{user}}"}""", now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = System.Text.Json.JsonDocument.Parse(job.Payload);
        await using var connection = await database.OpenAsync(cancel);
        if (await UserStore.FindAsync(connection, payload.RootElement.GetProperty("user").GetGuid()) is not { PasswordHash: null } user || user.LockoutEnd > clock.GetUtcNow()) return;
        await sender.SendAsync(mails.FirstPassword(user.Email, user.Name, link.Make(user.Id, user.SecurityStamp)), job.Key, cancel);
    }
}
