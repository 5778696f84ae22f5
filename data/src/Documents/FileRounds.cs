using Dapper;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>What a comparison found, in numbers.</summary>
/// <param name="Files">Rows.</param>
/// <param name="Missing">Rows without their blob.</param>
/// <param name="Orphans">Blobs without a row.</param>
/// <param name="Differing">Blobs of another size than their row says.</param>
/// <param name="Altered">Blobs of another hash than their row says, among those read.</param>
/// <param name="Hashed">Files whose bytes were read.</param>
public sealed record ReconcileResult(int Files, int Blobs, int Missing, int Orphans, int Differing, int Altered = 0, int Hashed = 0)
{
    public static ReconcileResult Nothing { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Files that are missing or altered.</summary>
    public int Faults => Missing + Differing + Altered;

    public ReconcileResult And(ComparedRange range)
    {
        int Count(FileFault fault) => range.Faults.Count(f => f.Fault == fault);
        return new(
            Files + range.Files, Blobs + range.Blobs, Missing + Count(FileFault.Missing), Orphans + range.Orphans, Differing + Count(FileFault.Resized), Altered + Count(FileFault.Altered), Hashed + range.Hashed);
    }

    public ReconcileResult AndRead(int files, IReadOnlyList<FoundFault> faults) => this with
    {
        Hashed = Hashed + files,
        Missing = Missing + faults.Count(f => f.Fault == FileFault.Missing),
        Altered = Altered + faults.Count(f => f.Fault == FileFault.Altered),
    };
}

/// <summary>The nightly comparison in its parts, and how far the reading of hashes has come.</summary>
public static class FileRounds
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>Writes a part down; done again, it counts once.</summary>
    /// <param name="run">Key of the day's job.</param>
    /// <param name="goesOnFrom">Null: the digit is compared to its end.</param>
    /// <returns>The whole run's result, once: to whoever writes its last part. Null before and after.</returns>
    public static async Task<ReconcileResult?> AddPartAsync(NpgsqlConnection connection, string run, string digit, string from, string? goesOnFrom, ReconcileResult part, DateTimeOffset now)
    {
        // One at a time: of two last parts each sees the other.
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@run, 95))", new { run });
        const string Ended = "select count(*) filter (where goes_on_from is null)::integer from file_comparisons where run = @run";
        var before = await connection.QuerySingleAsync<int>(Ended, new { run });
        await connection.ExecuteAsync(
            """
            insert into file_comparisons (run, digit, began_from, goes_on_from, files, blobs, missing, orphans, differing, altered, hashed, at)
            values (@run, @digit, @from, @goesOnFrom, @Files, @Blobs, @Missing, @Orphans, @Differing, @Altered, @Hashed, @now)
            on conflict (run, digit, began_from) do update set goes_on_from = excluded.goes_on_from, files = excluded.files, blobs = excluded.blobs, missing = excluded.missing,
              orphans = excluded.orphans, differing = excluded.differing, altered = excluded.altered, hashed = excluded.hashed, at = excluded.at
            """,
            new { run, digit, from, goesOnFrom, part.Files, part.Blobs, part.Missing, part.Orphans, part.Differing, part.Altered, part.Hashed, now });
        if (before == NameRange.AllDigits.Length || await connection.QuerySingleAsync<int>(Ended, new { run }) < NameRange.AllDigits.Length) return null;
        return await connection.QuerySingleAsync<ReconcileResult>(
            """
            select sum(files)::integer as files, sum(blobs)::integer as blobs, sum(missing)::integer as missing, sum(orphans)::integer as orphans,
              sum(differing)::integer as differing, sum(altered)::integer as altered, sum(hashed)::integer as hashed
            from file_comparisons where run = @run
            """,
            new { run });
    }

    /// <summary>Forgets the numbers of more than a year ago.</summary>
    public static Task PurgeAsync(NpgsqlConnection connection, DateTimeOffset now) => connection.ExecuteAsync("delete from file_comparisons where at < @before", new { before = now - Kept });

    /// <summary>The last name of a digit whose file was read; null: its round begins.</summary>
    public static Task<Guid?> PositionAsync(NpgsqlConnection connection, string digit) =>
        connection.QuerySingleOrDefaultAsync<Guid?>("select after from file_hash_rounds where digit = @digit", new { digit });

    /// <param name="after">Null: the round is complete and the next one begins.</param>
    public static Task MoveAsync(NpgsqlConnection connection, string digit, Guid? after, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into file_hash_rounds as r (digit, after, began_at, completed_at) values (@digit, @after, @now, case when @after::uuid is null then @now end)
        on conflict (digit) do update set after = excluded.after, completed_at = coalesce(excluded.completed_at, r.completed_at),
          began_at = case when r.after is null then excluded.began_at else r.began_at end
        """,
        new { digit, after, now });

    /// <summary>Since when every file has been read at least once more: the oldest end of a round; null while one digit's first round lasts.</summary>
    public static Query<DateTimeOffset?> AllReadSince() => Query.The<DateTimeOffset?>(
        "select case when count(completed_at) = @Digits then min(completed_at) end from file_hash_rounds", new { Digits = NameRange.AllDigits.Length });
}
