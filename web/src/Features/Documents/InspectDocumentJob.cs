using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Documents.Inspection;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Tools;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// Looks into a stored file: whether it is a sound one of its type. Programs that might crash on it run in processes of their own. Of a photo it stores
/// what is shown: the blob first, then its row with the answer.
/// </summary>
public sealed class InspectDocumentJob(Database database, IBlobStore blobs, BadDocument bad, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "inspect-document";

    public string Kind => JobKind;

    public JobLane Lane => JobLane.Heavy;

    /// <summary>An instance without the tools leaves it to one that has them.</summary>
    public bool IsAble => DocumentTools.CanInspect;

    public static Job For(Guid document, DateTimeOffset now) => DocumentJob.Of(JobKind, document, now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        CheckedDocument? found;
        await using (var connection = await database.OpenAsync(cancel)) found = await DocumentChecks.FindAsync(connection, DocumentJob.DocumentOf(job));
        if (found is not { Structure: Structure.Waiting } document) return;
        // In quarantine already: nothing more is asked of it.
        if (document.Malware == Malware.Infected) return;
        using var folder = WorkFolder.Create();
        string path;
        await using (var bytes = await blobs.OpenWholeAsync(document.Id, cancel) ?? throw new InvalidOperationException($"The blob of document {document.Id} is missing."))
            path = await folder.SaveAsync("file", bytes, cancel);
        var finding = document.Type == FileType.Pdf ? await PdfInspection.RunAsync(path, folder, cancel) : await ImageInspection.RunAsync(path, document.Type, folder, cancel);
        await AnswerAsync(document, finding, cancel);
    }

    private async Task AnswerAsync(CheckedDocument document, Finding finding, CancellationToken cancel)
    {
        DocumentView? view = null;
        if (finding is Finding.Sound { Shown: { } shown })
        {
            await using var bytes = File.OpenRead(shown);
            var stored = await blobs.WriteAsync(Guid.NewGuid(), bytes, bytes.Length, cancel);
            view = new DocumentView(stored.Id, stored.Type, stored.Size, stored.Sha256);
        }
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var verdict = (finding as Finding.Unusable)?.Words;
        if (!await DocumentChecks.InspectedAsync(connection, document.Id, verdict, (finding as Finding.Sound)?.Pages, view, now))
        {
            if (view is not null) await blobs.DeleteAsync(view.BlobId, CancellationToken.None);
            return;
        }
        if (verdict is not null) await bad.ReportAsync(connection, document, DocumentState.Unusable, verdict, now);
        else if (document.Kind == DocumentKind.Receipt) await JobQueue.EnqueueAsync(connection, [ReadReceiptJob.For(document.Id, now)]);
        await transaction.CommitAsync(cancel);
    }
}
