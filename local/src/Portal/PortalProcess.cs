namespace GrantPortal.Local;

/// <summary>A portal to start.</summary>
public sealed record PortalProcessOptions
{
    /// <summary>A migrated database; by default the services' database <c>portal</c>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The port on localhost; null takes a free one.</summary>
    public int? Port { get; init; }

    public bool Demo { get; init; }

    public DateTimeOffset? Clock { get; init; }

    /// <summary>Tells the log files of several portals on the same services apart.</summary>
    public string Name { get; init; } = "web";

    /// <summary>More environment variables for the web executable; these win.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long it may take until it is ready; seeding the demo is part of it.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(3);
}

/// <summary>The published web executable, serving as a child of this process.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private readonly Child _process;

    private PortalProcess(Child process, PortalSettings settings)
    {
        _process = process;
        Settings = settings;
        Died = ReportDeathAsync();
    }

    /// <summary>The address, without a slash at the end.</summary>
    public string Url => Settings.PublicUrl;

    public int Pid => _process.Pid;

    public PortalSettings Settings { get; }

    /// <summary>Completes when the portal has ended, with a report for a person.</summary>
    public Task<string> Died { get; }

    /// <summary>Everything it wrote to stdout and stderr.</summary>
    public string Log => _process.Log;

    /// <summary>Starts the portal on migrated services and waits until it is ready.</summary>
    /// <exception cref="LocalException">It ended, or was not ready in time; the message holds the end of its log.</exception>
    public static async Task<PortalProcess> StartAsync(
        LocalServices services, PortalProcessOptions options, CancellationToken cancel = default)
    {
        // localhost makes Kestrel listen on both loopback addresses, whichever a browser resolves the name to.
        var url = $"http://localhost:{options.Port ?? FreePort.Next()}";
        var settings = PortalSettings.For(services, options.ConnectionString ?? services.ConnectionString("portal"), url) with
        {
            Demo = options.Demo,
            Clock = options.Clock,
        };
        var environment = new Dictionary<string, string>(settings.ToEnvironment(), StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = url };
        foreach (var (name, value) in options.Environment)
            environment[name] = value;

        var command = new ChildCommand("The portal", [.. PortalCommand.Executable()], services.Options.LogFile(options.Name))
        {
            Environment = environment,
            WorkingDirectory = RepositoryRoot.PublishedWeb,
        };
        var process = Child.Start(command, services.Children);
        try
        {
            using var http = new HttpClient { BaseAddress = new(url), Timeout = TimeSpan.FromSeconds(10) };
            await process.ReadyAsync(() => IsReadyAsync(http, cancel), options.Deadline, cancel);
            return new(process, settings);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it by SIGTERM, and by force when that takes longer than 20 seconds.</summary>
    public Task StopAsync() => _process.StopAsync();

    /// <summary>SIGKILL: it ends at once, in the middle of whatever it does.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel);
            if (answer.IsSuccessStatusCode) return true;
            // A file that is missing or altered does not keep a portal from serving: the state page names it.
            var body = await answer.Content.ReadAsStringAsync(cancel);
            return body.Contains("\"database\":true,\"storage\":true,\"files\":false", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<string> ReportDeathAsync()
    {
        await _process.Exited;
        return _process.Report();
    }
}
