using System.Globalization;
using Npgsql;

namespace GrantPortal.Local;

/// <summary>What can happen to the services of a portal, done to them on purpose; each comes back where it was.</summary>
public sealed class ServiceFaults(LocalServices services) : IAsyncDisposable
{
    private PostgresServer? _standby;

    /// <summary>Of the primary and of the place of the standby, whether there is one now or not: a portal is told both.</summary>
    public (int Primary, int Standby) Ports { get; } = (services.Postgres.Port, FreePort.Next());

    /// <summary>How to reach the database on whichever of the two servers takes writes.</summary>
    public string ConnectionString(string database)
    {
        var one = new NpgsqlConnectionStringBuilder(services.ConnectionString(database));
        return string.Create(CultureInfo.InvariantCulture,
            $"Host=127.0.0.1:{Ports.Primary},127.0.0.1:{Ports.Standby};Username={one.Username};Password={one.Password};Database={database};Target Session Attributes=primary");
    }

    /// <summary>How to reach the standby alone.</summary>
    public string StandbyConnectionString(string database) =>
        (_standby ?? throw new InvalidOperationException("There is no standby.")).ConnectionString(database);

    /// <summary>SIGKILL to the server; its sessions end with it.</summary>
    public Task KillPostgresAsync() => services.Postgres.Process.KillAsync();

    /// <summary>Whether the server still runs.</summary>
    public bool PostgresRuns => !services.Postgres.Process.Exited.IsCompleted;

    public async Task StartPostgresAsync(CancellationToken cancel) =>
        services.Postgres = await PostgresServer.StartAsync(services.Options, services.Children, cancel, services.Postgres.Cluster, services.Postgres.Port);

    /// <summary>SIGSTOP to the server and everything it started.</summary>
    public void PausePostgres() => ForEachOf(services.Postgres.Process.Pid, Posix.Pause);

    public void ResumePostgres() => ForEachOf(services.Postgres.Process.Pid, Posix.Resume);

    public void PauseBlobs() => Posix.Pause(services.Azurite.Process.Pid);

    public void ResumeBlobs() => Posix.Resume(services.Azurite.Process.Pid);

    /// <summary>SIGTERM: with SIGKILL Azurite forgets what it acknowledged.</summary>
    public async Task StopBlobsAsync() => await services.Azurite.DisposeAsync();

    /// <summary>After <see cref="StopBlobsAsync"/>, on the same port.</summary>
    public async Task StartBlobsAsync(CancellationToken cancel) =>
        services.Azurite = await AzuriteServer.StartAsync(services.Options, services.Children, cancel, services.Azurite.Port);

    /// <param name="meanwhile">How long it is away.</param>
    public async Task RestartBlobsAsync(TimeSpan meanwhile, CancellationToken cancel)
    {
        await StopBlobsAsync();
        await Task.Delay(meanwhile, cancel);
        await StartBlobsAsync(cancel);
    }

    /// <summary>A streaming standby of the server.</summary>
    /// <param name="synchronous">From then on the server acknowledges nothing that the standby has not written.</param>
    public async Task StartStandbyAsync(bool synchronous, CancellationToken cancel)
    {
        var primary = services.Postgres;
        var port = primary.Port == Ports.Primary ? Ports.Standby : Ports.Primary;
        var cluster = Path.Combine(Path.GetDirectoryName(primary.Cluster)!, Path.GetFileName(primary.Cluster) == "postgres" ? "standby" : "postgres");
        _standby = await primary.StartStandbyAsync(services.Options, services.Children, cluster, port, cancel);
        if (!synchronous) return;
        await ExecuteAsync(primary, $"alter system set synchronous_standby_names = '{PostgresServer.StandbyName}'", cancel);
        await ExecuteAsync(primary, "select pg_reload_conf()", cancel);
        if (!await Poll.UntilAsync(() => FollowsAsync(primary, cancel), TimeSpan.FromSeconds(30), cancel)) throw new LocalException("The standby does not follow its primary.");
    }

    /// <summary>SIGKILL to the primary, and the standby takes its place for good.</summary>
    public async Task FailOverAsync(CancellationToken cancel)
    {
        var standby = _standby ?? throw new InvalidOperationException("There is no standby.");
        await services.Postgres.Process.KillAsync();
        await ExecuteAsync(standby, "select pg_promote()", cancel);
        // It came with the copy, and nobody follows the new one yet.
        await ExecuteAsync(standby, "alter system reset synchronous_standby_names", cancel);
        await ExecuteAsync(standby, "select pg_reload_conf()", cancel);
        (services.Postgres, _standby) = (standby, null);
    }

    /// <summary>SIGKILL to the standby.</summary>
    public Task KillStandbyAsync() => _standby?.Process.KillAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_standby is not null) await _standby.DisposeAsync();
    }

    private static async Task<bool> FollowsAsync(PostgresServer primary, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(primary.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand($"select exists (select from pg_stat_replication where application_name = '{PostgresServer.StandbyName}' and sync_state = 'sync' and state = 'streaming')");
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task ExecuteAsync(PostgresServer server, string sql, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>A process and its children.</summary>
    private static void ForEachOf(int pid, Action<int> act)
    {
        act(pid);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var other)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                if (int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) == pid) act(other);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
    }
}
