using Dapper;
using Npgsql;

namespace GrantPortal.Data.Jobs;

/// <summary>How the work of one kind stands. Each count goes up to <see cref="JobOverview.MostCounted"/>.</summary>
/// <param name="Waiting">Due, or in the hands of a worker.</param>
/// <param name="Later">Not due yet.</param>
/// <param name="Retrying">Of both: failed before and tried again.</param>
/// <param name="Oldest">Since when the one that is due longest is due; null: none is due.</param>
/// <param name="Dead">Given up.</param>
public sealed record JobKindState(string Kind, int Waiting, int Later, int Retrying, DateTimeOffset? Oldest, int Dead);

/// <summary>A job that was given up, as an operator looks at it.</summary>
/// <param name="To">Address of whom its mail was for; null where it is no mail, or made when it is sent.</param>
public sealed record DeadJobLine(long Id, string Kind, string Key, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset FinishedAt, string? LastError, string? To);

/// <summary>How the jobs of a day's kind ended.</summary>
public sealed record DayOfJobs(int Done, int Waiting, int Dead, DateTimeOffset? FinishedAt);

/// <summary>What operators see of the jobs. Finished ones are never counted: they may be millions.</summary>
public static class JobOverview
{
    /// <summary>Beyond it nothing is counted: the page costs the same however much waits.</summary>
    public const int MostCounted = 100_000;

    /// <summary>Kinds with something that waits or was given up.</summary>
    public static Query<IReadOnlyList<JobKindState>> Kinds(DateTimeOffset now) =>
        Query.List<JobKindState>(
            """
            select
              kind,
              count(*) filter (where not dead and run_at <= @now)::integer as waiting,
              count(*) filter (where not dead and run_at > @now)::integer as later,
              count(*) filter (where not dead and attempts > 0 and (locked_until is null or locked_until <= @now))::integer as retrying,
              min(run_at) filter (where not dead and run_at <= @now) as oldest,
              count(*) filter (where dead)::integer as dead
            from (
              (select kind, false as dead, run_at, attempts, locked_until from jobs where state = 'ready' order by run_at, id limit @MostCounted)
              union all
              (select kind, true, run_at, attempts, locked_until from jobs where state = 'dead' order by id desc limit @MostCounted)) j
            group by kind order by kind
            """,
            new { now, MostCounted });

    /// <summary>Jobs that were given up, the latest first, one page.</summary>
    /// <param name="kind">Null: of any kind.</param>
    /// <param name="before">The id of the last one shown.</param>
    public static async Task<IReadOnlyList<DeadJobLine>> DeadAsync(NpgsqlConnection connection, string? kind, long? before, int most, CancellationToken cancel = default) =>
        (await connection.QueryAsync<DeadJobLine>(new CommandDefinition(
            """
            select id, kind, key, attempts, created_at, finished_at, last_error, coalesce(payload ->> 'to', payload ->> 'email') as to
            from jobs
            where state = 'dead' and (@before::bigint is null or id < @before) and (@kind::text is null or kind = @kind) order by id desc limit @most
            """,
            new { kind, before, most }, cancellationToken: cancel))).AsList();

    /// <summary>The kind of a job; null where there is none of that id.</summary>
    public static Task<string?> KindOfAsync(NpgsqlConnection connection, long id) => connection.QuerySingleOrDefaultAsync<string?>("select kind from jobs where id = @id", new { id });

    /// <summary>How the named jobs stand together; null where there is none of them.</summary>
    public static Query<DayOfJobs?> Day(IReadOnlyCollection<string> keys) => Query.The<DayOfJobs>(
        """
        select
          count(*) filter (where state = 'done')::integer as done,
          count(*) filter (where state = 'ready')::integer as waiting,
          count(*) filter (where state = 'dead')::integer as dead,
          max(finished_at) as finished_at
        from jobs where key = any(@keys)
        """,
        new { keys = keys.ToArray() }).Select(day => day is { Done: 0, Waiting: 0, Dead: 0 } ? null : day);
}
