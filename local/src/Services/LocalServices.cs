namespace GrantPortal.Local;

/// <summary>PostgreSQL, blob store and mail catcher on loopback ports, all data below one directory.</summary>
public sealed class LocalServices : IAsyncDisposable
{
    private readonly DataLock _lock;
    private PostgresServer _postgres;
    private AzuriteServer _azurite;
    private readonly MaildevServer _maildev;

    private LocalServices(
        LocalServicesOptions options,
        DataLock dataLock,
        ChildRecords children,
        PostgresServer postgres,
        AzuriteServer azurite,
        MaildevServer maildev)
    {
        Options = options;
        Children = children;
        _lock = dataLock;
        _postgres = postgres;
        _azurite = azurite;
        _maildev = maildev;
        Died = FirstDeathAsync();
    }

    /// <summary>Blobs: a connection string for Azure.Storage.Blobs.</summary>
    public string StorageConnectionString => _azurite.ConnectionString;

    /// <summary>Where mails are sent; no authentication, no TLS.</summary>
    public string SmtpHost => "127.0.0.1";

    /// <summary>See <see cref="SmtpHost"/>.</summary>
    public int SmtpPort => _maildev.SmtpPort;

    /// <summary>A page showing the mails caught; <c>GET {MailUrl}/email</c> gives them as JSON, <c>DELETE {MailUrl}/email/all</c> drops them.</summary>
    public string MailUrl => _maildev.WebUrl;

    /// <summary>Their processes by name, for whoever measures what they cost.</summary>
    public IReadOnlyDictionary<string, int> Processes =>
        new Child[] { _postgres.Process, _azurite.Process, _maildev.Process }.ToDictionary(child => child.Name, child => child.Pid, StringComparer.Ordinal);

    /// <summary>Completes when a service has ended, with a report for a person; disposing completes it too.</summary>
    public Task<string> Died { get; }

    /// <summary>Everything they keep lies below.</summary>
    public string DataDirectory => Options.DataDirectory;

    internal PostgresServer Postgres
    {
        get => _postgres;
        set => _postgres = value;
    }

    internal AzuriteServer Azurite
    {
        get => _azurite;
        set => _azurite = value;
    }

    internal LocalServicesOptions Options { get; }

    internal ChildRecords Children { get; }

    /// <summary>How to reach a database as its owner.</summary>
    public string ConnectionString(string database) => _postgres.ConnectionString(database);

    /// <summary>Ends what a killed runner left in the data directory, then starts all three and waits until they answer.</summary>
    /// <exception cref="LocalException">The directory is in use, or a service did not start.</exception>
    public static async Task<LocalServices> StartAsync(LocalServicesOptions options, CancellationToken cancel = default)
    {
        var dataLock = DataLock.Take(options.DataDirectory);
        try
        {
            var children = new ChildRecords(options.DataDirectory);
            await children.EndLeftoversAsync(cancel);
            return await StartAllAsync(options, dataLock, children, cancel);
        }
        catch
        {
            dataLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends the leftovers of killed runners in every data directory below a folder, and deletes those directories.
    /// Directories still in use are left alone.
    /// </summary>
    public static async Task SweepAsync(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var directory in Directory.EnumerateDirectories(folder))
        {
            // The file is written under the lock: without it, somebody may be about to take the lock.
            if (!File.Exists(Path.Combine(directory, ChildRecords.FileName)))
                continue;
            using var dataLock = DataLock.TryTake(directory);
            if (dataLock is null)
                continue;
            await new ChildRecords(directory).EndLeftoversAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>
    /// Kills the blob store (SIGKILL) and starts it again on what it had written, on another port: what it was told since it last wrote, up to 5 seconds before, it forgets.
    /// </summary>
    public async Task CrashStorageAsync(CancellationToken cancel = default)
    {
        Posix.Send(_azurite.Process.Pid, EndSignal.Kill);
        await _azurite.Process.Exited;
        await _azurite.DisposeAsync();
        _azurite = await AzuriteServer.StartAsync(Options, Children, cancel);
    }

    /// <summary>Stops mail, blobs (which write out what they know) and the database, in this order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _maildev.DisposeAsync();
        await _azurite.DisposeAsync();
        await _postgres.DisposeAsync();
        _lock.Dispose();
    }

    private static async Task<LocalServices> StartAllAsync(
        LocalServicesOptions options, DataLock dataLock, ChildRecords children, CancellationToken cancel)
    {
        var postgres = PostgresServer.StartAsync(options, children, cancel);
        var azurite = AzuriteServer.StartAsync(options, children, cancel);
        var maildev = MaildevServer.StartAsync(options, children, cancel);
        try
        {
            await Task.WhenAll(postgres, azurite, maildev);
            return new(options, dataLock, children, await postgres, await azurite, await maildev);
        }
        catch
        {
            foreach (var started in new IAsyncDisposable?[] { Started(maildev), Started(azurite), Started(postgres) })
            {
                if (started is not null)
                    await started.DisposeAsync();
            }

            throw;
        }
    }

    private static T? Started<T>(Task<T> start) where T : class => start.IsCompletedSuccessfully ? start.Result : null;

    private async Task<string> FirstDeathAsync()
    {
        Child[] all = [_postgres.Process, _azurite.Process, _maildev.Process];
        var first = await Task.WhenAny(all.Select(child => child.Exited));
        return all.First(child => child.Exited == first).Report();
    }
}
