using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>One line of an applicant's list.</summary>
public sealed record ApplicationLine(
    Guid Id, Programme Programme, Status Status, string? ReceiptNumber, string? Number, string? Name, long AppliedYen, long? GrantedYen,
    DateTimeOffset? ReceivedAt, DateTimeOffset UpdatedAt, DateOnly? AnswerBy, Guid ApplicantId, string ApplicantName, bool BeingEdited);

/// <summary>Where a list goes on: the last line shown.</summary>
public sealed record ListPosition(DateTimeOffset UpdatedAt, Guid Id);

/// <summary>A submitted version as it was.</summary>
public sealed record SubmittedVersion(int Version, string YearId, ApplicationContent Content, DateTimeOffset SubmittedAt, string SubmittedByName, IReadOnlyList<AttachedDocument> Documents);

/// <summary>A line of an application's history.</summary>
public sealed record HistoryLine(
    long Id, EventKind Kind, DateTimeOffset At, Guid ActorId, string ActorName, bool ByStaff, int Version, Status ToStatus, long? AmountYen, Verdict? Recommendation,
    string? Reason, string? Items, DateOnly? AnswerBy)
{
    public IReadOnlyList<ReturnedItem> ReturnedItems => Items is null ? [] : ApplicationJson.Read<IReadOnlyList<ReturnedItem>>(Items);
}

/// <summary>Reads pages of the applicant's side.</summary>
public static class ApplicationQueries
{
    /// <summary>The applications of the user's applicants, latest change first, one page.</summary>
    public static Query<IReadOnlyList<ApplicationLine>> OfUser(Guid userId, ListPosition? after, int most) =>
        Query.List<ApplicationLine>(
            """
            select a.id, a.programme, a.status, a.receipt_number, coalesce(a.number, w.answers ->> 'number') as number,
              coalesce(a.name, w.answers ->> 'name') as name, a.applied_yen, a.granted_yen, a.received_at, a.updated_at, a.answer_by,
              a.applicant_id, p.name as applicant_name, w.application_id is not null as being_edited
            from memberships m
            cross join lateral (
              select x.id, x.programme, x.status, x.receipt_number, x.number, x.name, x.applied_yen, x.granted_yen, x.received_at, x.updated_at,
                x.answer_by, x.applicant_id
              from applications x
              where x.applicant_id = m.applicant_id and (@at::timestamptz is null or (x.updated_at, x.id) < (@at, @id))
              order by x.updated_at desc, x.id desc limit @most) a
            join applicants p on p.id = a.applicant_id
            left join working_sections w on w.application_id = a.id and w.section = 'office'
            where m.user_id = @userId
            order by a.updated_at desc, a.id desc limit @most
            """,
            new { userId, at = after?.UpdatedAt, id = after?.Id, most });

    /// <summary>Every event of an application, oldest first. The caller has checked that it may be seen.</summary>
    public static Query<IReadOnlyList<HistoryLine>> History(Guid applicationId) =>
        Query.List<HistoryLine>(
            """
            select id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen, recommendation, reason, items, answer_by
            from events where application_id = @applicationId order by id
            """,
            new { applicationId });

    /// <summary>A submitted version with its documents; null when there is none. The caller has checked that it may be seen.</summary>
    public static Query<SubmittedVersion?> Version(Guid applicationId, int version) => Versions(applicationId, version, version).Select(found => found.SingleOrDefault());

    /// <summary>The same of several versions, the first first.</summary>
    public static Query<IReadOnlyList<SubmittedVersion>> Versions(Guid applicationId, int first, int last) => new(
        """
        select v.version, v.year_id, v.content, v.submitted_at, u.name as submitted_by_name
        from application_versions v join users u on u.id = v.submitted_by where v.application_id = @applicationId and v.version between @first and @last order by v.version;
        select v.version as in_version, d.id, d.kind, d.slot, d.file_name, d.type, d.size, d.sha256, d.structure, d.malware, d.verdict
        from version_documents v join documents d on d.id = v.document_id
        where v.application_id = @applicationId and v.version between @first and @last
        order by array_position(array['passbook', 'service-proof', 'bed-proof', 'receipt', 'web-service-screen', 'completion-proof'], d.kind), d.slot
        """,
        new { applicationId, first, last },
        async (grid, connection) =>
        {
            var rows = (await grid.ReadAsync<VersionRow>()).AsList();
            var documents = grid.Read<int, AttachedDocument, (int Of, AttachedDocument Document)>((of, document) => (of, document), splitOn: "id").ToLookup(d => d.Of, d => d.Document);
            return rows.ConvertAll(row => new SubmittedVersion(
                row.Version, row.YearId, connection.Protection().Read<ApplicationContent>(row.Content), row.SubmittedAt, row.SubmittedByName, [.. documents[row.Version]]));
        });

    private sealed record VersionRow(int Version, string YearId, string Content, DateTimeOffset SubmittedAt, string SubmittedByName);
}
