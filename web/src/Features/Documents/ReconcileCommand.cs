using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// <c>reconcile</c>: compares the rows of all stored files with the blobs; <c>--hashes</c> reads every file besides. What is missing or altered is told, written
/// down for readiness and the state page, and ended where it is mended. <c>--accept ID…</c> writes files off. Changes no file; that it was run,
/// and what it found, stands in the audit.
/// </summary>
public sealed class ReconcileCommand(Database database, BlobContainerClient container, QuarantineContainer quarantine, TimeProvider clock)
{
    /// <summary>Of its lines in the audit.</summary>
    public const string ObjectKind = "system";

    /// <inheritdoc cref="ObjectKind"/>
    public const string ObjectId = "reconcile";

    /// <inheritdoc cref="FileComparison.Settling"/>
    public TimeSpan Settling { get; init; } = TimeSpan.FromHours(1);

    /// <returns>0; 1 when a file is missing or not the one the row names, or to be written off and has no fault; 2 where it was not understood.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, CancellationToken cancel = default)
    {
        switch (arguments)
        {
            case []:
                return await RunAsync(output, cancel);
            case ["--hashes"]:
                return await CompareAsync(output, hashes: true, cancel);
            case ["--accept", .. { Length: > 0 } names] when names.All(name => Guid.TryParse(name, out _)):
                return await AcceptAsync([.. names.Select(Guid.Parse)], output, cancel);
            default:
                await output.WriteLineAsync("usage: reconcile | reconcile --hashes | reconcile --accept ID…");
                return 2;
        }
    }

    /// <summary>Names and sizes.</summary>
    /// <inheritdoc cref="RunAsync(string[], TextWriter, CancellationToken)"/>
    public Task<int> RunAsync(TextWriter output, CancellationToken cancel = default) => CompareAsync(output, hashes: false, cancel);

    private async Task<int> CompareAsync(TextWriter output, bool hashes, CancellationToken cancel)
    {
        var comparison = new FileComparison(database, container, quarantine, clock) { Settling = Settling };
        var result = ReconcileResult.Nothing;
        foreach (var digit in NameRange.All.Parts)
        {
            await foreach (var range in comparison.RunAsync(digit, hashes, orphan: TellOrphanAsync, cancel: cancel))
            {
                result = result.And(range);
                await using var connection = await database.OpenAsync(cancel);
                await using (var transaction = await connection.BeginTransactionAsync(cancel))
                {
                    var mended = await FileFaults.RecordAsync(connection, range.Range, range.Faults, range.Began, clock.GetUtcNow());
                    await transaction.CommitAsync(cancel);
                    if (mended > 0) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"mended: {mended} files"));
                }
                if (range.Faults.Count == 0) continue;
                foreach (var fault in await FileFaults.OfAsync(connection, [.. range.Faults.Select(f => f.FileId)])) await output.WriteLineAsync(Line(fault));
            }
        }
        var read = hashes ? string.Create(CultureInfo.InvariantCulture, $", hashes that differ {result.Altered} of {result.Hashed}") : "";
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"files {result.Files}, blobs {result.Blobs}: missing {result.Missing}, orphans {result.Orphans}, sizes that differ {result.Differing}{read}"));
        await using var audit = await database.OpenAsync(cancel);
        await AuditLog.AppendAsync(audit, new AuditEntry(null, "reconciled", ObjectKind, ObjectId, Detail: result), clock.GetUtcNow());
        return result.Faults > 0 ? 1 : 0;

        async Task TellOrphanAsync(BlobItem blob) => await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"orphan blob: {blob.Name} ({blob.Properties.ContentLength} bytes)"));
    }

    private async Task<int> AcceptAsync(IReadOnlyList<Guid> files, TextWriter output, CancellationToken cancel)
    {
        var code = 0;
        await using var connection = await database.OpenAsync(cancel);
        foreach (var file in files)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var accepted = await FileFaults.AcceptAsync(connection, file, clock.GetUtcNow());
            if (accepted) await AuditLog.AppendAsync(connection, new AuditEntry(null, "loss-accepted", ObjectKind, file.ToString()), clock.GetUtcNow());
            await transaction.CommitAsync(cancel);
            await output.WriteLineAsync(accepted ? $"{file} is written off: readiness no longer waits for it" : $"{file} is neither missing nor altered");
            if (!accepted) code = 1;
        }
        return code;
    }

    private static string Line(OpenFault fault)
    {
        var owner = fault.OwnerKind switch { "file" => "a file", "view" => $"the picture shown of document {fault.OwnerId}", var kind => $"{kind} {fault.OwnerId}" };
        var whose = fault switch
        {
            { ReceiptNumber: { } number } => $"{owner} of {number}",
            { ApplicationId: { } draft } => $"{owner} of draft {draft}",
            _ => owner,
        };
        return fault.Fault switch
        {
            FileFault.Missing => $"missing blob: {fault.FileId} ({fault.Expected} bytes): {whose}",
            FileFault.Resized => $"size differs: {fault.FileId} is {fault.Expected} bytes in the database, {fault.Found} in the store: {whose}",
            _ => $"hash differs: {fault.FileId} is {fault.Expected} in the database, {fault.Found} in the store: {whose}",
        };
    }
}
