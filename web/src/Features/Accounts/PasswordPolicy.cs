using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using Microsoft.Extensions.Options;
using Zxcvbn;
using Zxcvbn.Matcher;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>What the policy thinks of a password.</summary>
/// <param name="Words">Strength or reason, as a sentence.</param>
public sealed record PasswordVerdict(bool Acceptable, string Words);

/// <summary>
/// Which passwords may be set (NIST SP 800-63B-4 §3.1.1.2): at least 12 characters, no rules of composition, nothing common, repeated or taken
/// from the account itself. Guessing is estimated by zxcvbn with its lists of common passwords, names and words.
/// </summary>
public sealed class PasswordPolicy(IOptions<PortalOptions> portal)
{
    /// <summary>Characters (code points).</summary>
    public const int Shortest = 12;

    /// <summary>Nobody's password is longer, and hashing more only costs time.</summary>
    public const int Longest = 200;

    /// <summary>zxcvbn's work grows faster than the text; this much decides.</summary>
    private const int Judged = 64;

    /// <summary>zxcvbn's 0–4. From 3 on an attacker needs 10¹⁰ guesses, of which the sign-in allows about a hundred a day.</summary>
    private const int LowestScore = 3;

    private const int FewestDifferent = 5;

    private static readonly Zxcvbn.Zxcvbn Estimate = new();

    /// <summary>
    /// The same password whichever keyboard it came from (SP 800-63B-4 §3.1.1.2: NFKC), so that full-width letters of a Japanese keyboard are the plain
    /// ones. Before hashing and before checking.
    /// </summary>
    public static string Normalize(string? password) => (password ?? "").Normalize(System.Text.NormalizationForm.FormKC);

    /// <summary>What is wrong with a new password; empty when it may be set.</summary>
    /// <param name="about">What belongs to the account: mail address, name.</param>
    public IReadOnlyList<Problem> Problems(string field, string? typed, params IEnumerable<string?> about)
    {
        if (string.IsNullOrEmpty(typed)) return [new Problem(field, "新しいパスワードを入力してください。")];
        return Judge(typed, about) is { Acceptable: false } verdict ? [new Problem(field, verdict.Words)] : [];
    }

    /// <summary>The same for a form that asks twice.</summary>
    public IReadOnlyList<Problem> Problems(NewPasswordForm form, PortalUser user) => Problems(nameof(form.Password), form.Password, user.Email, user.Name) is { Count: > 0 } problems
        ? problems
        : form.Password == form.PasswordAgain ? [] : [new Problem(nameof(form.PasswordAgain), "確認のためのパスワードが一致しません。同じパスワードを入力してください。")];

    /// <param name="about">What belongs to the account: mail address, name.</param>
    public PasswordVerdict Judge(string? typed, params IEnumerable<string?> about)
    {
        var password = Normalize(typed);
        if (password.EnumerateRunes().Count() < Shortest) return new(false, $"パスワードは{Shortest}文字以上で入力してください。");
        if (password.Length > Longest) return new(false, $"パスワードは{Longest}文字以内で入力してください。");
        if (password.EnumerateRunes().Distinct().Count() < FewestDifferent) return new(false, "同じ文字の繰り返しが多いため、推測されやすいパスワードです。違う文字や言葉を加えてください。");
        var context = Context(about);
        var result = Estimate.EvaluatePassword(password.Length <= Judged ? password : password[..Judged], context);
        if (result.Score >= LowestScore) return new(true, result.Score > LowestScore ? "推測されにくい、強いパスワードです。" : "使用できるパスワードです。さらに長くすると、より安全です。");
        return new(false, Reason(result, context) + "関係のない言葉を3つ以上つなげるなどして、長くしてください。");
    }

    private static string Reason(Result result, IReadOnlyList<string> context) => result.MatchSequence switch
    {
        var matches when matches.OfType<DictionaryMatch>().Any(m => context.Contains(m.MatchedWord, StringComparer.OrdinalIgnoreCase)) =>
            "メールアドレス、氏名、ポータルの名前などをもとにした、推測されやすいパスワードです。",
        var matches when matches.OfType<DictionaryMatch>().Any(m => m.DictionaryName == "passwords") => "よく使われているパスワードか、それに近いため、推測されやすいパスワードです。",
        var matches when matches.Any(m => m is SequenceMatch or RepeatMatch or SpatialMatch) => "続き番号やキーボードの並びが含まれるため、推測されやすいパスワードです。",
        var matches when matches.Any(m => m is DateMatch) => "日付が含まれるため、推測されやすいパスワードです。",
        _ => "推測されやすいパスワードです。",
    };

    /// <summary>Words an attacker tries first at this account: its address and name with their parts, and the portal's own.</summary>
    private List<string> Context(IEnumerable<string?> about) =>
    [
        .. about.Append(portal.Value.Name).Append(portal.Value.PublicUrl.Host).Concat(["portal", "grant", "kaigo", "iryou", "joseikin", "shinsei"])
            .OfType<string>().Select(Normalize)
            .SelectMany(words => words.Split([' ', '　', '@', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries).Append(words))
            .Where(word => word.Length >= 3).Select(word => word.ToLowerInvariant()).Distinct(StringComparer.Ordinal),
    ];
}
