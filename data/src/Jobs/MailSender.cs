using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace GrantPortal.Data.Jobs;

/// <summary>Section <c>Smtp</c> of the configuration.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Smtp";

    [Required]
    public string Host { get; set; } = "localhost";

    [Range(1, 65535)]
    public int Port { get; set; } = 25;

    /// <summary>STARTTLS.</summary>
    public bool Tls { get; set; }

    /// <summary>Blank: no authentication.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    [Required, EmailAddress]
    public string From { get; set; } = "no-reply@grant-portal.example";
}

/// <summary>Sends mails to the operator's mail server.</summary>
public sealed class MailSender(IOptions<SmtpOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="sender">The sender's name.</param>
    /// <param name="key">Of the mail's job: sent twice (a server that took it and broke off before saying so) it is the same mail, byte for byte.</param>
    /// <param name="date">The mail's date; the same at each attempt.</param>
    public async Task SendAsync(Mail mail, string sender, string key, DateTimeOffset date, CancellationToken cancel)
    {
        var settings = options.Value;
        var (from, to) = (new MailAddress(settings.From), new MailAddress(mail.To));
        var message = MailMessage.Compose(from, sender, to, mail, date, MessageId(key, from.Host));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        await using var session = await SmtpSession.OpenAsync(settings, from.Host, deadline.Token);
        await session.SendAsync(from.Address, to.Address, message, deadline.Token);
    }

    /// <summary>Greets the server, signs in and takes its leave: everything but a mail.</summary>
    /// <exception cref="Exception">It is away, or refuses.</exception>
    public async Task ReachAsync(CancellationToken cancel)
    {
        await using var session = await SmtpSession.OpenAsync(options.Value, new MailAddress(options.Value.From).Host, cancel);
    }

    /// <summary>Stable for a job's key.</summary>
    public static string MessageId(string key, string host) => $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}@{host}>";
}
