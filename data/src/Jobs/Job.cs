using Dapper;
using Npgsql;

namespace GrantPortal.Data.Jobs;

/// <summary>Work that runs later, written in the transaction that causes it.</summary>
/// <param name="Kind">Which handler runs it, as in <c>mail</c>.</param>
/// <param name="Key">Says the work once: enqueuing the same key again does nothing.</param>
/// <param name="Payload">JSON.</param>
/// <param name="RunAt">Not before this moment.</param>
public sealed record Job(string Kind, string Key, string Payload, DateTimeOffset RunAt);

public static class JobQueue
{
    /// <summary>For batches that end with what is to be done later; its values are <see cref="Values"/>.</summary>
    internal const string Insert =
        """
        insert into jobs (kind, key, payload, run_at, created_at)
        select kind, key, payload::jsonb, run_at, run_at
        from unnest(@Kinds, @Keys, @Payloads, @Moments) as j (kind, key, payload, run_at)
        on conflict (key) do nothing
        """;

    /// <summary>Adds jobs on the caller's connection, inside the caller's transaction if it has one.</summary>
    public static Task EnqueueAsync(NpgsqlConnection connection, IReadOnlyList<Job> jobs) => jobs.Count == 0 ? Task.CompletedTask : connection.ExecuteAsync(Insert, Values(jobs));

    internal static object Values(IReadOnlyList<Job> jobs) => new
    {
        Kinds = jobs.Select(j => j.Kind).ToArray(),
        Keys = jobs.Select(j => j.Key).ToArray(),
        Payloads = jobs.Select(j => j.Payload).ToArray(),
        Moments = jobs.Select(j => j.RunAt.UtcDateTime).ToArray(),
    };
}
