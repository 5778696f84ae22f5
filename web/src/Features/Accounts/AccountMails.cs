using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>The mails about an account. The sender adds contact desk and privacy notice.</summary>
public sealed class AccountMails(IOptions<PortalOptions> portal)
{
    private string Name => portal.Value.Name;

    /// <summary>To an address that somebody wants to register.</summary>
    public Mail Confirm(string to, string token) => new(to, $"【{Name}】メールアドレスの確認をお願いします",
        $"""
        {Name}へのご登録ありがとうございます。
        まだ登録は完了していません。次のページを開き、登録のときに決めたパスワードを入力してください。

        {Address("/register/confirm", ("token", token))}

        このリンクは{Hours(RegisterController.Lifetime)}、1回だけ有効です。期限を過ぎた場合は、もう一度登録してください。

        登録した覚えがない場合は、このメールを破棄してください。パスワードを知らない方がリンクを開いても、登録は完了しません。
        """);

    /// <summary>To an address that has an account already, when somebody wants to register it again.</summary>
    public Mail AlreadyRegistered(string to, string? returnUrl) => new(to, $"【{Name}】このメールアドレスは登録済みです",
        $"""
        このメールアドレスで新規登録の申込みがありましたが、すでに登録されています。
        新しく登録する必要はありません。次のいずれかの方法でログインしてください。

        ・パスワードでログインする（パスキーを登録した方は、パスキーでもログインできます）
        　{Address("/login", ("returnUrl", returnUrl))}
        ・パスワードを忘れた場合は、設定し直す
        　{Address("/login/reset")}
        ・パスワードを使わず、ログイン用リンクをメールで受け取る
        　{Address("/login/link", ("returnUrl", returnUrl))}

        申し込んだ覚えがない場合は、何もする必要はありません。登録内容は変わっていません。
        """);

    /// <summary>To the owner of an account who wants to set a new password.</summary>
    public Mail Reset(string to, string token) => new(to, $"【{Name}】パスワードの再設定",
        $"""
        パスワードを設定し直すには、次のページを開いて、新しいパスワードを入力してください。

        {Address("/login/reset/password", ("token", token))}

        このリンクは{Hours(ResetController.Lifetime)}、1回だけ有効です。新しいパスワードを設定すると、ログイン中の端末はすべてログアウトします。

        申し込んだ覚えがない場合は、このメールを破棄してください。パスワードは変わりません。
        """);

    /// <summary>After a password was set, changed or reset.</summary>
    public Mail PasswordChanged(string to) => new(to, $"【{Name}】パスワードが変更されました",
        $"""
        アカウントのパスワードが変更されました。ほかの端末でログインしていた場合は、ログアウトしています。

        変更した覚えがない場合は、第三者が操作したおそれがあります。すぐに次のページからパスワードを設定し直し、お問い合わせ窓口へご連絡ください。
        {Address("/login/reset")}
        """);

    /// <summary>To the owner of an account who wants to sign in without a password.</summary>
    public Mail SignIn(string to, string token, string? returnUrl) => new(to, $"【{Name}】ログイン用リンク",
        $"""
        次のページを開いて「ログインする」を押すと、パスワードを使わずにログインできます。

        {Address("/login/link/use", ("token", token), ("returnUrl", returnUrl))}

        このリンクは{Hours(LoginLinkController.Lifetime)}、1回だけ有効です。ほかの人に転送しないでください。

        申し込んだ覚えがない場合は、このメールを破棄してください。
        """);

    /// <summary>To either end of a change of mail address.</summary>
    public Mail AgreeToChange(string to, MailChange change, string token) => new(to, $"【{Name}】メールアドレスの変更の確認",
        $"""
        {Name}のアカウントのメールアドレスを変更する申込みがありました。

        変更前：{change.OldEmail}
        変更後：{change.Email}

        変更してよい場合は、次のページを開いて「変更に同意する」を押してください。変更前と変更後の両方のメールアドレスで同意すると、変更されます。

        {Address("/account/mail/agree", ("token", token))}

        このリンクは{Hours(MailAddressController.Lifetime)}、1回だけ有効です。

        申し込んだ覚えがない場合は、何もしないでください。メールアドレスは変わりません。変更前のメールアドレスにこのメールが届いた方は、第三者が操作したおそれがありますので、パスワードを設定し直してください。
        {Address("/login/reset")}
        """);

    /// <summary>To both ends after the change.</summary>
    public Mail MailChanged(string to, MailChange change) => new(to, $"【{Name}】メールアドレスが変更されました",
        $"""
        {Name}のアカウントのメールアドレスが変更されました。

        変更前：{change.OldEmail}
        変更後：{change.Email}

        これからは、変更後のメールアドレスでログインしてください。ログイン中の端末は、すべてログアウトしています。

        変更した覚えがない場合は、すぐにお問い合わせ窓口へご連絡ください。
        """);

    private static string Hours(TimeSpan lifetime) =>
        lifetime >= TimeSpan.FromHours(1) ? FormattableString.Invariant($"{lifetime.TotalHours:0}時間") : FormattableString.Invariant($"{lifetime.TotalMinutes:0}分間");

    private Uri Address(string path, params (string Name, string? Value)[] query)
    {
        var parameters = new QueryBuilder(query.Where(q => !string.IsNullOrEmpty(q.Value)).Select(q => KeyValuePair.Create(q.Name, q.Value!)));
        return new Uri(portal.Value.PublicUrl, path + parameters);
    }
}
