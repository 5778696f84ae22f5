using Dapper;
using GrantPortal.Data.Limits;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Accounts;

public sealed class RateLimitTests(PortalServices services) : DatabaseTest(services)
{
    private static readonly Limit Ten = new(10, TimeSpan.FromMinutes(10));

    private readonly TestClock clock = new(TestClock.Usual);

    [Fact]
    public async Task A_bucket_gives_what_it_holds_and_fills_evenly()
    {
        for (var i = 0; i < 10; i++) Assert.Null(await TakeAsync("a"));
        Assert.Equal(TimeSpan.FromMinutes(1), await TakeAsync("a"));
        Assert.Null(await TakeAsync("b"));

        clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(TimeSpan.FromSeconds(15), await TakeAsync("a"));
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(await TakeAsync("a"));
        Assert.NotNull(await TakeAsync("a"));
    }

    [Fact]
    public async Task A_refusal_takes_nothing_and_what_is_given_back_can_be_taken_again()
    {
        for (var i = 0; i < 10; i++) await TakeAsync("a");
        for (var i = 0; i < 50; i++) Assert.NotNull(await TakeAsync("a"));
        await using (var connection = await Database.OpenAsync(Cancel)) await RateLimitStore.GiveBackAsync(connection, "a", Ten);
        Assert.Null(await TakeAsync("a"));
        Assert.NotNull(await TakeAsync("a"));
    }

    [Fact]
    public async Task At_the_same_moment_no_more_are_taken_than_there_are()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TakeAsync("a")));
        Assert.Equal(10, answers.Count(wait => wait is null));
        Assert.All(answers.OfType<TimeSpan>(), wait => Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task Full_buckets_are_forgotten()
    {
        await TakeAsync("a");
        await using var connection = await Database.OpenAsync(Cancel);
        Assert.Equal(0, await RateLimitStore.PurgeAsync(connection, clock.Now));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await RateLimitStore.PurgeAsync(connection, clock.Now));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from rate_limits"));
    }

    private async Task<TimeSpan?> TakeAsync(string key)
    {
        await using var connection = await Database.OpenAsync(Cancel);
        return await RateLimitStore.TakeAsync(connection, key, Ten, clock.Now);
    }
}
