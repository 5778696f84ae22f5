using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Retention;

/// <summary>An application whose records are kept no longer.</summary>
/// <param name="EndedAt">When it was decided or withdrawn.</param>
/// <param name="Documents">Files of all its versions.</param>
public sealed record EndedApplication(Guid Id, string ReceiptNumber, Programme Programme, Status Status, string? YearId, DateTimeOffset EndedAt, int Documents)
{
    public DateOnly EndedOn => JapanTime.DateOf(EndedAt);

    public DateOnly KeptUntil => Domain.Applications.Retention.KeptUntil(EndedOn);
}

/// <summary>A draft nobody touched.</summary>
/// <param name="TouchedAt">When a step was saved or a file came last.</param>
/// <param name="Name">Of the institution, as typed.</param>
public sealed record UntouchedDraft(Guid Id, Programme Programme, DateTimeOffset TouchedAt, string? Name)
{
    public DateOnly TouchedOn => JapanTime.DateOf(TouchedAt);
}

/// <summary>A line of the record of deletions.</summary>
public sealed record Deletion(
    long Id, string What, string Why, string? ReceiptNumber, Programme Programme, string? YearId, DateOnly EndedOn, DateOnly KeptUntil, DateOnly DeletedOn, int Documents, long Bytes, DateTimeOffset At);

/// <summary>What the next run deletes, and what earlier ones have: one set of conditions for the run, its rehearsal and the page.</summary>
public static class RetentionQueries
{
    /// <summary>When a draft was touched last: a step saved, a file added or taken away.</summary>
    private const string Touched =
        """
        greatest(a.updated_at,
          (select max(w.updated_at) from working_sections w where w.application_id = a.id), (select max(d.uploaded_at) from documents d where d.application_id = a.id))
        """;

    private const string Ended = "ended_at(a.status, a.decided_at, a.updated_at)";

    private const string NotHeld = "not exists (select from legal_holds h where h.application_id = a.id and h.lifted_at is null)";

    /// <summary>Applications a run on that day deletes, those that ended first first.</summary>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="seenBy">Leaves out what this person declared a conflict of interest with; null: nobody looks.</param>
    public static Query<IReadOnlyList<EndedApplication>> Due(DateOnly day, (DateTimeOffset EndedAt, Guid Id)? after, int most, Actor? seenBy = null) =>
        Query.List<EndedApplication>(
            $"""
            select a.id, a.receipt_number, a.programme, a.status, a.year_id, {Ended} as ended_at, (select count(*)::integer from documents d where d.application_id = a.id) as documents
            from applications a
            where {Ended} < @before and (@afterId::uuid is null or ({Ended}, a.id) > (@afterAt, @afterId)) and {NotHeld}
              and (@UserId::uuid is null or a.number <> all (conflict_numbers(@UserId)) and a.applicant_id <> all (conflict_applicants(@UserId)))
            order by {Ended}, a.id limit @most
            """,
            new { before = Before(day), afterAt = after?.EndedAt, afterId = after?.Id, most, seenBy?.UserId });

    /// <summary>Drafts a run on that day deletes: those whose notice has run out and that nobody touched since.</summary>
    /// <param name="only">This one, if it is among them.</param>
    public static Query<IReadOnlyList<UntouchedDraft>> DraftsDue(DateOnly day, Guid? after, int most, Guid? only = null) =>
        Query.List<UntouchedDraft>(
            $"""
            select a.id, a.programme, n.touched_at, null::text as name
            from draft_notices n join applications a on a.id = n.application_id
            where n.deleted_on <= @day and a.status = 'draft' and n.touched_at = {Touched} and (@after::uuid is null or a.id > @after) and (@only::uuid is null or a.id = @only)
            order by a.id limit @most
            """,
            new { day, after, most, only });

    /// <summary>Drafts whose people are to be told, in order: near the end of their 12 months, and not told since they were last touched.</summary>
    public static async Task<IReadOnlyList<UntouchedDraft>> DraftsToNoticeAsync(NpgsqlConnection connection, DateOnly today, Guid? after, int most) =>
        (await connection.QueryAsync<UntouchedDraft>(
            $"""
            select x.id, x.programme, x.touched_at, x.name
            from (
              select a.id, a.programme, {Touched} as touched_at, (select w.answers ->> 'name' from working_sections w where w.application_id = a.id and w.section = 'office') as name
              from applications a
              where a.status = 'draft' and a.updated_at < @before and (@after::uuid is null or a.id > @after)) x
            where x.touched_at < @before and not exists (select from draft_notices n where n.application_id = x.id and n.touched_at = x.touched_at)
            order by x.id limit @most
            """,
            // A day more than the months make: their lengths differ. The domain says which of them are due.
            new { before = JapanTime.EndOf(today.AddDays(Domain.Applications.Retention.DraftNoticeDays).AddMonths(-Domain.Applications.Retention.DraftMonths).AddDays(1)).ToUniversalTime(), after, most })).AsList();

    /// <summary>The record, the latest first.</summary>
    /// <param name="before">Id of the last one of the page before.</param>
    public static Query<IReadOnlyList<Deletion>> Deletions(long? before, int most) =>
        Query.List<Deletion>(
            """
            select id, what, why, receipt_number, programme, year_id, ended_on, kept_until, deleted_on, documents, bytes, at
            from deletions where @before::bigint is null or id < @before order by id desc limit @most
            """,
            new { before, most });

    private static DateTimeOffset Before(DateOnly day) => JapanTime.StartOf(Domain.Applications.Retention.EndedBefore(day)).ToUniversalTime();
}
