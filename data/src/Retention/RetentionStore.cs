using Dapper;
using GrantPortal.Domain;
using Npgsql;
using Rules = GrantPortal.Domain.Applications.Retention;

namespace GrantPortal.Data.Retention;

/// <summary>Deletes applications with everything kept about them, in the caller's transaction, each with its line in the record.</summary>
public static class RetentionStore
{
    /// <summary>
    /// Deletes an application that has ended long enough ago. The line in <c>deletions</c> comes first: without it the append-only tables let nothing go
    /// (docs/adr/0032). Tables that name an application and do not stand here delete with it by their foreign keys.
    /// </summary>
    /// <returns>The names of its blobs, for the caller to delete once this is committed; null when it must stay: held, living or too young.</returns>
    public static async Task<IReadOnlyList<Guid>?> DeleteApplicationAsync(NpgsqlConnection connection, Guid id, DateOnly today, DateTimeOffset now)
    {
        var ended = await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            """
            select ended_at(a.status, a.decided_at, a.updated_at) from applications a
            where a.id = @id and not exists (select from legal_holds h where h.application_id = a.id and h.lifted_at is null) for update
            """,
            new { id });
        if (ended is not { } at || Rules.KeptUntil(JapanTime.DateOf(at)) >= today) return null;
        var day = JapanTime.DateOf(at);
        return await DeleteAsync(connection, id, "application", "five-fiscal-years", day, Rules.KeptUntil(day), today, now);
    }

    /// <summary>Deletes a draft whose notice has run out and that nobody touched since.</summary>
    /// <inheritdoc cref="DeleteApplicationAsync"/>
    public static async Task<IReadOnlyList<Guid>?> DeleteDraftAsync(NpgsqlConnection connection, UntouchedDraft draft, DateOnly today, DateTimeOffset now)
    {
        // Whoever saves a step or a file holds this lock: what was touched meanwhile is seen.
        if (await connection.QuerySingleOrDefaultAsync<Guid?>("select id from applications where id = @Id and status = 'draft' for update", new { draft.Id }) is null) return null;
        var still = await connection.AskAsync(RetentionQueries.DraftsDue(today, after: null, most: 1, only: draft.Id));
        if (still.Count == 0) return null;
        return await DeleteAsync(connection, draft.Id, "draft", "untouched-draft", draft.TouchedOn, today.AddDays(-1), today, now);
    }

    private static async Task<IReadOnlyList<Guid>> DeleteAsync(
        NpgsqlConnection connection, Guid id, string what, string why, DateOnly endedOn, DateOnly keptUntil, DateOnly today, DateTimeOffset now)
    {
        var blobs = (await connection.QueryAsync<Guid>(
            """
            select d.id from documents d where d.application_id = @id
            union all select v.blob_id from document_views v join documents d on d.id = v.document_id where d.application_id = @id
            union all select f.blob_id from letter_files f join letters l on l.id = f.letter_id where l.application_id = @id
            """,
            new { id })).AsList();
        await connection.ExecuteAsync(
            """
            insert into deletions (application_id, what, why, receipt_number, programme, number, year_id, granted_yen, ended_on, kept_until, deleted_on, versions, events, documents, letters, bytes, at)
            select a.id, @what, @why, a.receipt_number, a.programme, a.number, a.year_id, a.granted_yen, @endedOn, @keptUntil, @today,
              a.submissions, (select count(*) from events e where e.application_id = a.id), d.documents, (select count(*) from letters l where l.application_id = a.id), d.bytes, @now
            from applications a
            cross join lateral (select count(*) as documents, coalesce(sum(d.size), 0) as bytes from documents d where d.application_id = a.id) d
            where a.id = @id;
            delete from jobs where key like 'mail:application:%' and split_part(key, ':', 3) = @text;
            delete from jobs where key like 'mail:draft-%' and split_part(key, ':', 3) = @text;
            delete from jobs where key like 'receipt-reuse:%' and split_part(key, ':', 2) = @text;
            delete from letter_files f using letters l where l.id = f.letter_id and l.application_id = @id;
            delete from letters where application_id = @id;
            delete from document_confirmations where application_id = @id;
            delete from receipt_parts where application_id = @id;
            delete from version_documents where application_id = @id;
            delete from application_versions where application_id = @id;
            delete from documents where application_id = @id;
            delete from working_sections where application_id = @id;
            delete from case_notes where application_id = @id;
            delete from events where application_id = @id;
            delete from number_claims where application_id = @id and state <> 'open' and @what = 'application';
            delete from applications where id = @id;
            """,
            new { id, text = id.ToString(), what, why, endedOn, keptUntil, today, now });
        return blobs;
    }

    /// <summary>Done work of long ago that is about no application: mails in it hold names and addresses.</summary>
    /// <returns>How many, at most <paramref name="most"/>.</returns>
    public static Task<int> DeleteDoneJobsAsync(NpgsqlConnection connection, DateTimeOffset before, int most) => connection.ExecuteAsync(
        """
        delete from jobs where id in (
          select id from jobs where state = 'done' and key not like 'mail:application:%' and finished_at < @before order by finished_at limit @most)
        """,
        new { before, most });

    /// <summary>Notes that a draft's people are told of its deletion.</summary>
    public static Task NoticeAsync(NpgsqlConnection connection, UntouchedDraft draft, DateOnly deletedOn, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into draft_notices (application_id, touched_at, noticed_at, deleted_on) values (@Id, @TouchedAt, @now, @deletedOn)
        on conflict (application_id) do update set touched_at = excluded.touched_at, noticed_at = excluded.noticed_at, deleted_on = excluded.deleted_on
        """,
        new { draft.Id, draft.TouchedAt, deletedOn, now });

    /// <summary>Addresses of those who may go on with a draft.</summary>
    public static async Task<IReadOnlyList<(Guid UserId, string Email)>> PeopleOfAsync(NpgsqlConnection connection, Guid application) => (await connection.QueryAsync<(Guid, string)>(
        """
        select u.id, u.email from applications a join memberships m on m.applicant_id = a.applicant_id and m.role in ('owner', 'clerk') join users u on u.id = m.user_id
        where a.id = @application order by m.since, u.id limit 50
        """,
        new { application })).AsList();
}
