using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>A document as it can be downloaded.</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits; also its entity tag.</param>
/// <param name="ViewId">The blob of what is shown of a photo; null: the file itself is.</param>
public sealed record DownloadableDocument(
    Guid Id, Guid ApplicationId, DocumentKind Kind, string FileName, FileType Type, long Size, string Sha256, Structure Structure, Malware Malware, Guid? ViewId, string? ViewSha256)
{
    public DocumentState State => DocumentStates.Of(Structure, Malware);
}

/// <summary>Rows of stored files. The row follows the blob; a file without a row is swept.</summary>
public static class DocumentStore
{
    /// <summary>The document an earlier attempt of the same upload made, or null. Retries are recognised by the upload's id, never by hash.</summary>
    public static Task<AttachedDocument?> FindUploadAsync(NpgsqlConnection connection, Guid applicationId, Guid uploadId) =>
        connection.QuerySingleOrDefaultAsync<AttachedDocument?>(
            """
            select d.id, d.kind, d.slot, d.file_name, d.type, d.size, d.sha256, d.structure, d.malware, d.verdict from documents d
            where d.application_id = @applicationId and d.upload_id = @uploadId
            """,
            new { applicationId, uploadId });

    /// <summary>Attaches a stored file to the working copy; whatever stood in its slot is detached.</summary>
    public static Task AttachAsync(NpgsqlConnection connection, Guid applicationId, AttachedDocument document, Guid uploadId, Guid userId, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            update documents set attached = false where application_id = @applicationId and kind = @Kind and slot = @Slot and attached;
            insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by)
            values (@Id, @applicationId, @Kind, @Slot, @FileName, @Type, @Size, @Sha256, @uploadId, true, @now, @userId);
            """,
            new { applicationId, document.Id, document.Kind, document.Slot, document.FileName, document.Type, document.Size, document.Sha256, uploadId, userId, now });

    /// <summary>Takes a document out of the working copy. Submitted versions keep theirs.</summary>
    /// <returns>False when it is not attached to this application.</returns>
    public static async Task<bool> DetachAsync(NpgsqlConnection connection, Guid applicationId, Guid documentId) => await connection.ExecuteAsync(
        "update documents set attached = false where application_id = @applicationId and id = @documentId and attached",
        new { applicationId, documentId }) > 0;

    /// <summary>
    /// A document the actor may open: members any of their applicant's, staff those of submitted versions without a declared conflict. Null otherwise.
    /// </summary>
    public static async Task<DownloadableDocument?> FindVisibleAsync(NpgsqlConnection connection, Guid id, Actor actor) =>
        await connection.QuerySingleOrDefaultAsync<DownloadableDocument?>(
            """
            select d.id, d.application_id, d.kind, d.file_name, d.type, d.size, d.sha256, d.structure, d.malware, w.blob_id as view_id, w.sha256 as view_sha256
            from documents d join applications a on a.id = d.application_id left join document_views w on w.document_id = d.id
            where d.id = @id
              and (@AsStaff and exists (select from version_documents v where v.document_id = d.id)
                  and a.number <> all (conflict_numbers(@UserId)) and a.applicant_id <> all (conflict_applicants(@UserId))
                or not @AsStaff and exists (select from memberships m where m.applicant_id = a.applicant_id and m.user_id = @UserId))
            """,
            new { id, actor.UserId, AsStaff = actor.IsStaff });

    /// <summary>
    /// Ids of files that no working copy and no submitted version names, uploaded before <paramref name="before"/>; their rows are
    /// deleted here, their blobs by the caller.
    /// </summary>
    public static async Task<IReadOnlyList<Guid>> TakeOrphansAsync(NpgsqlConnection connection, DateTimeOffset before, int most) =>
        (await connection.QueryAsync<Guid>(
            """
            delete from documents where id in (
              select d.id from documents d
              where not d.attached and d.uploaded_at < @before and not exists (select from version_documents v where v.document_id = d.id)
              order by d.uploaded_at, d.id limit @most for update skip locked)
            returning id
            """,
            new { before, most })).AsList();

    /// <summary>Those of these ids that no row has there: neither a document's nor a letter's.</summary>
    /// <param name="quarantined">They lie in quarantine; otherwise not.</param>
    public static async Task<IReadOnlyList<Guid>> WithoutRowAsync(NpgsqlConnection connection, Guid[] ids, bool quarantined) => (await connection.QueryAsync<Guid>(
        "select i.id from unnest(@ids) as i (id) where not exists (select from stored_files s where s.id = i.id and s.quarantined = @quarantined)", new { ids, quarantined })).AsList();
}
