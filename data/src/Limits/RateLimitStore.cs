using Dapper;
using Npgsql;

namespace GrantPortal.Data.Limits;

/// <summary>So many at once, and as many again over this time: a bucket of <paramref name="Count"/> that fills evenly.</summary>
public sealed record Limit(int Count, TimeSpan Per)
{
    /// <summary>The time that brings one more.</summary>
    public TimeSpan Step => Per / Count;
}

/// <summary>
/// Buckets in PostgreSQL, the same for all instances. A row says when its bucket is full again (GCRA): taking one moves that moment by a step,
/// and is refused where it would lie further ahead than a whole bucket.
/// </summary>
public static class RateLimitStore
{
    /// <summary>Takes one in a single statement, so that requests at the same moment cannot take the same one.</summary>
    /// <returns>Null: taken. Otherwise nothing was taken, and how long until there is one.</returns>
    public static async Task<TimeSpan?> TakeAsync(NpgsqlConnection connection, string key, Limit limit, DateTimeOffset now)
    {
        var (taken, before) = await connection.QuerySingleAsync<(bool, DateTime?)>(
            """
            with taken as (
              insert into rate_limits as r (key, full_at) values (@key, @now + @Step)
              on conflict (key) do update set full_at = greatest(r.full_at, @now) + @Step
              where greatest(r.full_at, @now) + @Step <= @now + @Per
              returning key)
            select exists (select from taken), (select full_at from rate_limits where key = @key)
            """,
            new { key, now, limit.Step, limit.Per });
        if (taken) return null;
        // Another request made the row since this statement began: a step is the longest it can be.
        var wait = before is { } full ? new DateTimeOffset(full, TimeSpan.Zero) + limit.Step - limit.Per - now : limit.Step;
        return wait > TimeSpan.Zero ? wait : limit.Step;
    }

    /// <summary>Gives one back: what was feared did not happen.</summary>
    public static Task GiveBackAsync(NpgsqlConnection connection, string key, Limit limit) => connection.ExecuteAsync(
        "update rate_limits set full_at = full_at - @Step where key = @key", new { key, limit.Step });

    /// <summary>Forgets full buckets: without a row they are full too.</summary>
    public static Task<int> PurgeAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        connection.ExecuteAsync("delete from rate_limits where full_at <= @now", new { now });
}
