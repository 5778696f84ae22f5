namespace GrantPortal.Web.Features.Factors;

/// <summary>The words about a guess, the same wherever one is asked for.</summary>
public static class ProofWords
{
    public const string WrongCode = "認証コードが正しくありません。アプリに表示されている6桁の数字を入力してください。使ったコードは、もう一度使えません。次のコードをお待ちください。";
    public const string WrongRecoveryCode = "回復コードが正しくないか、すでに使われています。控えをご確認ください。";
    public const string WrongPassword = "パスワードが正しくありません。";
    public const string WrongPasskey = "パスキーを確認できませんでした。もう一度お試しください。";
}
