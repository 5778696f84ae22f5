using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Features.Documents;

namespace GrantPortal.Web.Features.Applications;

/// <summary>How an upload or removal ended.</summary>
public abstract record UploadResult
{
    private UploadResult()
    {
    }

    /// <summary>Bytes are stored and the row is written.</summary>
    public sealed record Stored(AttachedDocument Document) : UploadResult;

    /// <summary>Not acceptable as a file: the message says what to do.</summary>
    public sealed record Unacceptable(string Message) : UploadResult;

    public sealed record Refused(Refusal Reason) : UploadResult;

    public sealed record NotFound : UploadResult;

    public sealed record Forbidden : UploadResult;
}

/// <summary>What is uploaded where.</summary>
/// <param name="Slot">0-based place among its kind; null takes the first free one.</param>
/// <param name="UploadId">Made by the page: a repeat after a lost answer is recognised by it.</param>
/// <param name="Length">Bytes, where the sender says so beforehand.</param>
public sealed record Upload(Guid ApplicationId, DocumentKind Kind, int? Slot, Guid UploadId, string FileName, long? Length = null);

/// <summary>Takes a file: from the socket to the blob store in one pass, then the row. Acknowledged only when both are written.</summary>
public sealed class UploadDocument(Database database, IBlobStore blobs, TimeProvider clock)
{
    public async Task<UploadResult> RunAsync(Upload upload, Stream bytes, Actor actor, CancellationToken cancel)
    {
        // Looked at first without a lock, so that a file nobody may attach is not stored at all.
        await using (var connection = await database.OpenAsync(cancel))
        {
            var dossier = await DossierStore.LoadAsync(connection, upload.ApplicationId, actor, clock.GetUtcNow());
            if (Obstacle(dossier, upload, actor) is { } obstacle) return obstacle;
            if (await DocumentStore.FindUploadAsync(connection, upload.ApplicationId, upload.UploadId) is { } earlier) return new UploadResult.Stored(earlier);
        }
        StoredBlob stored;
        try
        {
            stored = await blobs.WriteAsync(Guid.NewGuid(), bytes, upload.Length, cancel, type => FileContent.Lie(FileName(upload.FileName), type));
        }
        catch (UnacceptableFileException unacceptable)
        {
            return new UploadResult.Unacceptable(unacceptable.Message);
        }
        return await AttachAsync(upload, stored, actor, cancel);
    }

    /// <summary>Takes a document out of the working copy.</summary>
    public async Task<UploadResult> RemoveAsync(Guid applicationId, Guid documentId, Actor actor, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var dossier = await DossierStore.LoadForUpdateAsync(connection, applicationId, actor, clock.GetUtcNow());
        if (dossier?.Attached.FirstOrDefault(d => d.Id == documentId) is not { } document) return new UploadResult.NotFound();
        if (Obstacle(dossier, new Upload(applicationId, document.Kind, document.Slot, Guid.Empty, ""), actor) is { } obstacle) return obstacle;
        await DocumentStore.DetachAsync(connection, applicationId, documentId);
        await ApplicationStore.TouchDraftAsync(connection, applicationId, clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        return new UploadResult.Stored(document);
    }

    private async Task<UploadResult> AttachAsync(Upload upload, StoredBlob stored, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var dossier = await DossierStore.LoadForUpdateAsync(connection, upload.ApplicationId, actor, now);
        var rule = dossier?.Year.RuleFor(upload.Kind);
        var taken = dossier?.Attached.Where(d => d.Kind == upload.Kind).Select(d => d.Slot).ToHashSet() ?? [];
        var slot = upload.Slot ?? Enumerable.Range(0, rule?.Max ?? 0).FirstOrDefault(s => !taken.Contains(s), -1);
        UploadResult? ended = Obstacle(dossier, upload, actor);
        if (ended is null && slot < 0) ended = new UploadResult.Unacceptable($"「{upload.Kind.Name()}」は{rule!.Max}ファイルまでです。差し替える場合は、先に不要なファイルを削除してください。");
        if (ended is null && await DocumentStore.FindUploadAsync(connection, upload.ApplicationId, upload.UploadId) is { } earlier) ended = new UploadResult.Stored(earlier);
        if (ended is not null)
        {
            await blobs.DeleteAsync(stored.Id, CancellationToken.None);
            return ended;
        }
        var document = new AttachedDocument(stored.Id, upload.Kind, slot, FileName(upload.FileName), stored.Type, stored.Size, stored.Sha256);
        await DocumentStore.AttachAsync(connection, upload.ApplicationId, document, upload.UploadId, actor.UserId, now);
        await JobQueue.EnqueueAsync(connection, [InspectDocumentJob.For(document.Id, now), ScanDocumentJob.For(document.Id, now)]);
        await transaction.CommitAsync(cancel);
        return new UploadResult.Stored(document);
    }

    private static UploadResult? Obstacle(Dossier? dossier, Upload upload, Actor actor)
    {
        if (dossier is null) return new UploadResult.NotFound();
        if (!actor.MayApplyFor(dossier.Application.ApplicantId)) return new UploadResult.Forbidden();
        if (!dossier.Application.IsEditable || !dossier.IsBeingEdited) return new UploadResult.Refused(Refusal.WrongState(dossier.Application.Status));
        if (dossier.Year.RuleFor(upload.Kind) is not { } rule || upload.Slot is < 0 || upload.Slot >= rule.Max) return new UploadResult.NotFound();
        return dossier.OpenItems is { } open && !open.Contains($"Documents.{upload.Kind}")
            ? new UploadResult.Refused(new Refusal(RefusalCode.WrongState, $"「{upload.Kind.Name()}」は差戻しの対象ではないため、変更できません。"))
            : null;
    }

    /// <summary>The last part of whatever the browser sent, without control characters, at most 200 characters with its ending.</summary>
    private static string FileName(string name)
    {
        var last = name.Split('/', '\\')[^1];
        // Control and format characters out: some of the latter turn the rest of a name around.
        var clean = new string([.. last.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)]).Trim();
        if (clean.Length == 0) return "ファイル";
        var ending = Path.GetExtension(clean);
        return clean.Length <= 200 ? clean : clean[..(200 - Math.Min(ending.Length, 20))] + ending[..Math.Min(ending.Length, 20)];
    }
}
