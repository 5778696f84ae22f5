using System.Globalization;

namespace GrantPortal.Local;

/// <summary>HAProxy on a loopback port before portals: in turn, without stickiness, asking <c>/health/ready</c>. Its settings: <c>local/haproxy.cfg</c>.</summary>
public sealed class Haproxy : IAsyncDisposable
{
    /// <summary>The answer's header that names the instance: its place among those given, from 1.</summary>
    public const string InstanceHeader = "X-Instance";

    private readonly Child _process;

    private Haproxy(Child process, string url)
    {
        _process = process;
        Url = url;
    }

    /// <summary>The address, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>Where it will listen has to be told to the portals before they start.</summary>
    public static string UrlAt(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    /// <summary>Starts it and waits until an instance is ready.</summary>
    /// <param name="instances">Ports of portals on the loopback interface.</param>
    /// <exception cref="LocalException">It is not installed, or did not start.</exception>
    public static async Task<Haproxy> StartAsync(LocalServices services, int port, IReadOnlyList<int> instances, CancellationToken cancel = default)
    {
        var servers = string.Join('\n', instances.Select((at, i) => string.Create(CultureInfo.InvariantCulture, $"    server {i + 1} 127.0.0.1:{at}")));
        var template = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "local", "haproxy.cfg"), cancel);
        var file = Path.Combine(services.DataDirectory, "haproxy.cfg");
        StateFile.WriteText(file, template.Replace("@PORT@", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("@SERVERS@", servers, StringComparison.Ordinal));
        var process = Child.Start(new("HAProxy", [Tool.Find("haproxy", "haproxy"), "-db", "-f", file], services.Options.LogFile("haproxy")), services.Children);
        var url = UrlAt(port);
        try
        {
            using var http = new HttpClient { BaseAddress = new(url), Timeout = TimeSpan.FromSeconds(5) };
            await process.ReadyAsync(() => AnswersAsync(http, cancel), TimeSpan.FromSeconds(20), cancel);
            return new(process, url);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
