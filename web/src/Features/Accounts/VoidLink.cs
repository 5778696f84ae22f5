namespace GrantPortal.Web.Features.Accounts;

/// <summary>A mailed link that can no longer be used, in words.</summary>
/// <param name="Why">How long it would have been good, and how often.</param>
/// <param name="Again">Label of the way to a new one.</param>
/// <param name="Address">Where that is.</param>
public sealed record VoidLink(string Why, string Again, string Address)
{
    public static VoidLink Register { get; } = new(
        "リンクの有効期限（24時間）が切れたか、すでに登録が完了しています。登録が完了している方は、ログインしてください。", "もう一度登録する", "/register");

    public static VoidLink SignIn { get; } = new(
        "リンクの有効期限（30分）が切れたか、すでに使われています。使えるのは1回だけです。", "もう一度メールを送る", "/login/link");

    public static VoidLink MailChange { get; } = new(
        "リンクの有効期限（24時間）が切れたか、すでに使われています。変更が完了していない場合は、ログインして、もう一度お申し込みください。", "ログイン情報を確認する", "/account");

    public static VoidLink Reset { get; } = new(
        "リンクの有効期限（1時間）が切れたか、すでに使われています。使えるのは1回だけです。", "パスワードの再設定をやり直す", "/login/reset");
}
