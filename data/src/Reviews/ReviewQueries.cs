using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>One line of the queue.</summary>
/// <param name="Number">介護事業所番号 / 医療機関コード.</param>
/// <param name="DueOn">The date of ExpectedDates; <see cref="DateOnly.MaxValue"/> for what is finished.</param>
/// <param name="ReviewerName">Who holds it, or on whose list it stands.</param>
/// <param name="AnswerBy">差戻し: the date an answer is asked by.</param>
/// <param name="TeamName">Null: no team covers it.</param>
/// <param name="ReturnedBefore">See <see cref="QueueFlag"/>, as the next three.</param>
public sealed record QueueLine(
    Guid Id, int Version, Status Status, string ReceiptNumber, Programme Programme, string Number, string Name, string ApplicantName, long AppliedYen, long? GrantedYen,
    DateTimeOffset ReceivedAt, DateOnly DueOn, Guid? ReviewerId, string? ReviewerName, DateOnly? AnswerBy, Guid? TeamId, string? TeamName,
    bool ReturnedBefore, bool Reported, bool CheckFailed, bool ReceiptReused)
{
    public QueuePosition Position => new(DueOn, AppliedYen, ReceivedAt, Id);
}

/// <summary>A page of the queue.</summary>
/// <param name="Bounded">The list was walked, and only so far: where the page is not full, there may be more behind.</param>
public sealed record QueueLines(IReadOnlyList<QueueLine> Lines, bool Bounded);

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

    /// <summary>One page.</summary>
    public static async Task<QueueLines> QueueAsync(NpgsqlConnection connection, QueueFilter filter, QueueOrder order, QueuePosition? after, int most)
    {
        if (filter.Search is { IsTooShort: true }) return new QueueLines([], Bounded: false);
        var rows = (await connection.QueryAsync<QueueRow>(QueueSql.Page(filter, order, after, most), PageParameters(filter, after))).AsList();
        return new QueueLines([.. rows.Where(r => r.Id is not null).Select(r => r.ToLine())], rows[0].Bounded && QueueSql.MayMiss(filter, order));
    }

    internal static DynamicParameters PageParameters(QueueFilter filter, QueuePosition? after)
    {
        var values = QueueSql.Parameters(filter);
        values.AddDynamicParams(new { AfterDue = after?.DueOn, AfterAmount = after?.AppliedYen, AfterReceived = after?.ReceivedAt, AfterId = after?.Id });
        return values;
    }

    /// <summary>How many applications are in each of these states, counted up to <see cref="MostCounted"/>.</summary>
    /// <param name="reviewer">Only those on this clerk's list; null: everybody's.</param>
    public static Query<IReadOnlyList<QueueCount>> Count(IReadOnlyList<Status> statuses, Guid? reviewer)
    {
        var (whose, order) = reviewer is null ? ("", "x.received_at, x.id") : ("and x.reviewer_id = @reviewer", "x.due_on, x.received_at, x.id");
        // In the order of an index: whoever counts in no order may read the table until it has found enough, all of it where there are few.
        return Query.List<QueueCount>(
            $"""
            select s.status, c.count
            from {QueueSql.Each(statuses)}
            cross join lateral (
              select count(*)::integer as count
              from (select from applications x where x.status = s.status and x.status <> 'draft' {whose} order by {order} limit {MostCounted}) x) c
            """,
            new { reviewer });
    }

    /// <summary>
    /// 次の案件: the most urgent received application, which is the oldest (要綱 §15-2), of the clerk's own list, the lists of their teams and what no
    /// team covers; a clerk of no team helps all. Locked until the caller's transaction ends, so that two clerks at once get two different ones.
    /// Not one of the clerk's own applicant, nor one they declared a conflict with.
    /// </summary>
    /// <returns>Null when none waits.</returns>
    public static Task<Guid?> NextForUpdateAsync(NpgsqlConnection connection, Actor clerk) => connection.QuerySingleOrDefaultAsync<Guid?>(NextSql, new { clerk.UserId });

    /// <summary>
    /// 次の決裁: the oldest application that awaits a decision by somebody else than who had a part in it, behind a position (要綱 §15-2). Nothing is
    /// claimed: two approvers may look at the same one, and one of them decides.
    /// </summary>
    /// <param name="after">Null: from the oldest.</param>
    /// <returns>Null when none waits behind it.</returns>
    public static Task<Guid?> NextDecisionAsync(NpgsqlConnection connection, Actor approver, (DateTimeOffset ReceivedAt, Guid Id)? after) =>
        connection.QuerySingleOrDefaultAsync<Guid?>(
            $"""
            select x.id from applications x
            where x.status = 'awaiting-decision' and x.status <> 'draft' and (@At::timestamptz is null or (x.received_at, x.id) > (@At, @Id))
              and not x.reviewers @> array[@UserId]::uuid[]
              and not exists (select from memberships m where m.applicant_id = x.applicant_id and m.user_id = @UserId)
              {Conflicts.Without("x", "@UserId")}
            order by x.received_at, x.id limit 1
            """,
            new { approver.UserId, At = after?.ReceivedAt, Id = after?.Id });

    /// <summary>So many clerks can ask at the same moment before one of them finds all candidates locked.</summary>
    private const int AtOnce = 100;

    private static readonly string NextSql = NextOf(
        $"""
        and not exists (select from memberships m where m.applicant_id = x.applicant_id and m.user_id = @UserId)
              {Conflicts.Without("x", "@UserId")}
        """);

    private static string NextOf(string free) =>
        $"""
        with waiting as (
          (select x.id, x.received_at
          from applications x
          where x.reviewer_id = @UserId and x.status = 'received' {free}
          order by x.due_on, x.received_at, x.id limit {AtOnce})
          union all
          (select w.id, w.received_at
          from teams t
          cross join lateral (
            select x.id, x.received_at
            from applications x
            where x.team_id = t.id and x.status = 'received' and x.reviewer_id is null {free}
            order by x.received_at, x.id limit {AtOnce}) w
          where t.closed_at is null and (
            t.id in (select m.team_id from team_members m where m.user_id = @UserId)
            or not exists (select from team_members m where m.user_id = @UserId)))
          union all
          (select x.id, x.received_at
          from applications x
          where x.team_id is null and x.status = 'received' and x.reviewer_id is null {free}
          order by x.received_at, x.id limit {AtOnce})
        )
        select a.id
        from (select w.id, w.received_at from waiting w order by w.received_at, w.id limit {AtOnce}) w
        join applications a on a.id = w.id
        where a.status = 'received' and (a.reviewer_id is null or a.reviewer_id = @UserId)
        order by w.received_at, w.id limit 1
        for update of a skip locked
        """;

    /// <summary>The caller has checked that the application may be seen.</summary>
    public static Query<CaseFacts> Facts(Application application) => new(
        """
        select u.name as reviewer_name, a.answer_by, a.decided_at
        from applications a left join users u on u.id = a.reviewer_id where a.id = @Id;
        select o.id, o.receipt_number, o.status
        from applications o
        where o.programme = @Programme and o.number = @Number and o.status not in ('draft', 'refused', 'withdrawn') and o.id <> @Id
        order by o.received_at, o.id limit 10
        """,
        new { application.Id, application.Programme, application.Number },
        async (grid, _) =>
        {
            var row = await grid.ReadSingleAsync<FactsRow>();
            return new CaseFacts(row.ReviewerName, row.AnswerBy, row.DecidedAt, (await grid.ReadAsync<SameNumber>()).AsList());
        });

    /// <summary>A row of a page; the only one of an empty page has no id.</summary>
    private sealed record QueueRow(
        bool Bounded, Guid? Id, int? Version, Status? Status, string ReceiptNumber, Programme? Programme, string Number, string Name, string ApplicantName, long? AppliedYen, long? GrantedYen,
        DateTimeOffset? ReceivedAt, DateOnly? DueOn, Guid? ReviewerId, string? ReviewerName, DateOnly? AnswerBy, Guid? TeamId, string? TeamName, bool? ReturnedBefore, bool? Reported, bool? CheckFailed, bool? ReceiptReused)
    {
        public QueueLine ToLine() => new(
            Id!.Value, Version!.Value, Status!.Value, ReceiptNumber, Programme!.Value, Number, Name, ApplicantName, AppliedYen!.Value, GrantedYen, ReceivedAt!.Value, DueOn!.Value,
            ReviewerId, ReviewerName, AnswerBy, TeamId, TeamName, ReturnedBefore!.Value, Reported!.Value, CheckFailed!.Value, ReceiptReused!.Value);
    }

    private sealed record FactsRow(string? ReviewerName, DateOnly? AnswerBy, DateTimeOffset? DecidedAt);
}
