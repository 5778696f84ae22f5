using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Limits;
using GrantPortal.Domain;
using GrantPortal.Web.Shared.Security;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Section <c>Jobs</c> of the configuration.</summary>
public sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>False: this instance serves pages only, others run the jobs.</summary>
    public bool Poll { get; set; } = true;

    /// <summary>How many jobs of <see cref="JobLane.Light"/> run at the same time.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 64)]
    public int AtOnce { get; set; } = 4;

    /// <summary>How many of <see cref="JobLane.Heavy"/>: about one for each processor. None: this instance leaves them to others.</summary>
    [System.ComponentModel.DataAnnotations.Range(0, 64)]
    public int HeavyAtOnce { get; set; } = 2;
}

/// <summary>Runs what is due, a second after it is due at the latest. Any number of instances do so side by side.</summary>
public sealed class JobWorker(
    Database database, IEnumerable<IJobHandler> handlers, IEnumerable<DailyJob> daily, JobSignal signal, TimeProvider clock, IOptions<JobOptions> options, ILogger<JobWorker> log)
    : BackgroundService
{
    private const int Batch = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, IJobHandler> handlers = handlers.ToDictionary(h => h.Kind, StringComparer.Ordinal);
    private readonly bool[] failing = new bool[Enum.GetValues<JobLane>().Length];
    private DateOnly lastDay;
    private DateTimeOffset lastHousekeeping;

    /// <summary>Runs everything that is due now, and what that makes due, to its end. Tests call it instead of waiting.</summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> RunDueAsync(CancellationToken cancel = default)
    {
        await TendAsync();
        var count = 0;
        while (true)
        {
            var before = count;
            foreach (var lane in Enum.GetValues<JobLane>()) count += await RunLaneAsync(lane, cancel);
            if (count == before) return count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Poll) return;
        var ticking = WakeEachTickAsync(stoppingToken);
        await Task.WhenAll(Enum.GetValues<JobLane>().Select(lane => TendLaneAsync(lane, stoppingToken)));
        await ticking;
    }

    private async Task TendLaneAsync(JobLane lane, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(lane, cancel);
                await RunSafelyAsync(lane, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task<int> RunLaneAsync(JobLane lane, CancellationToken cancel)
    {
        var atOnce = lane == JobLane.Light ? options.Value.AtOnce : options.Value.HeavyAtOnce;
        if (atOnce == 0) return 0;
        var count = 0;
        while (true)
        {
            IReadOnlyList<ClaimedJob> jobs;
            await using (var connection = await database.OpenAsync(cancel))
                jobs = await JobStore.ClaimAsync(connection, [.. handlers.Values.Where(h => h.Lane == lane && h.IsAble).Select(h => h.Kind)], lane == JobLane.Light ? Batch : atOnce, clock.GetUtcNow());
            if (jobs.Count == 0) return count;
            count += jobs.Count;
            await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (job, _) => await RunAsync(job, cancel));
            cancel.ThrowIfCancellationRequested();
        }
    }

    private async Task WakeEachTickAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel)) signal.Wake();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task RunSafelyAsync(JobLane lane, CancellationToken cancel)
    {
        try
        {
            if (lane == JobLane.Light) await TendAsync();
            await RunLaneAsync(lane, cancel);
            failing[(int)lane] = false;
        }
#pragma warning disable CA1031 // A database that is away now may be back at the next tick.
        catch (Exception exception) when (exception is not OperationCanceledException || !cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Once, not every second until it is back.
            if (!failing[(int)lane]) log.LogError(exception, "Jobs cannot be run.");
            failing[(int)lane] = true;
        }
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var attempt = Instruments.Job(job.Kind, job.Id, job.Attempts);
        try
        {
            await handlers[job.Kind].RunAsync(job, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            attempt.Outcome = "released";
            await using var stopped = await database.OpenAsync(CancellationToken.None);
            await JobStore.ReleaseAsync(stopped, job);
            return;
        }
        catch (JobUnableException unable)
        {
            attempt.Outcome = "released";
            log.LogInformation("Job {Id} ({Kind}) waits: {Why}", job.Id, job.Kind, unable.Message);
            await using var waiting = await database.OpenAsync(CancellationToken.None);
            await JobStore.ReleaseAsync(waiting, job);
            return;
        }
#pragma warning disable CA1031 // Whatever went wrong: it is tried again, and stands in the job's row.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            attempt.Outcome = "failed";
            log.LogWarning(exception, "Job {Id} ({Kind}) failed at attempt {Attempts}.", job.Id, job.Kind, job.Attempts);
            await using var failed = await database.OpenAsync(CancellationToken.None);
            await JobStore.FailAsync(failed, job, exception.ToString(), clock.GetUtcNow());
            return;
        }
        await using var done = await database.OpenAsync(CancellationToken.None);
        await JobStore.FinishAsync(done, job, clock.GetUtcNow());
    }

    /// <summary>Once a day the daily jobs; once a minute what has outlived its use.</summary>
    private async Task TendAsync()
    {
        var now = clock.GetUtcNow();
        var today = JapanTime.DateOf(now);
        if (today == lastDay && now - lastHousekeeping < HousekeepingEvery) return;
        await using var connection = await database.OpenAsync();
        if (today != lastDay) await JobQueue.EnqueueAsync(connection, [.. daily.Select(job => For(job, today))]);
        await ParkedPostStore.PurgeAsync(connection, now - ParkedPosts.Lifetime);
        await SessionStore.PurgeAsync(connection, now);
        await AccountLinkStore.PurgeAsync(connection, now);
        await RateLimitStore.PurgeAsync(connection, now);
        await RoleChangeStore.ExpireAsync(connection, now);
        if (await JobStore.BuryAsync(connection, now) is > 0 and var dead) log.LogError("{Count} jobs took their workers down and are given up.", dead);
        (lastDay, lastHousekeeping) = (today, now);
    }

    private static Job For(DailyJob job, DateOnly day) => new(
        job.Kind,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{job.Kind}:{day:yyyy-MM-dd}"),
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"date": "{{day:yyyy-MM-dd}}"}"""),
        JapanTime.StartOf(day) + job.At.ToTimeSpan());
}
