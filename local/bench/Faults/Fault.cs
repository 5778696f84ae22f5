using Dapper;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Faults;

/// <summary>One thing that goes wrong. The run ends when everything is there again that was there before; the portal may still have to notice.</summary>
/// <param name="Name">As reported.</param>
/// <param name="Run">Does it, with dice for what is left to chance.</param>
internal sealed record Fault(string Name, Func<FaultSystem, Random, CancellationToken, Task> Run)
{
    public const string DiskFull = "disk-full";

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("portal-killed", async (system, random, cancel) =>
        {
            var victim = random.Next(2);
            await system.KillPortalAsync(victim);
            await Task.Delay(Seconds(random, 1, 3), cancel);
            await system.StartPortalAsync(victim, cancel);
        }),
        new("postgres-killed", async (system, random, cancel) =>
        {
            await system.Services.KillPostgresAsync();
            await Task.Delay(Seconds(random, 0, 2), cancel);
            await system.Services.StartPostgresAsync(cancel);
        }),
        new("mail-killed", async (system, random, cancel) =>
        {
            await system.Mail.KillAsync();
            await Task.Delay(Seconds(random, 2, 5), cancel);
            await system.Mail.StartAsync(cancel);
        }),
        new("blobs-paused", async (system, random, cancel) =>
        {
            system.Services.PauseBlobs();
            await Task.Delay(Seconds(random, 4, 8), cancel);
            system.Services.ResumeBlobs();
        }),
        new("blobs-ended", (system, random, cancel) => system.Services.RestartBlobsAsync(Seconds(random, 0, 3), cancel)),
        new("postgres-paused", async (system, _, cancel) =>
        {
            system.Services.PausePostgres();
            await Task.Delay(TimeSpan.FromSeconds(10), cancel);
            system.Services.ResumePostgres();
        }),
        new("failover", (system, _, cancel) => system.Services.FailOverAsync(cancel)),
        new(DiskFull, FillAsync),
    ];

    /// <summary>Before the load: a standby takes its time to copy.</summary>
    public Task PrepareAsync(FaultSystem system, CancellationToken cancel) => Name == "failover" ? system.Services.StartStandbyAsync(synchronous: true, cancel) : Task.CompletedTask;

    /// <summary>Fills the database's disk to the last byte, makes it ask for more, and frees it again; a server that gave up is started, as its supervisor would.</summary>
    private static async Task FillAsync(FaultSystem system, Random random, CancellationToken cancel)
    {
        var ballast = Path.Combine(system.Disk!, "ballast");
        await using (var file = File.Create(ballast))
        {
            try
            {
                var chunk = new byte[1 << 16];
                while (true)
                {
                    await file.WriteAsync(chunk, cancel);
                    await file.FlushAsync(cancel);
                }
            }
            catch (IOException)
            {
                Report.Progress($"the disk is full");
            }
        }
        await Task.Delay(Seconds(random, 1, 3), cancel);
        try
        {
            // A new segment of the log: tables that do not grow cannot hide that nothing can be written.
            await using var connection = await system.Database.OpenAsync(cancel);
            await connection.ExecuteAsync("select pg_switch_wal()");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            Report.Progress($"as it should, it fails: {e.Message}");
        }
        await Task.Delay(Seconds(random, 2, 4), cancel);
        File.Delete(ballast);
        if (!system.Services.PostgresRuns) await system.Services.StartPostgresAsync(cancel);
    }

    private static TimeSpan Seconds(Random random, int least, int most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
}
