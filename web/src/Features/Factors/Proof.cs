namespace GrantPortal.Web.Features.Factors;

/// <summary>How a guess at a code or a password ended.</summary>
public enum Proof
{
    Right,
    Wrong,

    /// <summary>Not looked at: too many were wrong within the hour.</summary>
    TooOften,
}

/// <summary>The words about a guess, the same wherever one is asked for.</summary>
public static class ProofWords
{
    public const string WrongCode = "認証コードが正しくありません。アプリに表示されている6桁の数字を入力してください。使ったコードは、もう一度使えません。次のコードをお待ちください。";
    public const string WrongRecoveryCode = "回復コードが正しくないか、すでに使われています。控えをご確認ください。";
    public const string WrongPassword = "パスワードが正しくありません。";
    public const string TooOften = "間違いが続いたため、しばらく受け付けられません。1時間ほどたってから、もう一度お試しください。パスキーをお持ちの場合は、パスキーをご利用ください。";
    public const string WrongPasskey = "パスキーを確認できませんでした。もう一度お試しください。";
}
