using Dapper;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using Npgsql;

namespace GrantPortal.Data.Receipts;

/// <summary>A receipt that another live application seems to have too.</summary>
/// <param name="DocumentId">The receipt here.</param>
/// <param name="OtherDocumentId">The one there.</param>
/// <param name="SameBytes">The same file.</param>
/// <param name="SameFacts">The same 登録番号, date and amount.</param>
/// <param name="SamePicture">It looks nearly the same, and nothing that was read of the two tells them apart.</param>
public sealed record ReusedReceipt(
    Guid DocumentId, Guid OtherDocumentId, Guid ApplicationId, string ReceiptNumber, string Name, Status Status, bool SameBytes, bool SameFacts, bool SamePicture);

/// <summary>
/// Finds receipts that were handed in twice, of anyone (docs/adr/0034). For staff only: an applicant learns nothing about others. Nothing is blocked by it.
/// </summary>
public static class ReceiptReuse
{
    /// <summary>Bits of 64 in which two pictures of the same sheet differ at most: what four bands can find (pigeonhole).</summary>
    private const int Nearly = 3;

    /// <summary>Candidates of one way of finding them that are looked at for a receipt.</summary>
    private const int MostLookedAt = 500;

    private const string Alike =
        """
        with mine as (
          select d.id, d.application_id, d.sha256, r.fingerprint, r.band_1, r.band_2, r.band_3, r.band_4, r.registration_number, r.issued_on, r.total_yen
          from version_documents v join documents d on d.id = v.document_id left join receipt_readings r on r.document_id = d.id
          where v.application_id = @applicationId and (@version::integer is null or v.version = @version) and d.kind = 'receipt'
        ), near as (
          select m.id, o.other, true as bytes, false as facts, false as picture
          from mine m cross join lateral (
            select d.id as other from documents d where d.sha256 = m.sha256 and d.kind = 'receipt' limit @MostLookedAt) o
          union all
          select m.id, o.other, false, true, false
          from mine m cross join lateral (
            select r.document_id as other from receipt_readings r
            where r.registration_number = m.registration_number and r.issued_on = m.issued_on and r.total_yen = m.total_yen limit @MostLookedAt) o
          union all
          select m.id, o.other, false, false, true
          from mine m cross join lateral (
            select b.document_id as other
            from (
              (select r.document_id, r.fingerprint, r.issued_on, r.total_yen from receipt_readings r where r.band_1 = m.band_1 and r.fingerprint is not null limit @MostLookedAt)
              union all
              (select r.document_id, r.fingerprint, r.issued_on, r.total_yen from receipt_readings r where r.band_2 = m.band_2 and r.fingerprint is not null limit @MostLookedAt)
              union all
              (select r.document_id, r.fingerprint, r.issued_on, r.total_yen from receipt_readings r where r.band_3 = m.band_3 and r.fingerprint is not null limit @MostLookedAt)
              union all
              (select r.document_id, r.fingerprint, r.issued_on, r.total_yen from receipt_readings r where r.band_4 = m.band_4 and r.fingerprint is not null limit @MostLookedAt)) b
            where bit_count((b.fingerprint # m.fingerprint)::bit(64)) <= @Nearly
              -- A shop's forms all look alike: another amount or date is another receipt.
              and (b.total_yen = m.total_yen or b.total_yen is null or m.total_yen is null)
              and (b.issued_on = m.issued_on or b.issued_on is null or m.issued_on is null)) o
        )
        """;

    /// <summary>
    /// A condition, beginning with <c>and</c>: the corporation has not declared the two as parts of one receipt. What is declared stays within the whole
    /// (docs/adr/0039), so that it is no reuse. The same file, or the same words, of one applicant: another's is reuse whatever was declared.
    /// </summary>
    private const string Undeclared =
        """
        and not exists (
          select from receipt_parts p join receipt_parts o on o.applicant_id = p.applicant_id
            and (o.sha256 = p.sha256 or (o.issuer_key = p.issuer_key and o.issued_on = p.issued_on and o.whole_yen = p.whole_yen))
          where p.document_id = n.id and p.application_id = @applicationId and p.version = @version
            and o.document_id = n.other and o.application_id = x.id and o.version = x.submissions)
        """;

    /// <summary>Those of a submitted version that another live application has too, but none of an application the person declared a conflict with.</summary>
    public static Query<IReadOnlyList<ReusedReceipt>> Of(Guid applicationId, int version, Actor actor) =>
        Query.List<ReusedReceipt>(
            $"""
            {Alike}
            select n.id as document_id, n.other as other_document_id, x.id as application_id, x.receipt_number, x.name, x.status,
              bool_or(n.bytes) as same_bytes, bool_or(n.facts) as same_facts, bool_or(n.picture) as same_picture
            from near n
            join version_documents v on v.document_id = n.other
            join applications x on x.id = v.application_id and v.version = x.submissions
            where x.id <> @applicationId and x.status not in ('draft', 'refused', 'withdrawn')
            {Undeclared}
            {Conflicts.Without("x", "@UserId")}
            group by n.id, n.other, x.id, x.receipt_number, x.name, x.status, x.received_at
            order by n.id, x.received_at, n.other limit 50
            """,
            new { applicationId, version, actor.UserId, Nearly, MostLookedAt });

    /// <summary>
    /// Sets the mark of the queue for an application, and for those it has or had a receipt in common with. Each by itself: nothing is locked for another, and a repeat
    /// comes to the same.
    /// </summary>
    public static async Task MarkAsync(NpgsqlConnection connection, Guid applicationId)
    {
        var touched = await connection.QueryAsync<Guid>(
            $"""
            {Alike}
            select distinct x.id
            from near n join version_documents v on v.document_id = n.other join applications x on x.id = v.application_id and v.version = x.submissions
            limit 500
            """,
            new { applicationId, version = (int?)null, Nearly, MostLookedAt });
        foreach (var id in touched.Append(applicationId).Distinct())
            await connection.ExecuteAsync(
                $"""
                {Alike}, mark as (
                  select exists (
                    select from near n join version_documents v on v.document_id = n.other join applications x on x.id = v.application_id and v.version = x.submissions
                    where x.id <> @applicationId and x.status not in ('draft', 'refused', 'withdrawn')
                    {Undeclared}) as reused
                )
                update applications a set receipt_reused = mark.reused from mark
                where a.id = @applicationId and a.receipt_reused <> mark.reused
                """,
                new { applicationId = id, version = await connection.ExecuteScalarAsync<int?>("select a.submissions from applications a where a.id = @id", new { id }), Nearly, MostLookedAt });
    }

    /// <summary>Whose a document is; null: it is gone.</summary>
    public static Task<Guid?> ApplicationOfAsync(NpgsqlConnection connection, Guid documentId) =>
        connection.ExecuteScalarAsync<Guid?>("select d.application_id from documents d where d.id = @documentId", new { documentId });
}
