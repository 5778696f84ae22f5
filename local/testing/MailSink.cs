using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GrantPortal.Testing;

/// <summary>A message as a <see cref="MailSink"/> took it.</summary>
/// <param name="Id">Its Message-ID, with angle brackets.</param>
/// <param name="Bytes">Headers and body, as they came.</param>
public sealed record TakenMail(string Id, string To, string Bytes);

/// <summary>A mail server on the loopback interface that keeps every message as it came. A test decides what happens between its taking one and its saying so.</summary>
public sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    public MailSink()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public ConcurrentQueue<TakenMail> Taken { get; } = [];

    /// <summary>Called when a message is taken, before that is said. False: the connection breaks off instead.</summary>
    public Func<TakenMail, bool> OnTaken { get; set; } = _ => true;

    /// <summary>Asked for every command but DATA; null: it is fine.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>Greets nobody until it completes.</summary>
    public Task Open { get; set; } = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var conversations = new ConcurrentDictionary<Task, bool>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                var conversation = TalkAsync(client);
                conversations[conversation] = true;
                _ = conversation.ContinueWith(done => conversations.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(conversations.Keys);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await Open.WaitAsync(stopping.Token);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                Task SayAsync(string line) => stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), stopping.Token).AsTask();
                await SayAsync("220 sink");
                var to = "";
                while (await reader.ReadLineAsync(stopping.Token) is { } line)
                {
                    if (line == "QUIT") return;
                    if (line.StartsWith("RCPT TO:", StringComparison.Ordinal)) to = line["RCPT TO:".Length..].Trim('<', '>');
                    if (line != "DATA")
                    {
                        await SayAsync(Answer(line) ?? "250 ok");
                        continue;
                    }
                    await SayAsync("354 go on");
                    if (await MessageAsync(reader, to) is not { } mail) return;
                    Taken.Enqueue(mail);
                    if (!OnTaken(mail)) return;
                    await SayAsync("250 taken");
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The other side died, or the test is over.
            }
        }
    }

    private async Task<TakenMail?> MessageAsync(StreamReader reader, string to)
    {
        var text = new StringBuilder();
        var id = "";
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            if (line == ".") return new TakenMail(id, to, text.ToString());
            if (id.Length == 0 && line.StartsWith("Message-ID: ", StringComparison.Ordinal)) id = line["Message-ID: ".Length..];
            text.Append(line).Append("\r\n");
        }
        return null;
    }
}
