using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace GrantPortal.Data.Jobs;

/// <summary>One conversation with a mail server (RFC 5321; STARTTLS, AUTH PLAIN and LOGIN). Why not the framework's: docs/adr/0026.</summary>
internal sealed partial class SmtpSession : IAsyncDisposable
{
    private readonly TcpClient connection;
    private Stream stream;
    private StreamReader replies;
    private bool polite;

    private SmtpSession(TcpClient connection)
    {
        this.connection = connection;
        stream = connection.GetStream();
        replies = new StreamReader(stream, Encoding.Latin1);
    }

    /// <exception cref="SmtpException">The server refuses.</exception>
    /// <exception cref="SocketException">There is none.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<SmtpSession> OpenAsync(SmtpOptions settings, string ownName, CancellationToken cancel)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, cancel);
            var session = new SmtpSession(client);
            await session.ExpectAsync(220, "greeting", cancel);
            var offers = await session.AskAsync($"EHLO {ownName}", 250, cancel);
            if (settings.Tls)
            {
                await session.AskAsync("STARTTLS", 220, cancel);
                await session.EncryptAsync(settings.Host, cancel);
                offers = await session.AskAsync($"EHLO {ownName}", 250, cancel);
            }
            if (!string.IsNullOrEmpty(settings.User)) await session.SignInAsync(settings.User, settings.Password ?? "", offers, cancel);
            session.polite = true;
            return session;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Returns once the server has taken the message.</summary>
    /// <param name="message">ASCII with CRLF, ending with one; no line begins with a dot.</param>
    public async Task SendAsync(string from, string to, byte[] message, CancellationToken cancel)
    {
        await AskAsync($"MAIL FROM:<{from}>", 250, cancel, "MAIL FROM");
        await AskAsync($"RCPT TO:<{to}>", 250, cancel, "RCPT TO");
        await AskAsync("DATA", 354, cancel);
        await stream.WriteAsync(message, cancel);
        await stream.WriteAsync(".\r\n"u8.ToArray(), cancel);
        polite = false; // broken off here, nothing is to be said any more
        await ExpectAsync(250, "message", cancel);
        polite = true;
    }

    /// <summary>Takes its leave; what goes wrong with that does not matter any more.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (polite) await stream.WriteAsync("QUIT\r\n"u8.ToArray());
        }
        catch (IOException)
        {
            // The server was faster.
        }
        replies.Dispose();
        await stream.DisposeAsync();
        connection.Dispose();
    }

    private async Task EncryptAsync(string host, CancellationToken cancel)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancel);
        // The old reader goes with whatever somebody between slipped in before the encryption.
        (stream, replies) = (tls, new StreamReader(tls, Encoding.Latin1));
    }

    private async Task SignInAsync(string user, string password, string offers, CancellationToken cancel)
    {
        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        if (offers.Split('\n').Any(l => l.Contains("AUTH", StringComparison.OrdinalIgnoreCase) && l.Contains("PLAIN", StringComparison.OrdinalIgnoreCase)))
        {
            await AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, cancel, "AUTH PLAIN");
            return;
        }
        await AskAsync("AUTH LOGIN", 334, cancel);
        await AskAsync(Base64(user), 334, cancel, "AUTH LOGIN (user)");
        await AskAsync(Base64(password), 235, cancel, "AUTH LOGIN (password)");
    }

    /// <param name="name">What an error calls it: neither secrets nor people's addresses go into logs.</param>
    private async Task<string> AskAsync(string command, int expected, CancellationToken cancel, string? name = null)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancel);
        return await ExpectAsync(expected, name ?? command, cancel);
    }

    private async Task<string> ExpectAsync(int expected, string what, CancellationToken cancel)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await replies.ReadLineAsync(cancel) ?? throw new IOException($"The mail server broke off after {what}.");
            lines.Add(line);
            if (line.Length > 3 && line[3] == '-') continue;
            if (line.Length >= 3 && int.TryParse(line[..3], System.Globalization.CultureInfo.InvariantCulture, out var code) && code == expected) return string.Join('\n', lines);
            throw new SmtpException($"{what}: {Address().Replace(string.Join(' ', lines), "<…>")}");
        }
    }

    /// <summary>Servers like to repeat whom they refuse.</summary>
    [GeneratedRegex(@"[^\s<>:;,()]+@[^\s<>:;,()]+", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
