using System.Collections.Concurrent;
using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Jobs;

public sealed class JobStoreTests(PortalServices services) : DatabaseTest(services)
{
    private static readonly DateTimeOffset Now = TestClock.Usual;
    private static readonly string[] Kinds = ["work"];


    [Fact]
    public async Task Workers_at_the_same_time_never_take_the_same_job()
    {
        const int Jobs = 300;
        await EnqueueAsync([.. Enumerable.Range(0, Jobs).Select(i => $"job {i}")]);
        var taken = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var db = await Database.OpenAsync(Cancel);
            while (await JobStore.ClaimAsync(db, Kinds, 7, Now) is { Count: > 0 } jobs)
                foreach (var job in jobs) taken.Add(job.Id);
        }, Cancel)));

        Assert.Equal(Jobs, taken.Count);
        Assert.Equal(Jobs, taken.Distinct().Count());
    }

    [Fact]
    public async Task The_same_key_is_enqueued_once_for_ever()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await EnqueueAsync("once", "once");
        await JobStore.FinishAsync(db, await ClaimOneAsync(db, Now), Now);
        await EnqueueAsync("once");

        Assert.Empty(await JobStore.ClaimAsync(db, Kinds, 10, Now.AddDays(1)));
        Assert.Equal("done", await db.QuerySingleAsync<string>("select state from jobs"));
    }

    [Fact]
    public async Task Jobs_are_taken_when_due_oldest_first_and_only_those_one_can_run()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [new Job("work", "later", "{}", Now.AddSeconds(1)), new Job("work", "second", "{}", Now), new Job("work", "first", "{}", Now.AddHours(-1)), new Job("unknown", "x", "{}", Now)]);

        var first = await JobStore.ClaimAsync(db, Kinds, 1, Now);
        var rest = await JobStore.ClaimAsync(db, Kinds, 10, Now);
        Assert.Equal(["first"], first.Select(j => j.Key));
        Assert.Equal(["second"], rest.Select(j => j.Key));
    }

    [Fact]
    public async Task A_failed_job_waits_longer_each_time_and_is_dead_after_twelve_attempts()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await EnqueueAsync("doomed");
        var now = Now;
        for (var attempt = 1; attempt <= JobStore.MostAttempts; attempt++)
        {
            var job = await ClaimOneAsync(db, now);
            Assert.Equal(attempt, job.Attempts);
            await JobStore.FailAsync(db, job, $"reason {attempt}", now);
            if (attempt == JobStore.MostAttempts) break;
            Assert.Empty(await JobStore.ClaimAsync(db, Kinds, 10, now + JobStore.Wait(attempt) - TimeSpan.FromSeconds(1)));
            now += JobStore.Wait(attempt);
        }
        Assert.Empty(await JobStore.ClaimAsync(db, Kinds, 10, now.AddYears(1)));
        Assert.Equal(("dead", "reason 12"), await db.QuerySingleAsync<(string, string)>("select state, last_error from jobs"));
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(5, 480)]
    [InlineData(10, 15_360)]
    [InlineData(11, 21_600)]
    [InlineData(1000, 21_600)]
    public void The_wait_doubles_up_to_six_hours(int attempts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), JobStore.Wait(attempts));

    [Fact]
    public async Task A_dead_workers_job_is_taken_over_when_its_lease_ends_and_the_worker_can_no_longer_touch_it()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await EnqueueAsync("held");
        var first = await ClaimOneAsync(db, Now);
        Assert.Empty(await JobStore.ClaimAsync(db, Kinds, 10, Now + JobStore.Lease - TimeSpan.FromSeconds(1)));
        var second = await ClaimOneAsync(db, Now + JobStore.Lease);

        await JobStore.FailAsync(db, first, "too late", Now);
        await JobStore.FinishAsync(db, first, Now);
        await JobStore.ReleaseAsync(db, first);
        Assert.Equal(("ready", 2), await db.QuerySingleAsync<(string, int)>("select state, attempts from jobs"));
        await JobStore.FinishAsync(db, second, Now);
        Assert.Equal("done", await db.QuerySingleAsync<string>("select state from jobs"));
    }

    [Fact]
    public async Task A_job_given_back_is_due_again_and_the_attempt_does_not_count()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await EnqueueAsync("interrupted");
        await JobStore.ReleaseAsync(db, await ClaimOneAsync(db, Now));
        Assert.Equal(1, (await ClaimOneAsync(db, Now)).Attempts);
    }

    [Fact]
    public async Task A_job_that_takes_its_workers_down_is_given_up()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await EnqueueAsync("poison");
        var now = Now;
        for (var attempt = 0; attempt < JobStore.MostAttempts; attempt++)
        {
            Assert.Equal(0, await JobStore.BuryAsync(db, now));
            await ClaimOneAsync(db, now);
            now += JobStore.Lease;
        }
        Assert.Empty(await JobStore.ClaimAsync(db, Kinds, 10, now));
        Assert.Equal(1, await JobStore.BuryAsync(db, now));
        Assert.Equal("dead", await db.QuerySingleAsync<string>("select state from jobs"));
    }

    private async Task EnqueueAsync(params string[] keys)
    {
        await using var db = await Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [.. keys.Distinct(StringComparer.Ordinal).Select(key => new Job("work", key, "{}", Now))]);
    }

    private static async Task<ClaimedJob> ClaimOneAsync(NpgsqlConnection db, DateTimeOffset now) => Assert.Single(await JobStore.ClaimAsync(db, Kinds, 1, now));
}
