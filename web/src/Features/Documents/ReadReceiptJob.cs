using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>Reads a receipt once. Where the tools for it are missing nothing is read, and nothing is said of it.</summary>
public sealed class ReadReceiptJob(Database database, IBlobStore blobs, TimeProvider clock, ILogger<ReadReceiptJob> log) : IJobHandler
{
    public const string JobKind = "read-receipt";

    public string Kind => JobKind;

    public JobLane Lane => JobLane.Heavy;

    /// <summary>For a receipt whose file was found sound.</summary>
    public static Job For(Guid document, DateTimeOffset now) => DocumentJob.Of(JobKind, document, now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var id = DocumentJob.DocumentOf(job);
        FileType? type;
        await using (var connection = await database.OpenAsync(cancel))
        {
            type = await ReceiptReadings.FindUnreadAsync(connection, id);
            if (type is not null && ReceiptRecogniser.Missing.Count > 0)
            {
                await ReceiptReadings.SaveOffAsync(connection, id, clock.GetUtcNow());
                return;
            }
        }
        if (type is null) return;
        // Not held while tools run: they take seconds.
        if (await blobs.OpenWholeAsync(id, cancel) is not { } bytes) throw new InvalidOperationException($"The blob of document {id} is missing.");
        await using (bytes)
        {
            var read = await ReceiptRecogniser.ReadAsync(bytes, type.Value, cancel);
            if (read is null) log.LogInformation("Receipt {Document} could not be read.", id);
            await using var connection = await database.OpenAsync(cancel);
            var now = clock.GetUtcNow();
            await ReceiptReadings.SaveAsync(connection, id, read, now);
            if (await ReceiptReuse.ApplicationOfAsync(connection, id) is { } application) await JobQueue.EnqueueAsync(connection, [ReceiptReuseJob.For(application, $"read:{id}", now)]);
        }
    }
}
