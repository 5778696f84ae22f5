using System.Globalization;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.E2E;

/// <summary>Two published portals on a database of their own, behind HAProxy in turn and without stickiness.</summary>
public sealed class Instances : IAsyncDisposable
{
    private readonly PortalServices services;
    private readonly int[] ports = [FreePort.Next(), FreePort.Next()];
    private readonly PortalProcess?[] running = new PortalProcess?[2];
    private readonly string url = Haproxy.UrlAt(FreePort.Next());
    private readonly string container;
    private readonly Dictionary<string, string> settings;
    private Haproxy? proxy;

    private Instances(PortalServices services, string connectionString, Dictionary<string, string> settings)
    {
        (this.services, this.settings, ConnectionString) = (services, settings, connectionString);
        container = services.NewContainerName();
    }

    /// <summary>Where people reach them.</summary>
    public string Url => url;

    public string ConnectionString { get; }

    /// <param name="settings">Environment variables beyond the usual.</param>
    public static async Task<Instances> StartAsync(PortalServices services, Dictionary<string, string> settings, CancellationToken cancel)
    {
        var connectionString = await services.NewDatabaseAsync();
        await using (var database = new Npgsql.NpgsqlConnection(connectionString))
        {
            await database.OpenAsync(cancel);
            // Open whatever the date: these portals' clocks are real, for they start at different times.
            await using var open = new Npgsql.NpgsqlCommand("update programme_years set opens = '2026-05-07', closes = '2099-12-31' where year = 'R8'", database);
            await open.ExecuteNonQueryAsync(cancel);
        }
        var all = new Instances(services, connectionString, settings);
        try
        {
            await Task.WhenAll(all.StartAsync(0, cancel), all.StartAsync(1, cancel));
            all.proxy = await Haproxy.StartAsync(services.Services, new Uri(all.url).Port, all.ports, cancel);
            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends an instance as an operator would (SIGTERM: not ready, drained, stopped) and starts it again.</summary>
    public async Task RestartAsync(int instance, CancellationToken cancel)
    {
        await running[instance]!.DisposeAsync();
        await StartAsync(instance, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null) await proxy.DisposeAsync();
        foreach (var portal in running)
            if (portal is not null) await portal.DisposeAsync();
    }

    private async Task StartAsync(int instance, CancellationToken cancel) => running[instance] = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
    {
        ConnectionString = ConnectionString,
        Port = ports[instance],
        Name = string.Create(CultureInfo.InvariantCulture, $"instance-{instance + 1}"),
        Environment = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["Storage__Container"] = container,
            ["Portal__PublicUrl"] = url,
            ["Proxies__Known__0"] = "127.0.0.1",
            // Longer than the proxy's checks take to notice.
            ["Shutdown__DrainSeconds"] = "4",
            ["Shutdown__GraceSeconds"] = "10",
        },
    }, cancel);
}
