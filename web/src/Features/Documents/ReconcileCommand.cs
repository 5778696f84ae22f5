using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Audit;

namespace GrantPortal.Web.Features.Documents;

/// <summary>What a comparison found.</summary>
/// <param name="Files">Rows.</param>
/// <param name="Missing">Rows without their blob.</param>
/// <param name="Orphans">Blobs without a row.</param>
/// <param name="Differing">Blobs of another size than their row says.</param>
public sealed record ReconcileResult(int Files, int Blobs, int Missing, int Orphans, int Differing);

/// <summary>
/// <c>reconcile</c>: compares the rows of documents and printed letters with the blobs. Both are read in order of their names, side by side, so that memory stays
/// flat however many there are. Changes nothing; that it was run, and what it found, stands in the audit.
/// </summary>
public sealed class ReconcileCommand(Database database, BlobContainerClient container, TimeProvider clock)
{
    /// <summary>Of its lines in the audit.</summary>
    public const string ObjectKind = "system";

    /// <inheritdoc cref="ObjectKind"/>
    public const string ObjectId = "reconcile";

    /// <summary>A younger blob without a row may be an upload whose row is about to follow.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromHours(1);

    private int missing;
    private int orphans;
    private int differing;

    /// <returns>0; 1 when a file is missing or not the one the row names.</returns>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancel = default)
    {
        (missing, orphans, differing) = (0, 0, 0);
        var (rowCount, blobCount) = (0, 0);
        await using var connection = await database.OpenAsync(cancel);
        await using var rows = connection.QueryUnbufferedAsync<Row>("select id, size from stored_files order by id").GetAsyncEnumerator(cancel);
        await using var blobs = container.GetBlobsAsync(cancellationToken: cancel).GetAsyncEnumerator(cancel);
        var row = await NextAsync(rows);
        var blob = await NextAsync(blobs);
        while (row is not null || blob is not null)
        {
            var order = row is null ? 1 : blob is null ? -1 : string.CompareOrdinal(row.Id.ToString("D"), blob.Name);
            if (order < 0) await ReportMissingAsync(row!, output, cancel);
            else if (order > 0) await ReportOrphanAsync(blob!, output, cancel);
            else if (row!.Size != blob!.Properties.ContentLength) await ReportDifferenceAsync(row, blob, output);
            if (order <= 0) (row, rowCount) = (await NextAsync(rows), rowCount + 1);
            if (order >= 0) (blob, blobCount) = (await NextAsync(blobs), blobCount + 1);
        }
        await output.WriteLineAsync($"files {rowCount}, blobs {blobCount}: missing {missing}, orphans {orphans}, sizes that differ {differing}");
        await using var audit = await database.OpenAsync(cancel);
        await AuditLog.AppendAsync(audit, new AuditEntry(null, "reconciled", ObjectKind, ObjectId, Detail: new ReconcileResult(rowCount, blobCount, missing, orphans, differing)), clock.GetUtcNow());
        return missing + differing > 0 ? 1 : 0;
    }

    /// <summary>Asked once more: it may have been swept, or have arrived, since its page of the list was read.</summary>
    private async Task ReportMissingAsync(Row row, TextWriter output, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (!await connection.ExecuteScalarAsync<bool>("select exists (select from stored_files where id = @Id)", new { row.Id })) return;
        if (await container.GetBlobClient(row.Id.ToString("D")).ExistsAsync(cancel)) return;
        missing++;
        await output.WriteLineAsync($"missing blob: {row.Id} ({row.Size} bytes)");
    }

    private async Task ReportOrphanAsync(BlobItem blob, TextWriter output, CancellationToken cancel)
    {
        // The store stamps its own, real time, whatever the portal's clock shows.
        if (blob.Properties.CreatedOn > TimeProvider.System.GetUtcNow() - Settling) return;
        await using var connection = await database.OpenAsync(cancel);
        if (Guid.TryParseExact(blob.Name, "D", out var id) && await connection.ExecuteScalarAsync<bool>("select exists (select from stored_files where id = @id)", new { id })) return;
        orphans++;
        await output.WriteLineAsync($"orphan blob: {blob.Name} ({blob.Properties.ContentLength} bytes)");
    }

    private async Task ReportDifferenceAsync(Row row, BlobItem blob, TextWriter output)
    {
        differing++;
        await output.WriteLineAsync($"size differs: {row.Id} is {row.Size} bytes in the database, {blob.Properties.ContentLength} in the store");
    }

    private static async Task<T?> NextAsync<T>(IAsyncEnumerator<T> items)
        where T : class => await items.MoveNextAsync() ? items.Current : null;

    private sealed record Row(Guid Id, long Size);
}
