using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Receipts;
using Npgsql;

namespace GrantPortal.Data.Receipts;

/// <summary>What was read of receipts, one row a document, written once.</summary>
public static class ReceiptReadings
{
    /// <summary>The type of a receipt that can be read: it was not, nothing speaks against its file, and it is a receipt. Null otherwise.</summary>
    public static Task<FileType?> FindUnreadAsync(NpgsqlConnection connection, Guid documentId) => connection.QuerySingleOrDefaultAsync<FileType?>(
        """
        select d.type from documents d
        where d.id = @documentId and d.kind = 'receipt' and d.structure <> 'unusable' and d.malware <> 'infected'
          and not exists (select from receipt_readings r where r.document_id = d.id)
        """,
        new { documentId });

    /// <summary>Keeps what was read. A repeat, or a document that is gone meanwhile, changes nothing.</summary>
    /// <param name="read">Null: no tool could open it.</param>
    public static Task SaveAsync(NpgsqlConnection connection, Guid documentId, RecognisedReceipt? read, DateTimeOffset now)
    {
        var findings = read is null ? null : ReceiptReader.Read(read.Pages);
        return connection.ExecuteAsync(
            """
            insert into receipt_readings (document_id, status, findings, fingerprint, registration_number, issued_on, total_yen, read_at)
            select d.id, @status, @findings::jsonb, @fingerprint, @registration, @date, @total, @now from documents d where d.id = @documentId
            on conflict (document_id) do nothing
            """,
            new
            {
                documentId,
                status = read is null ? "unreadable" : "read",
                findings = findings is null ? null : ApplicationJson.Write(findings),
                fingerprint = read?.Fingerprint,
                registration = findings?.Registration?.Value.Number,
                date = findings?.Date?.Value,
                total = findings?.Total?.Value.Amount,
                now,
            });
    }

    /// <summary>Says that nothing was read for want of tools.</summary>
    public static Task SaveOffAsync(NpgsqlConnection connection, Guid documentId, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into receipt_readings (document_id, status, read_at)
        select d.id, 'off', @now from documents d where d.id = @documentId
        on conflict (document_id) do nothing
        """,
        new { documentId, now });

    /// <summary>By document; one that was not read, or could not be, is not there. The caller has checked that the documents may be seen.</summary>
    public static Query<IReadOnlyDictionary<Guid, ReceiptFindings>> Of(IEnumerable<Guid> documents) => Query.List<(Guid Id, string Findings)>(
        "select r.document_id, r.findings from receipt_readings r where r.document_id = any(@documents) and r.status = 'read'",
        new { documents = documents.ToArray() }).Select(ById);

    /// <summary>The same of a submitted version's receipts.</summary>
    public static Query<IReadOnlyDictionary<Guid, ReceiptFindings>> OfVersion(Guid applicationId, int version) => Query.List<(Guid Id, string Findings)>(
        """
        select r.document_id, r.findings
        from version_documents v join receipt_readings r on r.document_id = v.document_id
        where v.application_id = @applicationId and v.version = @version and r.status = 'read'
        """,
        new { applicationId, version }).Select(ById);

    /// <summary>Those of these documents whose reading has ended, whatever came of it.</summary>
    public static Query<IReadOnlySet<Guid>> Ended(IEnumerable<Guid> documents) => Query.List<Guid>(
        "select r.document_id from receipt_readings r where r.document_id = any(@documents)", new { documents = documents.ToArray() }).Select<IReadOnlySet<Guid>>(ids => ids.ToHashSet());

    private static IReadOnlyDictionary<Guid, ReceiptFindings> ById(IReadOnlyList<(Guid Id, string Findings)> rows) =>
        rows.ToDictionary(r => r.Id, r => ApplicationJson.Read<ReceiptFindings>(r.Findings));
}
