using System.Net.Mail;
using System.Text.RegularExpressions;
using GrantPortal.Domain;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Mail addresses as people type them.</summary>
public static partial class MailAddressText
{
    public const string Wrong = "メールアドレスの形式で入力してください（例：hanako@example.jp）。";

    /// <summary>Null when it is no address that mail can be sent to: ASCII, a domain with a dot, at most 254 characters. Full-width letters are made narrow.</summary>
    public static string? Read(string? typed)
    {
        var text = JapaneseText.Narrow(typed);
        return text.Length <= 254 && Form().IsMatch(text) && MailAddress.TryCreate(text, out var address) && address.Address == text ? text : null;
    }

    // As browsers do it for type=email, with at least one dot in the domain.
    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
