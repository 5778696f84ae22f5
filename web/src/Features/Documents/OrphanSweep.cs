using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// Removes files nobody can reach any more: replaced before they were submitted, of a deleted draft, or left by an upload that broke off
/// between blob and row. Each day's job takes the rows and enqueues one job for each first digit of the blobs' names, so that each ends
/// well within its lease however many blobs there are.
/// </summary>
public sealed class OrphanSweep(Database database, BlobContainerClient container, QuarantineContainer quarantine, IBlobStore blobs, TimeProvider clock, ILogger<OrphanSweep> log) : IJobHandler
{
    public const string JobKind = "orphan-sweep";

    private const int Batch = 500;
    private const string Digits = "0123456789abcdef";

    public string Kind => JobKind;

    /// <summary>Keys of all jobs of a day: its own first.</summary>
    public static IReadOnlyList<string> KeysOf(DateOnly day)
    {
        var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{JobKind}:{day:yyyy-MM-dd}");
        return [key, .. Digits.Select(digit => $"{key}:{digit}")];
    }

    /// <summary>A younger file may belong to an upload that is still going on, or be wanted back by a page that is still open.</summary>
    public TimeSpan Settled { get; init; } = TimeSpan.FromHours(24);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        if (payload.RootElement.TryGetProperty("digit", out var digit)) await SweepBlobsAsync(digit.GetString()!, cancel);
        else await SweepRowsAsync(job, cancel);
    }

    /// <summary>Rows first, then their blobs: what a crash leaves between them is a blob without a row.</summary>
    private async Task SweepRowsAsync(ClaimedJob job, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var removed = 0;
        while (true)
        {
            var orphans = await DocumentStore.TakeOrphansAsync(connection, now - Settled, Batch);
            await Parallel.ForEachAsync(orphans, cancel, async (id, stop) => await blobs.DeleteEverywhereAsync(id, stop));
            removed += orphans.Count;
            if (orphans.Count < Batch) break;
        }
        if (removed > 0) log.LogInformation("{Count} files that no application names were removed.", removed);
        await JobQueue.EnqueueAsync(connection, [.. Digits.Select(digit => new Job(Kind, $"{job.Key}:{digit}", $$"""{"digit": "{{digit}}"}""", now))]);
    }

    private async Task SweepBlobsAsync(string digit, CancellationToken cancel)
    {
        var removed = await SweepAsync(container, digit, cancel) + await SweepAsync(quarantine.Blobs, digit, cancel);
        if (removed > 0) log.LogWarning("{Count} files without a row were removed.", removed);
    }

    private async Task<int> SweepAsync(BlobContainerClient container, string digit, CancellationToken cancel)
    {
        // The store stamps its own, real time, whatever the portal's clock shows.
        var settled = TimeProvider.System.GetUtcNow() - Settled;
        var quarantined = container.Name == quarantine.Blobs.Name;
        var removed = 0;
        await foreach (var page in container.GetBlobsAsync(prefix: digit, cancellationToken: cancel).AsPages(pageSizeHint: Batch).WithCancellation(cancel))
        {
            var old = page.Values.Where(blob => blob.Properties.CreatedOn < settled).Select(Id).OfType<Guid>().ToArray();
            if (old.Length == 0) continue;
            await using var connection = await database.OpenAsync(cancel);
            var orphans = await DocumentStore.WithoutRowAsync(connection, old, quarantined);
            await Parallel.ForEachAsync(orphans, cancel, async (id, stop) => await container.DeleteBlobIfExistsAsync(id.ToString("D"), cancellationToken: stop));
            removed += orphans.Count;
        }
        return removed;
    }

    /// <summary>Null for a name the portal did not give: it is somebody else's and stays.</summary>
    private static Guid? Id(BlobItem blob) => Guid.TryParseExact(blob.Name, "D", out var id) ? id : null;
}
