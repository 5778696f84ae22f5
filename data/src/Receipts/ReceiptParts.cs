using Dapper;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Receipts;
using Npgsql;

namespace GrantPortal.Data.Receipts;

/// <summary>分割の申告: parts of receipts that several applications of one corporation share (docs/adr/0039).</summary>
public static class ReceiptParts
{
    /// <summary>
    /// Whatever is bound to one's own, over others' declarations too: two that differ in their issuer are one receipt where a third has the file of one and
    /// the words of the other.
    /// </summary>
    private const string Bound =
        """
        , live as not materialized (
          select p.applicant_id, p.application_id, p.slot, p.sha256, p.issuer_key, p.issued_on, p.whole_yen, p.part_yen, x.receipt_number, x.name, x.number, x.received_at
          from receipt_parts p join applications x on x.id = p.application_id and x.submissions = p.version
          where p.application_id <> @applicationId and x.status not in ('draft', 'refused', 'withdrawn')
        ), found as (
          select m.slot, l.applicant_id, l.application_id, l.slot as other_slot, l.sha256, l.issuer_key, l.issued_on, l.whole_yen, l.part_yen, l.receipt_number, l.name, l.number, l.received_at
          from mine m join live l on l.applicant_id = m.applicant_id
            and (l.sha256 = m.sha256 or (l.issuer_key = m.issuer_key and l.issued_on = m.issued_on and l.whole_yen = m.whole_yen))
          union
          select f.slot, l.applicant_id, l.application_id, l.slot, l.sha256, l.issuer_key, l.issued_on, l.whole_yen, l.part_yen, l.receipt_number, l.name, l.number, l.received_at
          from found f join live l on l.applicant_id = f.applicant_id
            and (l.sha256 = f.sha256 or (l.issuer_key = f.issuer_key and l.issued_on = f.issued_on and l.whole_yen = f.whole_yen))
        )
        """;

    /// <summary>Two submissions of one applicant that declare parts come one after the other until the transaction ends; those of others, and those without, go on.</summary>
    public static Task LockAsync(NpgsqlConnection connection, Guid applicantId) =>
        connection.ExecuteAsync("select from applicants where id = @applicantId for no key update", new { applicantId });

    /// <summary>What the applicant's other live applications declared of the receipts of this one, submitted or not. Drafts and its own earlier versions do not count.</summary>
    public static Query<IReadOnlyList<OtherPart>> Others(Guid applicationId, Guid applicantId, IReadOnlyList<ReceiptPart> parts) => Query.List<OtherPart>(
        $"""
        with recursive mine as (
          select @applicantId as applicant_id, m.slot, m.sha256, m.issuer_key, m.issued_on, m.whole_yen
          from unnest(@slots, @files, @issuers, @dates, @wholes) as m (slot, sha256, issuer_key, issued_on, whole_yen)
        ){Bound}
        select f.slot, f.application_id, f.other_slot, f.receipt_number, f.name, f.whole_yen, f.part_yen, true as visible
        from found f order by f.slot, f.received_at, f.application_id, f.other_slot
        """,
        new
        {
            applicationId,
            applicantId,
            slots = parts.Select(p => p.Slot).ToArray(),
            files = parts.Select(p => p.Sha256).ToArray(),
            issuers = parts.Select(p => p.Issuer).ToArray(),
            dates = parts.Select(p => p.Date).ToArray(),
            wholes = parts.Select(p => p.Whole.Amount).ToArray(),
        });

    /// <summary>The same for a submitted version, for staff; what the person declared a conflict with is counted but not named.</summary>
    public static Query<IReadOnlyList<OtherPart>> OthersOfVersion(Guid applicationId, int version, Actor actor) => Query.List<OtherPart>(
        $"""
        with recursive mine as (
          select p.applicant_id, p.slot, p.sha256, p.issuer_key, p.issued_on, p.whole_yen from receipt_parts p where p.application_id = @applicationId and p.version = @version
        ){Bound}
        select f.slot, f.application_id, f.other_slot, f.receipt_number, f.name, f.whole_yen, f.part_yen, true {Conflicts.Without("f", "@UserId")} as visible
        from found f order by f.slot, f.received_at, f.application_id, f.other_slot
        """,
        new { applicationId, version, actor.UserId });

    /// <summary>Keeps the parts of a version that has just been added.</summary>
    public static Task AddAsync(NpgsqlConnection connection, Guid applicationId, int version, Guid applicantId, IReadOnlyList<ReceiptPart> parts) => connection.ExecuteAsync(
        """
        insert into receipt_parts (application_id, version, slot, applicant_id, document_id, sha256, issuer_key, issued_on, whole_yen, part_yen)
        select @applicationId, @version, p.slot, @applicantId, p.document_id, p.sha256, p.issuer_key, p.issued_on, p.whole_yen, p.part_yen
        from unnest(@slots, @documents, @files, @issuers, @dates, @wholes, @parts) as p (slot, document_id, sha256, issuer_key, issued_on, whole_yen, part_yen)
        """,
        new
        {
            applicationId,
            version,
            applicantId,
            slots = parts.Select(p => p.Slot).ToArray(),
            documents = parts.Select(p => p.DocumentId).ToArray(),
            files = parts.Select(p => p.Sha256).ToArray(),
            issuers = parts.Select(p => p.Issuer).ToArray(),
            dates = parts.Select(p => p.Date).ToArray(),
            wholes = parts.Select(p => p.Whole.Amount).ToArray(),
            parts = parts.Select(p => p.Part.Amount).ToArray(),
        });
}
