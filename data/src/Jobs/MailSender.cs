using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using GrantPortal.Domain;
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
    /// <param name="key">Of the mail's job: sent twice (a server that took it and broke off before saying so) it is recognisably the same mail.</param>
    public async Task SendAsync(Mail mail, string sender, string key, CancellationToken cancel)
    {
        var settings = options.Value;
        using var message = new MailMessage(new MailAddress(settings.From, sender, Encoding.UTF8), new MailAddress(mail.To))
        {
            Subject = JapaneseText.Line(mail.Subject),
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Body,
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.Base64,
        };
        message.Headers.Add("Message-ID", MessageId(key, message.From!.Host));
        // No holiday notices to a machine's address.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
        if (!string.IsNullOrEmpty(settings.User)) client.Credentials = new System.Net.NetworkCredential(settings.User, settings.Password);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        await client.SendMailAsync(message, deadline.Token);
    }

    /// <summary>Stable for a job's key.</summary>
    public static string MessageId(string key, string host) => $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}@{host}>";
}
