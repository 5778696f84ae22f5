using System.Diagnostics.Metrics;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;

namespace GrantPortal.Web.Shared.Telemetry;

/// <summary>
/// Depth and age of the jobs by kind, read every 15 seconds. Every instance tells the same figures of the one table: take the largest, not the sum.
/// </summary>
public sealed class JobGauges : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Database database;
    private readonly TimeProvider clock;
    private IReadOnlyList<JobKindState> kinds = [];
    private DateTimeOffset at;

    public JobGauges(Database database, TimeProvider clock, IMeterFactory meters)
    {
        (this.database, this.clock) = (database, clock);
        var meter = meters.Create(Instruments.Name);
        meter.CreateObservableGauge("grantportal.jobs.waiting", () => Each(k => k.Waiting), "{job}", "Due or running.");
        meter.CreateObservableGauge("grantportal.jobs.oldest", () => Each(k => k.Oldest is { } since ? Math.Max(0, (int)(at - since).TotalSeconds) : 0), "s", "Since when the one that is due longest is due.");
        meter.CreateObservableGauge("grantportal.jobs.retrying", () => Each(k => k.Retrying), "{job}", "Failed before and tried again.");
        meter.CreateObservableGauge("grantportal.jobs.dead", () => Each(k => k.Dead), "{job}", "Given up.");
    }

    /// <summary>Reads them now.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        (kinds, at) = (await connection.AskAsync(JobOverview.Kinds(now), cancel), now);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Without the database there is nothing to tell; that it is away is told by everything else.
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                kinds = [];
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private List<Measurement<int>> Each(Func<JobKindState, int> figure) => [.. kinds.Select(k => new Measurement<int>(figure(k), new KeyValuePair<string, object?>("kind", k.Kind)))];
}
