using System.Diagnostics;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// Has a stored file scanned for malware. While the scanner is away its jobs wait, uncounted, and catch up by themselves. What is found bad goes to
/// quarantine: copied there first, then marked, then removed here; whatever is done twice changes nothing.
/// </summary>
public sealed class ScanDocumentJob(Database database, IBlobStore blobs, IMalwareScanner scanner, BadDocument bad, IOptions<ScannerOptions> options, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "scan-document";

    /// <summary>After the scanner did not answer, until it is asked again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long awaySince;

    public string Kind => JobKind;

    public JobLane Lane => JobLane.Heavy;

    public bool IsAble => options.Value.IsOn && (Volatile.Read(ref awaySince) is not (> 0 and var since) || Stopwatch.GetElapsedTime(since) > Pause);

    public static Job For(Guid document, DateTimeOffset now) => DocumentJob.Of(JobKind, document, now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        CheckedDocument? found;
        await using (var connection = await database.OpenAsync(cancel)) found = await DocumentChecks.FindAsync(connection, DocumentJob.DocumentOf(job));
        if (found is not { } document) return;
        if (document.Malware == Malware.Waiting) await AnswerAsync(document, await ScanAsync(document, cancel), cancel);
        // Also when it was answered before: who answered it may have ended in between.
        if (document.Malware == Malware.Infected) await blobs.DeleteAsync(document.Id, cancel);
    }

    private async Task<string?> ScanAsync(CheckedDocument document, CancellationToken cancel)
    {
        await using var bytes = await blobs.OpenWholeAsync(document.Id, cancel) ?? throw new InvalidOperationException($"The blob of document {document.Id} is missing.");
        try
        {
            var begun = Stopwatch.GetTimestamp();
            var threat = await scanner.ScanAsync(bytes, cancel);
            Instruments.Scanned(Stopwatch.GetElapsedTime(begun), threat is null ? "clean" : "infected");
            Volatile.Write(ref awaySince, 0);
            return threat;
        }
        catch (ScannerAwayException away)
        {
            Volatile.Write(ref awaySince, Stopwatch.GetTimestamp());
            throw new JobUnableException("The malware scanner is away.", away);
        }
    }

    private async Task AnswerAsync(CheckedDocument document, string? threat, CancellationToken cancel)
    {
        if (threat is not null) await blobs.CopyToQuarantineAsync(document.Id, cancel);
        var now = clock.GetUtcNow();
        await using (var connection = await database.OpenAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            if (!await DocumentChecks.ScannedAsync(connection, document.Id, threat, now)) return;
            if (threat is not null) await bad.ReportAsync(connection, document, DocumentState.Quarantined, threat, now);
            await transaction.CommitAsync(cancel);
        }
        if (threat is not null) await blobs.DeleteAsync(document.Id, cancel);
    }
}
