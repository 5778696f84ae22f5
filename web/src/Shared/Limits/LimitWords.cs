namespace GrantPortal.Web.Shared.Limits;

/// <summary>Why something must wait, and for how long.</summary>
public static class LimitWords
{
    public static string MailsTooOften(TimeSpan wait) =>
        $"短い時間に何度もメールの送信を求められたため、いまは送れません。すでに届いているメールがないか、迷惑メールのフォルダもご確認ください。{Wait(wait)}たってから、もう一度お試しください。";

    public static string PasswordsTooOften(TimeSpan wait) => $"パスワードの間違いが続いたため、いまは確認できません。{Wait(wait)}たってから、もう一度お試しください。";

    public static string CodesTooOften(TimeSpan wait) => $"間違いが続いたため、いまは確認できません。{Wait(wait)}たってから、もう一度お試しください。パスキーをお持ちの場合は、パスキーをご利用ください。";

    public static string UploadsTooOften(TimeSpan wait) => $"短い時間に多くのファイルを受け取ったため、いまは受け付けられません。{Wait(wait)}たってから、もう一度お試しください。";

    /// <summary>Rounded up, as people say it.</summary>
    public static string Wait(TimeSpan wait) => wait switch
    {
        { TotalSeconds: <= 60 } => FormattableString.Invariant($"{Math.Ceiling(wait.TotalSeconds):0}秒"),
        { TotalMinutes: <= 60 } => FormattableString.Invariant($"{Math.Ceiling(wait.TotalMinutes):0}分"),
        _ => FormattableString.Invariant($"{Math.Ceiling(wait.TotalHours):0}時間"),
    };
}
