using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Jobs;

/// <summary>What operators see of the jobs, and trying again what was given up.</summary>
public sealed class JobOverviewTests(PortalServices services) : DatabaseTest(services)
{
    private static readonly DateTimeOffset Now = TestClock.Usual;

    [Fact]
    public async Task Kinds_tell_what_is_due_what_comes_later_what_failed_before_and_what_is_dead()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [
            new Job("mail", "a", "{}", Now.AddHours(-2)), new Job("mail", "b", "{}", Now), new Job("mail", "c", "{}", Now.AddHours(1)), new Job("mail", "d", "{}", Now), new Job("letter", "e", "{}", Now)]);
        await db.ExecuteAsync("update jobs set attempts = 3 where key = 'c'; update jobs set state = 'dead', finished_at = @Now where key = 'd'; update jobs set state = 'done' where key = 'e'", new { Now });
        Assert.Equal([new JobKindState("mail", 2, 1, 1, Now.AddHours(-2), 1)], await db.AskAsync(JobOverview.Kinds(Now), Cancel));
    }

    [Fact]
    public async Task Dead_jobs_come_page_by_page_the_latest_first_of_one_kind_where_asked()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [.. Enumerable.Range(0, 5).Select(i => new Job(i % 2 == 0 ? "mail" : "letter", $"job {i}", """{"to": "a@b.example"}""", Now))]);
        await db.ExecuteAsync("update jobs set state = 'dead', finished_at = @Now, last_error = 'x'", new { Now });
        var first = await JobOverview.DeadAsync(db, "mail", null, 2, Cancel);
        Assert.Equal(["job 4", "job 2"], first.Select(j => j.Key));
        Assert.Equal("a@b.example", first[0].To);
        Assert.Equal(["job 0"], (await JobOverview.DeadAsync(db, "mail", first[^1].Id, 2, Cancel)).Select(j => j.Key));
        Assert.Equal(5, (await JobOverview.DeadAsync(db, null, null, 10, Cancel)).Count);
    }

    [Fact]
    public async Task Only_the_dead_of_the_kind_are_tried_again()
    {
        await using var db = await Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [new Job("mail", "a", "{}", Now), new Job("mail", "b", "{}", Now), new Job("letter", "c", "{}", Now)]);
        await db.ExecuteAsync("update jobs set state = 'dead', attempts = 12, finished_at = @Now where key <> 'b'; update jobs set state = 'done' where key = 'b'", new { Now });
        Assert.Equal(1, await JobStore.ReviveAsync(db, null, Now, "mail"));
        Assert.Equal("a ready 0, b done 0, c dead 12", await db.QuerySingleAsync<string>("select string_agg(concat_ws(' ', key, state, attempts), ', ' order by key) from jobs"));
        Assert.Equal(0, await JobStore.ReviveAsync(db, null, Now, "mail"));
    }

    [Fact]
    public async Task A_days_jobs_are_counted_together()
    {
        await using var db = await Database.OpenAsync(Cancel);
        Assert.Null(await db.AskAsync(JobOverview.Day(["x", "y"]), Cancel));
        await JobQueue.EnqueueAsync(db, [new Job("sweep", "x", "{}", Now), new Job("sweep", "y", "{}", Now), new Job("sweep", "z", "{}", Now)]);
        await db.ExecuteAsync("update jobs set state = 'done', finished_at = @Now where key in ('x', 'z')", new { Now });
        Assert.Equal(new DayOfJobs(1, 1, 0, Now), await db.AskAsync(JobOverview.Day(["x", "y"]), Cancel));
    }
}
