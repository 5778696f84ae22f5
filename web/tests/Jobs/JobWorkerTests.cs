using System.Collections.Concurrent;
using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Jobs;

public sealed class JobWorkerTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_instances_run_each_job_once()
    {
        var runs = new Runs();
        await using var first = await StartAsync(runs);
        await using var second = await first.StartSiblingAsync(host => host.Configure = With(runs));
        await EnqueueAsync(first, [.. Enumerable.Range(0, 60).Select(i => $"job {i}")]);

        await Task.WhenAll(first.Jobs.RunDueAsync(Cancel), second.Jobs.RunDueAsync(Cancel));
        // And the daily one.
        Assert.Equal(61, runs.Keys.Count);
        Assert.Equal(61, runs.Keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_failure_stands_in_the_row_and_the_job_is_tried_again_when_it_is_time()
    {
        var runs = new Runs { Failures = 1 };
        await using var portal = await StartAsync(runs);
        await EnqueueAsync(portal, "job");
        await portal.Jobs.RunDueAsync(Cancel);
        await portal.Jobs.RunDueAsync(Cancel);
        var failed = await RowAsync(portal, "job");
        Assert.Equal(("ready", 1), (failed.State, failed.Attempts));
        Assert.Contains("not today", failed.LastError, StringComparison.Ordinal);

        portal.Clock.Advance(JobStore.Wait(1));
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Equal(("done", 2, null), await RowAsync(portal, "job"));
    }

    [Fact]
    public async Task A_daily_job_runs_once_a_day_by_the_date_in_Japan_however_many_instances_there_are()
    {
        var runs = new Runs();
        await using var portal = await StartAsync(runs);
        await using var second = await portal.StartSiblingAsync(host => host.Configure = With(runs));
        // Usual is 10:00; the job is for 3:00.
        foreach (var (advance, expected) in new[] { (0, 1), (1, 1), (14, 1), (3, 2), (22, 2), (1, 3) })
        {
            portal.Clock.Advance(TimeSpan.FromHours(advance));
            await portal.Jobs.RunDueAsync(Cancel);
            await second.Jobs.RunDueAsync(Cancel);
            Assert.Equal(expected, runs.Keys.Count);
        }
        Assert.Equal(["probe:2026-06-01", "probe:2026-06-02", "probe:2026-06-03"], runs.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_worker_finds_jobs_by_itself()
    {
        var runs = new Runs();
        await using var portal = await StartAsync(runs, host => host.Settings["Jobs:Poll"] = "true");
        await EnqueueAsync(portal, "job");
        portal.Services.GetRequiredService<JobSignal>().Wake();
        Assert.Equal("job", await runs.FirstAsync.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    private async Task<PortalHost> StartAsync(Runs runs, Action<PortalHost>? configure = null) => await PortalHost.StartAsync(services, host =>
    {
        host.Configure = With(runs);
        configure?.Invoke(host);
    });

    private static Action<IServiceCollection> With(Runs runs) => collection =>
    {
        collection.AddSingleton<IJobHandler>(runs);
        if (runs.Failures == 0) collection.AddSingleton(new DailyJob(runs.Kind, new TimeOnly(3, 0)));
    };

    private static async Task EnqueueAsync(PortalHost portal, params string[] keys)
    {
        await using var db = await portal.Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [.. keys.Select(key => new Job("probe", key, "{}", portal.Clock.Now))]);
    }

    private static async Task<(string State, int Attempts, string? LastError)> RowAsync(PortalHost portal, string key)
    {
        await using var db = await portal.Database.OpenAsync(Cancel);
        return await db.QuerySingleAsync<(string, int, string?)>("select state, attempts, last_error from jobs where key = @key", new { key });
    }

    private sealed class Runs : IJobHandler
    {
        public int Failures { get; set; }
        public ConcurrentBag<string> Keys { get; } = [];
        public TaskCompletionSource<string> FirstAsync { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public string Kind => "probe";

        public Task RunAsync(ClaimedJob job, CancellationToken cancel)
        {
            if (job.Attempts <= Failures) throw new InvalidOperationException("not today");
            Keys.Add(job.Key);
            if (!job.Key.StartsWith("probe:", StringComparison.Ordinal)) FirstAsync.TrySetResult(job.Key);
            return Task.CompletedTask;
        }
    }
}
