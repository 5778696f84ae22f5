using Dapper;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>What can be wrong with a stored file.</summary>
public enum FileFault
{
    /// <summary>Its blob is not there.</summary>
    Missing,

    /// <summary>Its blob has another size.</summary>
    Resized,

    /// <summary>Its blob has the size and another hash.</summary>
    Altered,
}

/// <summary>A file that was found missing or altered.</summary>
/// <param name="Expected">As its row has it: bytes, or of an altered file the hash.</param>
/// <param name="Found">The same of its blob; null: there is none.</param>
public sealed record FoundFault(Guid FileId, FileFault Fault, string Expected, string? Found);

/// <summary>An open fault, with whose file it is.</summary>
/// <param name="OwnerKind"><c>document</c>, <c>view</c> for what is shown of a photo, <c>letter</c>, <c>office-import</c>; <c>file</c> for a kind not known here.</param>
/// <param name="OwnerId">Of the document, letter or import.</param>
/// <param name="ReceiptNumber">Of its application; null: there is none, or it was never submitted.</param>
/// <param name="FoundAt">By the first comparison that found it.</param>
/// <param name="AcceptedAt">When an operator wrote the file off.</param>
public sealed record OpenFault(
    Guid FileId, FileFault Fault, string OwnerKind, Guid? OwnerId, Guid? ApplicationId, string? ReceiptNumber, string Expected, string? Found, DateTimeOffset FoundAt, DateTimeOffset? AcceptedAt);

/// <summary>Missing and altered files, from the comparison that finds them to the one that finds them mended.</summary>
public static class FileFaults
{
    private const string Open =
        """
        select f.file_id, f.fault, f.owner_kind, f.owner_id, f.application_id, a.receipt_number, f.expected, f.found, f.found_at, f.accepted_at
        from file_faults f left join applications a on a.id = f.application_id
        where f.resolved_at is null
        """;

    /// <summary>Writes down what a comparison of a range found, and ends what it did not find any more.</summary>
    /// <param name="began">When the comparison of the range began: what another one found since then stays.</param>
    /// <returns>How many were ended.</returns>
    public static async Task<int> RecordAsync(NpgsqlConnection connection, NameRange range, IReadOnlyList<FoundFault> found, DateTimeOffset began, DateTimeOffset now)
    {
        await WriteAsync(connection, found, now);
        return await connection.ExecuteAsync(
            """
            update file_faults f set resolved_at = @now
            where f.resolved_at is null and f.file_id between @First and @Last and f.seen_at <= @began
              and not exists (select from unnest(@Ids) as i (id) where i.id = f.file_id)
            """,
            new { range.First, range.Last, began, now, Ids = found.Select(f => f.FileId).ToArray() });
    }

    /// <summary>The same for files whose bytes were read: those that are whole are mended.</summary>
    /// <param name="read">All that were read.</param>
    public static async Task RecordReadAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> read, IReadOnlyList<FoundFault> found, DateTimeOffset now)
    {
        await WriteAsync(connection, found, now);
        await connection.ExecuteAsync(
            "update file_faults set resolved_at = @now where resolved_at is null and file_id = any(@Whole)",
            new { now, Whole = read.Except(found.Select(f => f.FileId)).ToArray() });
    }

    /// <summary>Open faults of a range that only reading the bytes can end.</summary>
    public static async Task<IReadOnlySet<Guid>> AlteredAsync(NpgsqlConnection connection, NameRange range) => (await connection.QueryAsync<Guid>(
        "select file_id from file_faults where resolved_at is null and fault = 'altered' and file_id between @First and @Last", new { range.First, range.Last })).ToHashSet();

    /// <summary>Open faults of these files.</summary>
    public static async Task<IReadOnlyList<OpenFault>> OfAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> files) => (await connection.QueryAsync<OpenFault>(
        $"{Open} and f.file_id = any(@Ids) order by f.file_id", new { Ids = files.ToArray() })).AsList();

    /// <summary>Open faults: first those nobody wrote off, each the oldest first. Reads no more than it gives, however many there are.</summary>
    public static Query<IReadOnlyList<OpenFault>> OfOpen(int most) => Query.List<OpenFault>(
        $"""
        {Open} and f.id = any(
          array(select id from file_faults where resolved_at is null and accepted_at is null order by id limit @most)
          || array(select id from file_faults where resolved_at is null and accepted_at is not null order by id limit @most))
        order by f.accepted_at is not null, f.id limit @most
        """,
        new { most });

    /// <summary>How many are open, counted up to <paramref name="most"/>.</summary>
    public static Query<int> Count(int most) => Query.The<int>("select count(*)::integer from (select from file_faults where resolved_at is null limit @most) f", new { most });

    /// <summary>Whether a file is missing or altered that nobody wrote off: one look into an index.</summary>
    public static Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancel) => connection.QuerySingleAsync<bool>(new CommandDefinition(
        "select exists (select from file_faults where resolved_at is null and accepted_at is null)", cancellationToken: cancel));

    /// <summary>Writes an open fault off.</summary>
    /// <returns>False when the file has none.</returns>
    public static async Task<bool> AcceptAsync(NpgsqlConnection connection, Guid file, DateTimeOffset now) => await connection.ExecuteAsync(
        "update file_faults set accepted_at = coalesce(accepted_at, @now) where resolved_at is null and file_id = @file", new { file, now }) > 0;

    private static Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<FoundFault> found, DateTimeOffset now) => found.Count == 0 ? Task.CompletedTask : connection.ExecuteAsync(
        """
        insert into file_faults (file_id, fault, owner_kind, owner_id, application_id, expected, found, found_at, seen_at)
        select f.id, f.fault,
          case when o.id is not null then 'document' when w.document_id is not null then 'view' when l.id is not null then 'letter' when i.id is not null then 'office-import' else 'file' end,
          coalesce(d.id, l.id, i.import_id), coalesce(d.application_id, l.application_id), f.expected, f.found, @now, @now
        from unnest(@Ids, @Faults, @Expected, @Found) as f (id, fault, expected, found)
        left join documents o on o.id = f.id
        left join document_views w on w.blob_id = f.id
        left join documents d on d.id = coalesce(o.id, w.document_id)
        left join letter_files p on p.blob_id = f.id
        left join letters l on l.id = p.letter_id
        left join office_import_files i on i.id = f.id
        on conflict (file_id) where resolved_at is null do update set
          fault = excluded.fault, expected = excluded.expected, found = excluded.found, seen_at = excluded.seen_at,
          accepted_at = case when file_faults.fault = excluded.fault then file_faults.accepted_at end
        """,
        new
        {
            now,
            Ids = found.Select(f => f.FileId).ToArray(),
            Faults = found.Select(f => Codes.Of(f.Fault)).ToArray(),
            Expected = found.Select(f => f.Expected).ToArray(),
            Found = found.Select(f => f.Found).ToArray(),
        });
}
