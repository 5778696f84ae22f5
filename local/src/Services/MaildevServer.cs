using System.Globalization;

namespace GrantPortal.Local;

/// <summary>Maildev: an SMTP server that keeps every mail, and a web page to read them.</summary>
internal sealed class MaildevServer : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly Child _process;

    private MaildevServer(Child process, int smtpPort, Uri web)
    {
        _process = process;
        SmtpPort = smtpPort;
        WebUrl = web.GetLeftPart(UriPartial.Authority);
    }

    public Child Process => _process;

    public int SmtpPort { get; }

    /// <summary>The page for people; <c>GET /email</c> below it gives all mails as JSON.</summary>
    public string WebUrl { get; }

    public static async Task<MaildevServer> StartAsync(LocalServicesOptions options, ChildRecords records, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var smtp = FreePort.Next();
            var web = FreePort.Next();
            var process = Child.Start(Command(options, smtp, web), records);
            try
            {
                var page = new Uri($"http://127.0.0.1:{web}");
                using var http = new HttpClient { BaseAddress = page, Timeout = TimeSpan.FromSeconds(5) };
                await process.ReadyAsync(() => AnswersAsync(process, http, cancel), TimeSpan.FromSeconds(60), cancel);
                return new(process, smtp, page);
            }
            catch (LocalException) when (attempt < Attempts && process.Log.Contains("EADDRINUSE", StringComparison.Ordinal))
            {
                await process.DisposeAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static ChildCommand Command(LocalServicesOptions options, int smtp, int web)
        => new(
            "Maildev",
            [
                "node", RepositoryRoot.NodeModule("maildev/bin/maildev"),
                "--ip", "127.0.0.1",
                "--smtp", smtp.ToString(CultureInfo.InvariantCulture),
                "--web", web.ToString(CultureInfo.InvariantCulture),
                "--mail-directory", StateFile.PrivateFolder(Path.Combine(options.DataDirectory, "mail")),
            ],
            options.LogFile("maildev"));

    // It says that it takes mails when it does, but not whether its web page could take the port: only a live process has both.
    private static async Task<bool> AnswersAsync(Child process, HttpClient http, CancellationToken cancel)
    {
        if (!process.Log.Contains("SMTP Server running", StringComparison.Ordinal))
            return false;
        try
        {
            using var answer = await http.GetAsync(new Uri("/healthz", UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
