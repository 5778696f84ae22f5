using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Offices;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>How a save ended.</summary>
public enum SaveResult
{
    Saved,

    /// <summary>Somebody saved since it was loaded; nothing was written.</summary>
    Stale,

    /// <summary>A live application for the number exists (要綱 §6-3); nothing was written.</summary>
    NumberTaken,
}

/// <summary>What lists keep of a submission besides the application itself.</summary>
/// <param name="Name">The institution's.</param>
/// <param name="CheckFailed">An automatic check came out as 否.</param>
public sealed record SubmittedFacts(string Name, bool CheckFailed);

/// <summary>Writes applications with their event, in the caller's transaction.</summary>
public static class ApplicationStore
{
    private const string OneLivePerNumber = "applications_one_live_per_number";

    /// <summary>A new draft with its first step prefilled, and with the account of the applicant's latest submission: nothing known is asked again.</summary>
    public static Task CreateDraftAsync(NpgsqlConnection connection, Guid id, Guid applicantId, Programme programme, OfficeAnswers prefilled, Guid editor, Guid userId, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            insert into applications (id, applicant_id, programme, status, version, created_at, created_by, updated_at)
            values (@id, @applicantId, @programme, 'draft', 1, @now, @userId, @now);
            insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
            values (@id, 'office', @answers::jsonb, 1, @editor, @now, @userId);
            insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
            select @id, 'account', v.answers -> 'account', 1, @editor, @now, @userId
            from applications a join application_versions v on v.application_id = a.id and v.version = a.submissions
            where a.applicant_id = @applicantId and a.submissions > 0 and v.answers ? 'account'
            order by a.received_at desc limit 1;
            """,
            new { id, applicantId, programme, userId, now, editor, answers = ApplicationJson.Write(prefilled) });

    private const string Save =
        """
        with routed as materialized (
          select r.team_id, r.reviewer_id
          from applications a
          cross join lateral route_application(a.applicant_id, a.programme, @Number, @ReviewerId, a.team_id, @ComesBack, @Today) r
          where @IsSubmission and a.id = @Id
        ), saved as (
          update applications set
            status = @Status, version = @Version, submissions = @Submissions, receipt_number = @ReceiptNumber, year_id = @YearId, number = @Number,
            number_scope = coalesce(number_scope, case when @Number::text is not null then @Scope end), name = coalesce(@Name, name), applied_yen = @Applied, received_at = @ReceivedAt,
            reviewer_id = case when @IsSubmission then (select r.reviewer_id from routed r) else @ReviewerId end,
            team_id = case when @IsSubmission then (select r.team_id from routed r) else team_id end,
            name_kana = case when @IsSubmission then coalesce((select i.name_kana from institutions i where i.programme = applications.programme and i.number = @Number), '') else name_kana end,
            reported = case when @IsSubmission
              then exists (select from number_claims c where c.programme = applications.programme and c.number = @Number and c.state = 'open') else reported end,
            check_failed = coalesce(@CheckFailed, check_failed), returned_before = returned_before or @Status = 'returned', reviewers = @Reviewers, recommendation = @Recommendation, recommended_yen = @Recommended,
            granted_yen = @Granted, returned = @Returned::jsonb, answer_by = @AnswerBy,
            decided_at = case when @Status in ('granted', 'refused') then @At else decided_at end, updated_at = @At
          where id = @Id and version = @SeenVersion
          returning id
        ), totalled as (
          update programme_year_totals t set open_yen = t.open_yen + @Open, committed_yen = t.committed_yen + @Committed
          from saved where t.year_id = @YearId and t.stripe = pg_backend_pid() % 16 and (@Open <> 0 or @Committed <> 0)
        ), happened as (
          insert into events (application_id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen, recommendation, reason, items, answer_by)
          select saved.id, @Kind, @At, @ActorId, @ActorName, @ByStaff, @Submissions, @Status, @Amount, @EventRecommendation, @Reason, @Items::jsonb, @AnswerBy
          from saved
        )
        select count(*) from saved
        """;

    /// <summary>
    /// Saves the next state with its event, moves the year's totals and puts down what is to be done later, in one round trip. The row must still be at the
    /// version before; the unique index decides who was first for a number. A submission goes to its team's list, or a member's, in the same statement (docs/adr/0022).
    /// </summary>
    /// <param name="facts">Of a submission; null leaves what stood before.</param>
    /// <param name="later">Jobs about the event.</param>
    public static async Task<SaveResult> SaveAsync(
        NpgsqlConnection connection, Application before, Application next, ApplicationEvent happened, ProgrammeYear year, SubmittedFacts? facts = null, IReadOnlyList<Job>? later = null)
    {
        var values = new DynamicParameters(Values(before, next, happened, year, facts));
        if (later is { Count: > 0 }) values.AddDynamicParams(JobQueue.Values(later));
        try
        {
            var saved = await connection.ExecuteScalarAsync<long>(later is { Count: > 0 } ? $"{Save};\n{JobQueue.Insert}" : Save, values);
            return saved == 1 ? SaveResult.Saved : SaveResult.Stale;
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OneLivePerNumber })
        {
            return SaveResult.NumberTaken;
        }
    }

    /// <summary>
    /// Keeps the submitted version whole, with its documents, ends the working copy, and puts the number on the applicant's list, in one round trip.
    /// </summary>
    /// <returns>False when another applicant holds the number.</returns>
    public static async Task<bool> AddVersionAsync(
        NpgsqlConnection connection, Application next, ApplicationAnswers answers, ApplicationContent content, IReadOnlyList<AttachedDocument> documents, Guid userId, DateTimeOffset now) =>
        await connection.ExecuteScalarAsync<Guid>(
            $"""
            {ApplicantOffices.Join};
            insert into application_versions (application_id, version, year_id, answers, content, applied_yen, submitted_at, submitted_by)
            values (@Id, @Submissions, @YearId, @answers::jsonb, @content::jsonb, @applied, @ReceivedAt, @userId);
            insert into version_documents (application_id, version, document_id) select @Id, @Submissions, unnest(@documents);
            delete from working_sections where application_id = @Id;
            """,
            new
            {
                next.Id,
                next.ApplicantId,
                next.Programme,
                next.Number,
                content.Name,
                now,
                next.Submissions,
                next.YearId,
                next.ReceivedAt,
                answers = connection.Protection().Write(answers),
                content = connection.Protection().Write(content),
                applied = next.Applied.Amount,
                documents = documents.Select(d => d.Id).ToArray(),
                userId,
            }) == next.ApplicantId;

    private static object Values(Application before, Application next, ApplicationEvent happened, ProgrammeYear year, SubmittedFacts? facts)
    {
        var (open, committed) = Totals(before, next);
        return new
        {
            next.Id,
            SeenVersion = before.Version,
            next.Version,
            next.Status,
            next.Submissions,
            next.ReceiptNumber,
            next.YearId,
            next.Number,
            Scope = year.NumberScope == NumberScope.AllYears ? "*" : year.Year,
            facts?.Name,
            CheckFailed = facts?.CheckFailed,
            IsSubmission = happened.Kind is EventKind.Submitted or EventKind.Edited or EventKind.Resubmitted,
            ComesBack = happened.Kind == EventKind.Resubmitted,
            Today = JapanTime.DateOf(happened.At),
            Applied = next.Applied.Amount,
            next.ReceivedAt,
            next.ReviewerId,
            Reviewers = next.Reviewers.ToArray(),
            next.Recommendation,
            Recommended = next.Recommended?.Amount,
            Granted = next.Granted?.Amount,
            Returned = next.Returned is null ? null : ApplicationJson.Write(next.Returned),
            Open = open,
            Committed = committed,
            happened.Kind,
            happened.At,
            happened.ActorId,
            happened.ActorName,
            happened.ByStaff,
            Amount = happened.Amount?.Amount,
            EventRecommendation = happened.Recommendation,
            happened.Reason,
            Items = happened.Items is null ? null : ApplicationJson.Write(happened.Items),
            happened.AnswerBy,
        };
    }

    /// <summary>Starts a working copy from the latest version: answers copied, its documents attached and no others.</summary>
    public static Task StartEditAsync(NpgsqlConnection connection, Application application, Guid editor, Guid userId, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            delete from working_sections where application_id = @Id;
            insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
            select v.application_id, s.section, coalesce(v.answers -> s.section, '{}'), 1, @editor, @now, @userId
            from application_versions v cross join unnest(array['office', 'amount', 'account', 'receipts']) as s (section)
            where v.application_id = @Id and v.version = @Submissions;
            update documents d set attached = false where d.application_id = @Id and d.attached
              and not exists (select from version_documents v where v.application_id = @Id and v.version = @Submissions and v.document_id = d.id);
            update documents d set attached = true where d.application_id = @Id and not d.attached
              and exists (select from version_documents v where v.application_id = @Id and v.version = @Submissions and v.document_id = d.id);
            """,
            new { application.Id, application.Submissions, editor, userId, now });

    /// <summary>Drops the working copy of a submitted application; the submitted version stands.</summary>
    public static Task EndEditAsync(NpgsqlConnection connection, Application application) =>
        connection.ExecuteAsync(
            """
            delete from working_sections where application_id = @Id;
            update documents d set attached = false where d.application_id = @Id and d.attached
              and not exists (select from version_documents v where v.application_id = @Id and v.version = @Submissions and v.document_id = d.id);
            update documents d set attached = true where d.application_id = @Id and not d.attached
              and exists (select from version_documents v where v.application_id = @Id and v.version = @Submissions and v.document_id = d.id);
            """,
            new { application.Id, application.Submissions });

    /// <summary>Deletes a draft that was never submitted; its blobs are left to the sweeper.</summary>
    /// <returns>False when it is no draft any more.</returns>
    public static async Task<bool> DeleteDraftAsync(NpgsqlConnection connection, Guid id) => await connection.ExecuteAsync(
        """
        delete from working_sections w using applications a where a.id = w.application_id and a.id = @id and a.status = 'draft';
        delete from documents d using applications a where a.id = d.application_id and a.id = @id and a.status = 'draft';
        delete from applications a where a.id = @id and a.status = 'draft';
        """,
        new { id }) > 0;

    /// <summary>A draft's 12 months begin anew with what leaves no time of its own: a file taken away. Saved steps and files have theirs.</summary>
    public static Task TouchDraftAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) =>
        connection.ExecuteAsync("update applications set updated_at = @now where id = @id and status = 'draft'", new { id, now });

    /// <summary>How much the act adds to what is applied for and to what is granted, yen.</summary>
    private static (long Open, long Committed) Totals(Application before, Application next)
    {
        static long Open(Application a) => a.Status.IsOpen() ? a.Applied.Amount : 0;
        static long Committed(Application a) => a.Status == Status.Granted ? a.Granted?.Amount ?? 0 : 0;
        return (Open(next) - Open(before), Committed(next) - Committed(before));
    }
}
