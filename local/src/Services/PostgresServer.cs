using System.Globalization;
using Npgsql;

namespace GrantPortal.Local;

/// <summary>A PostgreSQL server of our own on a loopback port, its cluster in the data directory.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>How a standby calls itself at its primary.</summary>
    public const string StandbyName = "standby";

    private const string User = "portal";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Child _process;
    private readonly int _port;
    private readonly string _password;

    private PostgresServer(Child process, int port, string password, string cluster)
    {
        _process = process;
        _port = port;
        _password = password;
        Cluster = cluster;
    }

    public Child Process => _process;

    public int Port => _port;

    /// <summary>The folder of its files.</summary>
    public string Cluster { get; }

    /// <summary>How to reach a database of this server as its owner.</summary>
    public string ConnectionString(string database) => ConnectionString(database, _port, _password);

    /// <param name="cluster">The folder of its files; null: the usual one.</param>
    /// <param name="fixedPort">Where it listened before; null: a free port.</param>
    public static async Task<PostgresServer> StartAsync(LocalServicesOptions options, ChildRecords records, CancellationToken cancel, string? cluster = null, int? fixedPort = null)
    {
        cluster ??= Path.Combine(options.DatabaseDirectory ?? options.DataDirectory, "postgres");
        var passwordFile = Path.Combine(options.DataDirectory, "postgres-password");
        var password = StateFile.Secret(passwordFile);
        var binaries = await PostgresBinaries.FindAsync(cluster, cancel);
        if (binaries.FromNpm)
            options.Report("PostgreSQL is not installed on this system: using npm's binaries.");
        var account = PostgresAccount.For(options.DataDirectory, binaries.Folder);
        await account.OwnAsync(passwordFile, cancel);

        if (!Directory.Exists(cluster))
            await InitialiseAsync(cluster, passwordFile, binaries, account, options, records, cancel);
        await account.OwnAsync(cluster, cancel);

        DisownLockFile(cluster);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var port = fixedPort ?? FreePort.Next();
            var process = Child.Start(Command(cluster, port, binaries, account, options), records);
            try
            {
                await process.ReadyAsync(() => AnswersAsync(port, password, cancel), Deadline, cancel);
                return new(process, port, password, cluster);
            }
            catch (LocalException) when (IsPassing(process.Log) && TimeProvider.System.GetElapsedTime(started) < Deadline)
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

    /// <summary>Copies this server as it runs and starts the copy, which follows it as a streaming standby.</summary>
    /// <param name="cluster">The folder for its files; what is there goes.</param>
    /// <param name="standbyPort">Where it listens; null: a free port.</param>
    public async Task<PostgresServer> StartStandbyAsync(LocalServicesOptions options, ChildRecords records, string cluster, int? standbyPort, CancellationToken cancel)
    {
        if (Directory.Exists(cluster)) Directory.Delete(cluster, recursive: true);
        // -R leaves what makes it a standby, with the password it was called with.
        await CopyAsync(cluster, cancel, "-R", "-X", "stream", "-c", "fast");
        return await StartAsync(options, records, cancel, cluster, standbyPort);
    }

    /// <summary>Copies this server as it runs.</summary>
    public async Task CopyAsync(string to, CancellationToken cancel, params string[] options)
    {
        var binaries = await PostgresBinaries.FindAsync(Cluster, cancel);
        await Tool.RunAsync(
            [binaries.BaseBackup, "-D", to, .. options, "-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", User],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = _password, ["PGAPPNAME"] = StandbyName },
            cancel: cancel);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // Made aside and renamed: a folder called postgres is always complete.
    private static async Task InitialiseAsync(
        string cluster,
        string passwordFile,
        PostgresBinaries binaries,
        PostgresAccount account,
        LocalServicesOptions options,
        ChildRecords records,
        CancellationToken cancel)
    {
        var fresh = cluster + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        StateFile.PrivateFolder(fresh);
        await account.OwnAsync(fresh, cancel);

        string[] durability = options.Durable ? [] : ["--no-sync"];
        var command = account.Run([
            binaries.Initdb, "--pgdata", fresh, "--username", User, "--pwfile", passwordFile, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", .. durability]);
        await using var initdb = Child.Start(new("initdb", command, options.LogFile("initdb")) { WorkingDirectory = fresh }, records);
        await initdb.Exited.WaitAsync(cancel);
        if (initdb.ExitCode != 0)
            throw new LocalException(initdb.Report());
        Directory.Move(fresh, cluster);
    }

    private static ChildCommand Command(
        string cluster, int port, PostgresBinaries binaries, PostgresAccount account, LocalServicesOptions options)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"port={port}"),
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=256MB",
            "jit=off",
            "timezone=UTC",
            .. options.Durable ? (string[])["fsync=on", "synchronous_commit=on"] : ["fsync=off", "full_page_writes=off"],
        ];
        var command = account.Run([binaries.Postgres, "-D", cluster, .. settings.SelectMany(s => new[] { "-c", s })]);
        return new("PostgreSQL", command, options.LogFile(Path.GetFileName(cluster)))
        {
            WorkingDirectory = cluster,
            Signal = options.Durable ? EndSignal.Interrupt : EndSignal.Quit,
        };
    }

    // A killed server leaves its lock file, and its process id may meanwhile be another process's, or a zombie's that nobody reaps:
    // the next one would refuse. All that we started here has been ended, so the id tells nothing; our own is one that PostgreSQL
    // passes over, as its parent's. The rest of the file stays: it leads to the shared memory, where leftover backends still count.
    private static void DisownLockFile(string cluster)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(file))
            return;
        var lines = File.ReadAllLines(file);
        lines[0] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        File.WriteAllLines(file, lines);
    }

    // Ours, and not another that took the port: it knows the password.
    private static async Task<bool> AnswersAsync(int port, string password, CancellationToken cancel)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres", port, password) + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(cancel);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    // The port was taken between choosing and listening, or the processes of a killed server are still leaving its shared memory.
    private static bool IsPassing(string log)
        => log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)
            || log.Contains("shared memory block", StringComparison.Ordinal);

    private static string ConnectionString(string database, int port, string password)
        => new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = User,
            Password = password,
            Database = database,
        }.ConnectionString;
}
