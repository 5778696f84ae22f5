using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace GrantPortal.Data.Offices;

/// <summary>A list that was uploaded.</summary>
/// <param name="Id">Of its blob.</param>
/// <param name="Size">Bytes.</param>
public sealed record ImportFile(Guid Id, string Name, long Size, string Sha256);

/// <summary>An import that was asked for, with what came of it.</summary>
/// <param name="Failure">Why nothing was changed, in Japanese; null: it was not refused.</param>
/// <param name="Report">Null while it waits, or was refused.</param>
public sealed record StoredImport(
    Guid Id, DateTimeOffset AskedAt, string AskedByName, DateTimeOffset? FinishedAt, string? Failure, ImportSummary? Report, IReadOnlyList<ImportFile> Files);

/// <summary>An <see cref="ImportReport"/> as it is kept.</summary>
/// <param name="Lines">The first rejected rows, at most <see cref="OfficeImport.MostListed"/> of <paramref name="Rejected"/>.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ImportSummary(IReadOnlyList<ImportedFile> Files, OfficeCounts Offices, int Rejected, IReadOnlyList<RejectedLine> Lines, double Seconds)
{
    /// <param name="nameOf">The name under which a file was uploaded, by its path.</param>
    public static ImportSummary Of(ImportReport report, Func<string, string> nameOf) => new(
        [.. report.Files.Select(f => new ImportedFile(nameOf(f.Path), f.Service, f.Rows, f.Offices, f.Rejected))], report.Offices, report.Rejected,
        [.. report.FirstRejected.Select(r => new RejectedLine(nameOf(r.Path), r.Line, r.Reason))], Math.Round(report.Took.TotalSeconds, 1));
}

/// <inheritdoc cref="FileReport"/>
public sealed record ImportedFile(string Name, string? Service, int Rows, OfficeCounts Offices, int Rejected);

/// <inheritdoc cref="RejectedRow"/>
public sealed record RejectedLine(string Name, int Line, string Reason);

/// <summary>Imports asked for on the portal. Their ids follow the time, so a list by id is one by time.</summary>
public static class ImportStore
{
    private const string Columns =
        """
        i.id, i.asked_at, i.asked_by_name, i.finished_at, i.failure, i.report::text,
        (select jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'size', f.size, 'sha256', f.sha256) order by f.ordinal) from office_import_files f where f.import_id = i.id)::text as files
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Inside the caller's transaction, with the job that does it.</summary>
    public static Task AddAsync(NpgsqlConnection connection, Guid id, Guid by, string byName, IReadOnlyList<ImportFile> files, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into office_imports (id, asked_at, asked_by, asked_by_name) values (@id, @now, @by, @byName);
        insert into office_import_files (id, import_id, ordinal, name, size, sha256)
        select f.id, @id, f.ordinal, f.name, f.size, f.sha256
        from unnest(@Ids, @Names, @Sizes, @Hashes) with ordinality as f (id, name, size, sha256, ordinal)
        """,
        new
        {
            id,
            now,
            by,
            byName,
            Ids = files.Select(f => f.Id).ToArray(),
            Names = files.Select(f => f.Name).ToArray(),
            Sizes = files.Select(f => f.Size).ToArray(),
            Hashes = files.Select(f => f.Sha256).ToArray(),
        });

    /// <summary>Null where there is none of that id.</summary>
    public static async Task<StoredImport?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancel = default) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"select {Columns} from office_imports i where i.id = @id", new { id }, cancellationToken: cancel)))?.Read();

    /// <summary>The latest first, one page.</summary>
    /// <param name="before">The id of the last one shown.</param>
    public static async Task<IReadOnlyList<StoredImport>> PageAsync(NpgsqlConnection connection, Guid? before, int most, CancellationToken cancel = default) =>
    [
        .. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"select {Columns} from office_imports i where @before::uuid is null or i.id < @before order by i.id desc limit @most", new { before, most }, cancellationToken: cancel))).Select(row => row.Read()),
    ];

    /// <summary>Keeps the summary, in the transaction of the import itself: done again it is not counted as unchanged.</summary>
    public static Task FinishAsync(NpgsqlConnection connection, Guid id, ImportSummary report, DateTimeOffset now) => connection.ExecuteAsync(
        "update office_imports set report = @report::jsonb, finished_at = @now where id = @id and finished_at is null", new { id, report = JsonSerializer.Serialize(report, Json), now });

    /// <summary>Keeps why nothing was changed.</summary>
    public static Task FailAsync(NpgsqlConnection connection, Guid id, string failure, DateTimeOffset now) => connection.ExecuteAsync(
        "update office_imports set failure = @failure, finished_at = @now where id = @id and finished_at is null", new { id, failure, now });

    private sealed record Row(Guid Id, DateTimeOffset AskedAt, string AskedByName, DateTimeOffset? FinishedAt, string? Failure, string? Report, string? Files)
    {
        public StoredImport Read() => new(
            Id, AskedAt, AskedByName, FinishedAt, Failure, Report is null ? null : JsonSerializer.Deserialize<ImportSummary>(Report, Json),
            Files is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<ImportFile>>(Files, Json)!);
    }
}
