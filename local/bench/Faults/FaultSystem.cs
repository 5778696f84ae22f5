using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using GrantPortal.Bench.Submit;
using GrantPortal.Data;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Faults;

/// <summary>
/// What is made to fail: two portals behind HAProxy, PostgreSQL (with room for a standby) on a small file system of its own where the machine allows one,
/// Azurite, and a mail server.
/// </summary>
internal sealed class FaultSystem : IAsyncDisposable
{
    private const string DiskPrefix = "grantportal-disk-";
    private const string DiskSize = "900m";

    private readonly int[] ports = [FreePort.Next(), FreePort.Next()];
    private readonly PortalProcess?[] portals = new PortalProcess?[2];
    private readonly string directory;
    private LocalServices? services;
    private Haproxy? proxy;

    private FaultSystem(string directory, string? disk)
    {
        (this.directory, Disk) = (directory, disk);
        Mail = new MailServer(Path.Combine(directory, "taken-mails"));
    }

    public string Url { get; } = Haproxy.UrlAt(FreePort.Next());

    public MailServer Mail { get; }

    /// <summary>The mount point of the database's own file system; null: not allowed here.</summary>
    public string? Disk { get; }

    public ServiceFaults Services { get; private set; } = null!;

    /// <summary>For what the benchmark itself asks: found wherever the primary is.</summary>
    public Database Database { get; private set; } = null!;

    public BlobContainerClient Blobs { get; private set; } = null!;

    public static async Task<FaultSystem> StartAsync(CancellationToken cancel)
    {
        var folder = Path.Combine(Path.GetTempPath(), "grantportal-bench");
        await LocalServices.SweepAsync(folder);
        var system = new FaultSystem(Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName, MountDisk());
        try
        {
            await system.StartAllAsync(cancel);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async Task StartPortalAsync(int instance, CancellationToken cancel) => portals[instance] = await PortalProcess.StartAsync(services!, new PortalProcessOptions
    {
        ConnectionString = Services.ConnectionString("portal") + ";Maximum Pool Size=40",
        Port = ports[instance],
        Name = string.Create(CultureInfo.InvariantCulture, $"portal-{instance + 1}-{Stopwatch.GetTimestamp()}"),
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Portal__PublicUrl"] = Url,
            ["Proxies__Known__0"] = "127.0.0.1",
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = Mail.Port.ToString(CultureInfo.InvariantCulture),
            ["Letters__Print"] = "false",
            ["Limits__UploadByAccount__Count"] = "1000000",
            ["Limits__UploadByAddress__Count"] = "1000000",
        },
    }, cancel);

    public async Task KillPortalAsync(int instance)
    {
        await portals[instance]!.KillAsync();
        portals[instance] = null;
    }

    /// <summary>Everything the portals wrote to their logs.</summary>
    public string Logs => string.Concat(Directory.EnumerateFiles(Path.Combine(directory, "logs"), "portal-*.log").Select(File.ReadAllText));

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null) await proxy.DisposeAsync();
        foreach (var portal in portals)
            if (portal is not null) await portal.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (Services is not null) await Services.DisposeAsync();
        if (services is not null) await services.DisposeAsync();
        await Mail.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        if (Disk is not null) Unmount(Disk);
    }

    private async Task StartAllAsync(CancellationToken cancel)
    {
        Report.Progress($"starting services on {directory}");
        services = await LocalServices.StartAsync(new() { DataDirectory = directory, DatabaseDirectory = Disk, Report = line => Report.Progress($"{line}") }, cancel);
        Services = new ServiceFaults(services);
        await Migrations.ApplyAsync(services.ConnectionString("portal"), cancel);
        await new Drafts(services.ConnectionString("portal")).PrepareAsync(cancel);
        Database = Database.At(Services.ConnectionString("portal"));
        Blobs = new StorageOptions { ConnectionString = services.StorageConnectionString }.Open();
        await Mail.StartAsync(cancel);
        await Task.WhenAll(StartPortalAsync(0, cancel), StartPortalAsync(1, cancel));
        proxy = await Haproxy.StartAsync(services, new Uri(Url).Port, ports, cancel);
    }

    /// <summary>A file system in memory, small enough to be filled; null where the machine does not let us.</summary>
    private static string? MountDisk()
    {
        if (!Environment.IsPrivilegedProcess) return null;
        foreach (var left in Directory.EnumerateDirectories(Path.GetTempPath(), DiskPrefix + "*")) Unmount(left);
        var disk = Directory.CreateTempSubdirectory(DiskPrefix).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={DiskSize},mode=0755", "tmpfs", disk)) return disk;
        Directory.Delete(disk);
        return null;
    }

    private static void Unmount(string disk)
    {
        if (Run("umount", disk)) Directory.Delete(disk);
    }

    private static bool Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
