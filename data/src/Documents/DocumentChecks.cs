using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>A document on its way through the checks.</summary>
public sealed record CheckedDocument(Guid Id, Guid ApplicationId, DocumentKind Kind, string FileName, FileType Type, Structure Structure, Malware Malware);

/// <summary>What is shown of a photo.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record DocumentView(Guid BlobId, FileType Type, long Size, string Sha256);

/// <summary>The application a bad document belongs to, and whom to tell.</summary>
/// <param name="ReceiptNumber">Null: it was never submitted.</param>
/// <param name="Submitted">The document is part of the latest submitted version.</param>
/// <param name="StaffMail">Of the clerk who holds the case or has it on the list; null: nobody.</param>
public sealed record DocumentCase(Guid ApplicationId, Programme Programme, string? ReceiptNumber, bool Submitted, string? StaffMail, IReadOnlyList<Recipient> MailTo);

/// <summary>How many documents wait, and how many were found bad.</summary>
/// <param name="Oldest">Since when the oldest waits; null: none does.</param>
public sealed record DocumentCheckState(int Inspecting, int Scanning, DateTimeOffset? Oldest, int Infected);

/// <summary>What the checks write. Each answers once; a repeat changes nothing.</summary>
public static class DocumentChecks
{
    /// <summary>Null: it is gone, removed before it was submitted.</summary>
    public static Task<CheckedDocument?> FindAsync(NpgsqlConnection connection, Guid id) => connection.QuerySingleOrDefaultAsync<CheckedDocument?>(
        "select id, application_id, kind, file_name, type, structure, malware from documents where id = @id", new { id });

    /// <param name="verdict">To the applicant, why it cannot be used; null: it is sound.</param>
    /// <param name="pages">Of a PDF.</param>
    /// <param name="view">What is shown of it; null: itself.</param>
    /// <returns>False when it had been answered, or is gone; the view is then nobody's.</returns>
    public static async Task<bool> InspectedAsync(NpgsqlConnection connection, Guid id, string? verdict, int? pages, DocumentView? view, DateTimeOffset now) => await connection.ExecuteScalarAsync<bool>(
        """
        with answered as (
          update documents set structure = case when @verdict::text is null then 'sound' else 'unusable' end, verdict = @verdict, pages = @pages, inspected_at = @now
          where id = @id and structure = 'waiting' returning id),
        viewed as (
          insert into document_views (document_id, blob_id, type, size, sha256, made_at)
          select a.id, @BlobId, @Type, @Size, @Sha256, @now from answered a where @BlobId::uuid is not null)
        select exists (select from answered)
        """,
        new { id, verdict, pages, now, view?.BlobId, Type = view is null ? null : Codes.Of(view.Type), view?.Size, view?.Sha256 });

    /// <param name="threat">What was found; null: nothing.</param>
    /// <returns>False when it had been answered, or is gone.</returns>
    public static async Task<bool> ScannedAsync(NpgsqlConnection connection, Guid id, string? threat, DateTimeOffset now) => await connection.ExecuteAsync(
        "update documents set malware = case when @threat::text is null then 'clean' else 'infected' end, threat = @threat, scanned_at = @now where id = @id and malware = 'waiting'",
        new { id, threat, now }) > 0;

    /// <summary>Marks the case of a bad document, where the document stands in its latest submitted version (要確認: 自動確認に「否」).</summary>
    public static Task FailCaseAsync(NpgsqlConnection connection, Guid documentId) => connection.ExecuteAsync(
        """
        update applications a set check_failed = true
        where exists (select from version_documents v where v.document_id = @documentId and v.application_id = a.id and v.version = a.submissions) and not a.check_failed
        """,
        new { documentId });

    public static async Task<DocumentCase?> CaseAsync(NpgsqlConnection connection, Guid documentId)
    {
        await using var grid = await connection.QueryMultipleAsync(
            """
            select a.id as application_id, a.programme, a.receipt_number,
              exists (select from version_documents v where v.document_id = d.id and v.application_id = a.id and v.version = a.submissions) as submitted, r.email as staff_mail
            from documents d join applications a on a.id = d.application_id left join users r on r.id = a.reviewer_id
            where d.id = @documentId;
            select m.user_id, u.email, coalesce(s.daily_mail, false) as daily
            from documents d join applications a on a.id = d.application_id join memberships m on m.applicant_id = a.applicant_id join users u on u.id = m.user_id
              left join user_settings s on s.user_id = u.id
            where d.id = @documentId and m.role in ('owner', 'clerk') order by m.since, m.user_id limit 50
            """,
            new { documentId });
        return await grid.ReadSingleOrDefaultAsync<CaseRow>() is { } row
            ? new DocumentCase(row.ApplicationId, row.Programme, row.ReceiptNumber, row.Submitted, row.StaffMail, (await grid.ReadAsync<Recipient>()).AsList())
            : null;
    }

    /// <summary>For the state page. Counts up to <see cref="MostCounted"/>.</summary>
    public static Query<DocumentCheckState> State() => Query.The<DocumentCheckState>(
        """
        select count(*) filter (where structure = 'waiting')::integer as inspecting, count(*) filter (where malware = 'waiting')::integer as scanning, min(uploaded_at) as oldest,
          (select count(*) from (select from documents where malware = 'infected' limit @MostCounted) i)::integer as infected
        from (select structure, malware, uploaded_at from documents where structure = 'waiting' or malware = 'waiting' order by uploaded_at, id limit @MostCounted) w
        """,
        new { MostCounted });

    public const int MostCounted = 10_000;

    private sealed record CaseRow(Guid ApplicationId, Programme Programme, string? ReceiptNumber, bool Submitted, string? StaffMail);
}
