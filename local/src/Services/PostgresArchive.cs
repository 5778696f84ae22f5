using System.Globalization;
using Npgsql;

namespace GrantPortal.Local;

/// <summary>Base backups and the archived log of a server, and what is made of them: the database as it was at any moment in between.</summary>
public sealed class PostgresArchive(LocalServices services, string folder)
{
    private readonly string _log = Path.Combine(folder, "wal");
    private readonly string _base = Path.Combine(folder, "base");

    /// <summary>Makes the server archive its log, which takes a restart of it.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(_log);
        await OwnAsync(_log, cancel);
        await ExecuteAsync("alter system set archive_mode = on", cancel);
        // Never over a file that is there; the copy is complete before it has its name.
        await ExecuteAsync($"alter system set archive_command = 'test ! -f {_log}/%f && cp %p {_log}/%f.new && mv {_log}/%f.new {_log}/%f'", cancel);
        await ExecuteAsync("alter system set archive_timeout = 60", cancel);
        var (cluster, port) = (services.Postgres.Cluster, services.Postgres.Port);
        await services.Postgres.DisposeAsync();
        services.Postgres = await PostgresServer.StartAsync(services.Options, services.Children, cancel, cluster, port);
    }

    /// <summary>A base backup of the server as it runs.</summary>
    /// <returns>Its size, bytes.</returns>
    public async Task<long> BackUpAsync(CancellationToken cancel)
    {
        await services.Postgres.CopyAsync(_base, cancel, "-X", "none", "-c", "fast");
        return Size(_base);
    }

    /// <summary>Waits until what is written now stands in the archive.</summary>
    /// <returns>Size of the log in the archive, bytes.</returns>
    public async Task<long> CatchUpAsync(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(services.ConnectionString("postgres") + ";Pooling=false");
        await using var name = source.CreateCommand("select pg_walfile_name(pg_current_wal_lsn())");
        var segment = (string)(await name.ExecuteScalarAsync(cancel))!;
        await ExecuteAsync("select pg_switch_wal()", cancel);
        if (!await Poll.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(_log, segment))), TimeSpan.FromSeconds(60), cancel)) throw new LocalException($"The log {segment} was not archived.");
        return Size(_log);
    }

    /// <summary>Starts another server with the backup and the log up to a moment; it takes writes when it answers.</summary>
    /// <returns>How to reach one of its databases; it ends with the services.</returns>
    public async Task<RestoredServer> RestoreAsync(DateTimeOffset moment, CancellationToken cancel)
    {
        var cluster = Path.Combine(folder, "restored");
        await Tool.RunAsync(["cp", "-a", _base, cluster], cancel: cancel);
        var at = moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        await File.AppendAllTextAsync(Path.Combine(cluster, "postgresql.auto.conf"),
            $"""

            archive_mode = off
            restore_command = 'cp {_log}/%f %p'
            recovery_target_time = '{at}+00'
            recovery_target_action = promote

            """, cancel);
        await File.WriteAllTextAsync(Path.Combine(cluster, "recovery.signal"), "", cancel);
        return new(await PostgresServer.StartAsync(services.Options, services.Children, cancel, cluster));
    }

    private static async Task OwnAsync(string path, CancellationToken cancel) => await PostgresAccount.For(path).OwnAsync(path, cancel);

    private static long Size(string path) => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    private async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(services.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>A server made from a backup.</summary>
public sealed class RestoredServer : IAsyncDisposable
{
    private readonly PostgresServer _server;

    internal RestoredServer(PostgresServer server) => _server = server;

    public string ConnectionString(string database) => _server.ConnectionString(database);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
