using System.Text;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>One line of the queue.</summary>
/// <param name="Number">介護事業所番号 / 医療機関コード.</param>
/// <param name="ReviewerName">Who holds it, or to whose list it comes back.</param>
/// <param name="AnswerBy">差戻し: the date an answer is asked by.</param>
public sealed record QueueLine(
    Guid Id, Status Status, string ReceiptNumber, Programme Programme, string Number, string Name, string ApplicantName, long AppliedYen, long? GrantedYen,
    DateTimeOffset ReceivedAt, Guid? ReviewerId, string? ReviewerName, DateOnly? AnswerBy);

/// <summary>How many applications are in a state, counted up to a bound so that the count's cost does not grow with the table.</summary>
public sealed record QueueCount(Status Status, int Count);

/// <summary>Another live application for the same number (要綱 §6-3): none, unless the setting counts each year by itself.</summary>
public sealed record SameNumber(Guid Id, string ReceiptNumber, Status Status);

/// <summary>What a case's page says besides the application itself.</summary>
/// <param name="ReviewerName">Who holds it, or to whose list it comes back.</param>
public sealed record CaseFacts(string? ReviewerName, DateOnly? AnswerBy, DateTimeOffset? DecidedAt, IReadOnlyList<SameNumber> Others);

/// <summary>Reads pages of the reviewers' side. Drafts are not seen from here.</summary>
public static class ReviewQueries
{
    /// <summary>Counting stops here.</summary>
    public const int MostCounted = 1000;

    /// <summary>One page in the order of reception (要綱 §15-2).</summary>
    public static async Task<IReadOnlyList<QueueLine>> QueueAsync(NpgsqlConnection connection, QueueFilter filter, QueuePosition? after, int most) =>
        (await connection.QueryAsync<QueueLine>(QueueSql(filter, after), new
        {
            Statuses = filter.Statuses.Select(s => s.Code()).ToArray(),
            filter.Programme,
            filter.Reviewer,
            Text = filter.Search?.Text,
            AfterReceived = after?.ReceivedAt,
            AfterId = after?.Id,
            Most = most,
        })).AsList();

    /// <summary>
    /// Each state's applications are read in order from the index applications_queue (or applications_of_reviewer) and merged: whatever the
    /// filter, nothing is sorted but the few lines of a page. Filters are constant fragments; a test looks at the plan of each.
    /// </summary>
    internal static string QueueSql(QueueFilter filter, QueuePosition? after)
    {
        var where = new StringBuilder();
        if (filter.Programme is not null) where.AppendLine("and x.programme = @Programme");
        if (filter.Reviewer is not null) where.AppendLine("and x.reviewer_id = @Reviewer");
        where.AppendLine(filter.Search?.Field switch
        {
            null => "",
            QueueField.ReceiptNumber => "and starts_with(x.receipt_number, @Text)",
            QueueField.Number => "and starts_with(x.number, @Text)",
            _ => "and position(lower(@Text) in lower(x.name)) > 0",
        });
        if (after is not null) where.AppendLine("and (x.received_at, x.id) > (@AfterReceived, @AfterId)");
        return $"""
            select a.id, a.status, a.receipt_number, a.programme, a.number, a.name, p.name as applicant_name, a.applied_yen, a.granted_yen, a.received_at,
              a.reviewer_id, u.name as reviewer_name, a.answer_by
            from unnest(@Statuses) as s (status)
            cross join lateral (
              select x.id, x.status, x.receipt_number, x.programme, x.number, x.name, x.applicant_id, x.applied_yen, x.granted_yen, x.received_at,
                x.reviewer_id, x.answer_by
              from applications x
              where x.status = s.status and x.status <> 'draft'
              {where}
              order by x.received_at, x.id limit @Most) a
            join applicants p on p.id = a.applicant_id
            left join users u on u.id = a.reviewer_id
            order by a.received_at, a.id limit @Most
            """;
    }

    /// <summary>How many applications are in each of these states, counted up to <see cref="MostCounted"/>.</summary>
    /// <param name="reviewer">Only those on this clerk's list; null: everybody's.</param>
    public static async Task<IReadOnlyList<QueueCount>> CountAsync(NpgsqlConnection connection, IReadOnlyList<Status> statuses, Guid? reviewer)
    {
        var whose = reviewer is null ? "" : "and x.reviewer_id = @reviewer";
        return (await connection.QueryAsync<QueueCount>(
            $"""
            select s.status, c.count
            from unnest(@Statuses) as s (status)
            cross join lateral (
              select count(*)::integer as count
              from (select from applications x where x.status = s.status and x.status <> 'draft' {whose} limit {MostCounted}) x) c
            """,
            new { Statuses = statuses.Select(s => s.Code()).ToArray(), reviewer })).AsList();
    }

    /// <summary>
    /// 次の案件: the oldest received application, locked until the caller's transaction ends, so that two clerks at once get two different
    /// ones. Not one of the clerk's own applicant, and not one that comes back to another clerk's list.
    /// </summary>
    /// <returns>Null when none waits.</returns>
    public static Task<Guid?> NextForUpdateAsync(NpgsqlConnection connection, Actor clerk) => connection.QuerySingleOrDefaultAsync<Guid?>(
        """
        select a.id
        from applications a
        where a.status = 'received' and (a.reviewer_id is null or a.reviewer_id = @UserId)
          and not exists (select from memberships m where m.applicant_id = a.applicant_id and m.user_id = @UserId)
        order by a.received_at, a.id limit 1
        for update of a skip locked
        """,
        new { clerk.UserId });

    /// <summary>The caller has checked that the application may be seen.</summary>
    public static async Task<CaseFacts> FactsAsync(NpgsqlConnection connection, Application application)
    {
        await using var grid = await connection.QueryMultipleAsync(
            """
            select u.name as reviewer_name, a.answer_by, a.decided_at
            from applications a left join users u on u.id = a.reviewer_id where a.id = @Id;
            select o.id, o.receipt_number, o.status
            from applications o
            where o.programme = @Programme and o.number = @Number and o.status not in ('draft', 'refused', 'withdrawn') and o.id <> @Id
            order by o.received_at, o.id limit 10
            """,
            new { application.Id, application.Programme, application.Number });
        var row = await grid.ReadSingleAsync<FactsRow>();
        return new CaseFacts(row.ReviewerName, row.AnswerBy, row.DecidedAt, (await grid.ReadAsync<SameNumber>()).AsList());
    }

    private sealed record FactsRow(string? ReviewerName, DateOnly? AnswerBy, DateTimeOffset? DecidedAt);
}
