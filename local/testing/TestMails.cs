using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace GrantPortal.Testing;

/// <summary>A mail as the catcher tells of it.</summary>
public sealed partial record CaughtMail(string Subject, string Text, IReadOnlyList<CaughtAddress> To)
{
    /// <summary>Path and query of the first address in the text that begins with <paramref name="path"/>.</summary>
    public string Link(string path) => Addresses().Matches(Text).Select(m => new Uri(m.Value).PathAndQuery).FirstOrDefault(link => link.StartsWith(path, StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"The mail has no link to {path}:\n{Text}");

    [GeneratedRegex("https?://[!-~]+", RegexOptions.None, 1000)]
    private static partial Regex Addresses();
}

public sealed record CaughtAddress(string Address);

/// <summary>Reading mails at the catcher.</summary>
public static class TestMails
{
    /// <summary>What has arrived for an address, the oldest first.</summary>
    public static async Task<IReadOnlyList<CaughtMail>> MailsToAsync(this PortalServices services, string address, CancellationToken cancel = default)
    {
        using var http = new HttpClient();
        var all = await http.GetFromJsonAsync<List<CaughtMail>>(new Uri(services.MailUrl + "/email"), cancel) ?? [];
        return [.. all.Where(mail => mail.To.Any(to => to.Address == address))];
    }

    /// <summary>Runs what is due and gives the newest mail to an address.</summary>
    public static Task<CaughtMail> NextMailToAsync(this PortalHost portal, string address, CancellationToken cancel = default) =>
        portal.NextMailToAsync(address, subject: "", cancel);

    /// <summary>Runs what is due and gives the newest mail to an address of a subject. Mails due together come in any order.</summary>
    /// <param name="subject">Part of its subject.</param>
    public static async Task<CaughtMail> NextMailToAsync(this PortalHost portal, string address, string subject, CancellationToken cancel = default)
    {
        await portal.Jobs.RunDueAsync(cancel);
        return (await portal.Local.MailsToAsync(address, cancel)).LastOrDefault(mail => mail.Subject.Contains(subject, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No mail 「{subject}」 has come for {address}.");
    }
}
