using System.Globalization;
using Azure.Storage.Blobs;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using Microsoft.Extensions.Logging.Abstractions;

namespace GrantPortal.E2E;

/// <summary>A published portal on durable services of its own, with a real clamd; each of them can be ended and comes back where it was.</summary>
internal sealed class KilledSystem : IAsyncDisposable
{
    private const string Container = "killed-uploads";

    private readonly LocalServices services;
    private readonly ServiceFaults faults;
    private readonly int port = FreePort.Next();
    private ClamdServer clamd;
    private PortalProcess? portal;
    private int starts;

    private KilledSystem(LocalServices services, ClamdServer clamd)
    {
        (this.services, this.clamd) = (services, clamd);
        faults = new ServiceFaults(services);
        Blobs = new StorageOptions { ConnectionString = services.StorageConnectionString, Container = Container }.Open();
        Quarantine = new StorageOptions { ConnectionString = services.StorageConnectionString, Container = Container }.OpenQuarantine();
    }

    /// <summary>What can be done to the services one by one.</summary>
    public ServiceFaults One => faults;

    public string ConnectionString => services.ConnectionString("portal");

    public BlobContainerClient Blobs { get; }

    public QuarantineContainer Quarantine { get; }

    /// <summary>Takes the files no row names, without the day the sweep leaves to uploads under way: there is none.</summary>
    public async Task SweepAsync(Database database, CancellationToken cancel)
    {
        var once = new StorageOptions { ConnectionString = services.StorageConnectionString, Container = Container }.OpenOnce();
        var sweep = new OrphanSweep(database, Blobs, Quarantine, new AzureBlobStore(Blobs, once, Quarantine), TimeProvider.System, NullLogger<OrphanSweep>.Instance) { Settled = TimeSpan.Zero };
        foreach (var digit in NameRange.AllDigits)
            await sweep.RunAsync(new ClaimedJob(0, OrphanSweep.JobKind, $"killed:{digit}", $$"""{"digit": "{{digit}}"}""", 1), cancel);
    }

    /// <summary>What can go wrong; each is over when the service is there again.</summary>
    public IReadOnlyList<(string Name, Func<Random, CancellationToken, Task> Run)> Faults =>
    [
        ("the portal is killed", async (random, cancel) =>
        {
            await portal!.KillAsync();
            await Task.Delay(random.Next(1000), cancel);
            await StartPortalAsync(cancel);
        }),
        ("PostgreSQL is killed", async (random, cancel) =>
        {
            await faults.KillPostgresAsync();
            await Task.Delay(random.Next(1000), cancel);
            await faults.StartPostgresAsync(cancel);
        }),
        ("clamd is killed", async (random, cancel) =>
        {
            await clamd.KillAsync();
            await Task.Delay(random.Next(2000), cancel);
            clamd = await ClamdServer.StartAsync(services, clamd.Port, cancel);
        }),
        ("the blob store stands still", async (random, cancel) =>
        {
            faults.PauseBlobs();
            await Task.Delay(random.Next(1000, 4000), cancel);
            faults.ResumeBlobs();
        }),
        ("the blob store is ended", (random, cancel) => faults.RestartBlobsAsync(TimeSpan.FromMilliseconds(random.Next(1000)), cancel)),
    ];

    public static async Task<KilledSystem> StartAsync(CancellationToken cancel)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".build", "tests", $"killed_{Guid.NewGuid():N}");
        var own = await LocalServices.StartAsync(new() { DataDirectory = folder }, cancel);
        ClamdServer? scanner = null;
        try
        {
            await Migrations.ApplyAsync(own.ConnectionString("portal"), cancel);
            scanner = await ClamdServer.StartAsync(own, cancel: cancel);
            var system = new KilledSystem(own, scanner);
            await system.StartPortalAsync(cancel);
            return system;
        }
        catch
        {
            if (scanner is not null) await scanner.DisposeAsync();
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody of an applicant of their own.</summary>
    public async Task<PortalBrowser> SignInAsync(CancellationToken cancel)
    {
        await using var database = Database.At(ConnectionString);
        var user = await new Given(database, new TestClock(RunningPortal.Start)).AnApplicantUser();
        var browser = new PortalBrowser($"http://localhost:{port}", patience: TimeSpan.FromSeconds(15));
        var answer = await browser.SignInAsync(user.Email, Given.Password, cancel);
        return answer.Status == 302 ? browser : throw new LocalException($"{user.Email} could not sign in: {answer.Status}.");
    }

    /// <summary>An orderly end and a start, later by the portal's clock.</summary>
    public async Task RestartPortalAsync(CancellationToken cancel)
    {
        await StopPortalAsync();
        await StartPortalAsync(cancel);
    }

    public async Task StopPortalAsync()
    {
        if (portal is not null) await portal.DisposeAsync();
        portal = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopPortalAsync();
        await clamd.DisposeAsync();
        await faults.DisposeAsync();
        await services.DisposeAsync();
        Npgsql.NpgsqlConnection.ClearAllPools();
        Directory.Delete(services.DataDirectory, recursive: true);
    }

    /// <summary>Each begins an hour after the one before: leases of the dead have ended, and what failed is due.</summary>
    private async Task StartPortalAsync(CancellationToken cancel) => portal = await PortalProcess.StartAsync(services, new PortalProcessOptions
    {
        Port = port,
        Clock = RunningPortal.Start.AddHours(starts++),
        Name = string.Create(CultureInfo.InvariantCulture, $"portal-{starts}"),
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Storage__Container"] = Container,
            ["Storage__Patience"] = "00:00:05",
            ["Scanner__Host"] = clamd.Host,
            ["Scanner__Port"] = clamd.Port.ToString(CultureInfo.InvariantCulture),
            ["Documents__OpenUnchecked"] = "false",
            ["Letters__Print"] = "false",
            // All come from one address, faster than people do.
            ["Limits__UploadByAddress__Count"] = "1000000",
            ["Limits__UploadByAccount__Count"] = "1000000",
        },
    }, cancel);
}
