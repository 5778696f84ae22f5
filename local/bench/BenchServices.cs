using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench;

/// <summary>
/// Local services with a migrated database named as the portal's own, so that <c>./run --empty --data DIR</c> can serve what a benchmark kept.
/// </summary>
internal sealed class BenchServices : IAsyncDisposable
{
    private readonly bool kept;

    private BenchServices(LocalServices services, bool kept) => (Services, this.kept) = (services, kept);

    public LocalServices Services { get; }

    public string ConnectionString => Services.ConnectionString("portal");

    /// <summary>Without --data the directory is a temporary one and deleted at the end.</summary>
    public static async Task<BenchServices> StartAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var folder = Path.Combine(Path.GetTempPath(), "grantportal-bench");
        await LocalServices.SweepAsync(folder);
        var directory = arguments.DataDirectory ?? Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Report.Progress($"starting services on {directory}");
        var services = new BenchServices(
            await LocalServices.StartAsync(new() { DataDirectory = directory, Report = line => Report.Progress($"{line}") }, cancel), kept: arguments.DataDirectory is not null);
        try
        {
            await Migrations.ApplyAsync(services.ConnectionString, cancel);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Services.DisposeAsync();
        if (!kept) Directory.Delete(Services.DataDirectory, recursive: true);
    }
}
