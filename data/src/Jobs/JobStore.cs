using Dapper;
using Npgsql;

namespace GrantPortal.Data.Jobs;

/// <summary>A job in the hands of one worker until its lease ends.</summary>
/// <param name="Key">See <see cref="Job.Key"/>.</param>
/// <param name="Payload">JSON.</param>
/// <param name="Attempts">This one counted. Also the claim's token: a worker whose lease was taken over changes nothing any more.</param>
public sealed record ClaimedJob(long Id, string Kind, string Key, string Payload, int Attempts);

/// <summary>A job that was given up.</summary>
/// <param name="LastError">What its last attempt ended with.</param>
public sealed record DeadJob(long Id, string Kind, string Key, int Attempts, DateTimeOffset FinishedAt, string? LastError);

/// <summary>The states of a job: ready → done, or ready → … → dead after <see cref="MostAttempts"/>.</summary>
public static class JobStore
{
    public const int MostAttempts = 12;

    /// <summary>How long a worker may hold a job; afterwards another takes it, for the first must have died.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>
    /// Takes due jobs, oldest first. Two workers never take the same one; neither waits for the other. Each kind by itself: a hundred thousand of one that
    /// nobody can run now are not walked through to find the next of another.
    /// </summary>
    /// <param name="kinds">Those the caller can run: an older version leaves a newer one's work alone.</param>
    public static async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(NpgsqlConnection connection, IReadOnlyCollection<string> kinds, int most, DateTimeOffset now) =>
        (await connection.QueryAsync<ClaimedJob>(
            """
            update jobs set attempts = attempts + 1, locked_until = @until
            where id in (
              select j.id
              from unnest(@kinds) as k (kind) cross join lateral (
                select id, run_at from jobs
                where kind = k.kind and state = 'ready' and run_at <= @now and (locked_until is null or locked_until <= @now) and attempts < @MostAttempts
                order by run_at, id limit @most for update skip locked) as j
              order by j.run_at, j.id limit @most)
            returning id, kind, key, payload::text, attempts
            """,
            new { kinds = kinds.ToArray(), most, now, until = now + Lease, MostAttempts })).OrderBy(job => job.Id).ToList();

    public static Task FinishAsync(NpgsqlConnection connection, ClaimedJob job, DateTimeOffset now) => connection.ExecuteAsync(
        "update jobs set state = 'done', finished_at = @now, locked_until = null, last_error = null where id = @Id and attempts = @Attempts and state = 'ready'",
        new { job.Id, job.Attempts, now });

    /// <summary>Puts a failed job back for later, or declares it dead.</summary>
    public static Task FailAsync(NpgsqlConnection connection, ClaimedJob job, string error, DateTimeOffset now) => connection.ExecuteAsync(
        """
        update jobs set state = @state, run_at = @runAt, locked_until = null, last_error = @error, finished_at = @finishedAt
        where id = @Id and attempts = @Attempts and state = 'ready'
        """,
        new
        {
            job.Id,
            job.Attempts,
            error = error.Length <= 2000 ? error : error[..2000],
            state = job.Attempts < MostAttempts ? "ready" : "dead",
            runAt = now + Wait(job.Attempts),
            finishedAt = job.Attempts < MostAttempts ? (DateTimeOffset?)null : now,
        });

    /// <summary>Gives an unfinished job back uncounted: the process stops.</summary>
    public static Task ReleaseAsync(NpgsqlConnection connection, ClaimedJob job) => connection.ExecuteAsync(
        "update jobs set attempts = attempts - 1, locked_until = null where id = @Id and attempts = @Attempts and state = 'ready'", new { job.Id, job.Attempts });

    /// <summary>Declares dead what took its workers down with it every time.</summary>
    public static Task<int> BuryAsync(NpgsqlConnection connection, DateTimeOffset now) => connection.ExecuteAsync(
        """
        update jobs set state = 'dead', finished_at = @now, locked_until = null, last_error = coalesce(last_error, 'The worker died.')
        where state = 'ready' and attempts >= @MostAttempts and locked_until <= @now
        """,
        new { now, MostAttempts });

    /// <summary>Jobs that were given up, latest first, one page.</summary>
    /// <param name="before">The id of the last one shown.</param>
    public static async Task<IReadOnlyList<DeadJob>> DeadAsync(NpgsqlConnection connection, long? before, int most) => (await connection.QueryAsync<DeadJob>(
        """
        select id, kind, key, attempts, finished_at, last_error from jobs
        where state = 'dead' and (@before::bigint is null or id < @before) order by id desc limit @most
        """,
        new { before, most })).AsList();

    /// <summary>Tries a job again that was given up, from the first attempt on. A mail keeps its Message-ID and its bytes.</summary>
    /// <param name="id">Null: all of them.</param>
    /// <param name="kind">Only those of this kind; null: of any.</param>
    /// <returns>How many.</returns>
    public static Task<int> ReviveAsync(NpgsqlConnection connection, long? id, DateTimeOffset now, string? kind = null) => connection.ExecuteAsync(
        """
        update jobs set state = 'ready', attempts = 0, run_at = @now, locked_until = null, finished_at = null
        where state = 'dead' and (@id::bigint is null or id = @id) and (@kind::text is null or kind = @kind)
        """,
        new { id, now, kind });

    /// <summary>30 seconds after the first failure, doubling each time, at most 6 hours: the twelfth attempt comes about 17 hours after the first.</summary>
    public static TimeSpan Wait(int attempts)
    {
        var doubled = FirstWait * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return doubled < LongestWait ? doubled : LongestWait;
    }
}
