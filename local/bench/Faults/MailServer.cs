using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GrantPortal.Local;

namespace GrantPortal.Bench.Faults;

/// <summary>
/// A mail server that can be killed and forgets nothing it said yes to: each Message-ID stands on the disk before the mail is taken. (Maildev says yes first.)
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    /// <summary>The word that makes this program the server itself.</summary>
    public const string Word = "mail-server";

    private readonly string file;
    private Process? process;

    public MailServer(string file) => this.file = file;

    public int Port { get; } = FreePort.Next();

    /// <summary>Message-IDs in the order of arrival; repeats too.</summary>
    public IReadOnlyList<string> Taken => File.Exists(file) ? File.ReadAllLines(file) : [];

    /// <summary>Runs as the server until what started it ends.</summary>
    public static async Task ServeAsync(int port, string file)
    {
        await using var kept = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        // Standard input is the rope to whoever started it.
        var rope = Task.Run(Console.In.ReadToEnd);
        while (true)
        {
            var caller = listener.AcceptTcpClientAsync();
            if (await Task.WhenAny(caller, rope) == rope) return;
            _ = TalkAsync(await caller, kept);
        }
    }

    public async Task StartAsync(CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MailServer).Assembly.Location, Word, Port.ToString(CultureInfo.InvariantCulture), file]) { UseShellExecute = false, RedirectStandardInput = true };
        process = Process.Start(start)!;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await AnswersAsync(cancel)) await timer.WaitForNextTickAsync(cancel);
    }

    public async Task KillAsync()
    {
        if (process is null) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task TalkAsync(TcpClient client, FileStream kept)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                Task SayAsync(string line) => stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n")).AsTask();
                await SayAsync("220 kept");
                while (await reader.ReadLineAsync() is { } line && line != "QUIT")
                {
                    if (line != "DATA")
                    {
                        await SayAsync("250 ok");
                        continue;
                    }
                    await SayAsync("354 go on");
                    var id = "";
                    while (await reader.ReadLineAsync() is { } text && text != ".")
                        if (id.Length == 0 && text.StartsWith("Message-ID: ", StringComparison.Ordinal)) id = text["Message-ID: ".Length..];
                    lock (kept)
                    {
                        kept.Write(Encoding.ASCII.GetBytes(id + "\n"));
                        kept.Flush(flushToDisk: true);
                    }
                    await SayAsync("250 kept");
                }
            }
            catch (IOException)
            {
                // The portal died.
            }
        }
    }
}
