using Dapper;
using GrantPortal.Data.Jobs;
using Npgsql;

namespace GrantPortal.Data.Mails;

/// <summary>Something a person is told in the day's mail.</summary>
/// <param name="Id">Of its job.</param>
/// <param name="Email">Where the person gets mail now.</param>
public sealed record DigestItem(long Id, Guid UserId, string Email, string Name, string Subject, string Body);

/// <summary>What a member of staff has to do today. Numbers of many are counted up to <see cref="MostCounted"/>.</summary>
/// <param name="Mine">審査中, in this person's hands.</param>
/// <param name="Listed">受付済 on this person's list, also what came back from 差戻し.</param>
/// <param name="Late">Of both: the date told to the applicant has passed.</param>
/// <param name="Unanswered">差戻し by this person whose date of answer has passed.</param>
/// <param name="Team">受付済 on the lists of this person's teams and on nobody's own.</param>
/// <param name="ToDecide">決裁待ち that this person may decide.</param>
public sealed record StaffDay(Guid UserId, string Email, string Name, bool Reviews, bool Decides, int Mine, int Listed, int Late, int Unanswered, int Team, int ToDecide)
{
    public const int MostCounted = 1000;

    public bool IsEmpty => Mine + Listed + Unanswered + Team + ToDecide == 0;
}

/// <summary>What daily mails are made of.</summary>
public static class Digests
{
    /// <summary>What waits for the next few people, locked until the caller's transaction ends; empty when nothing waits any more.</summary>
    /// <param name="mostPeople">All that waits for one person comes together.</param>
    public static async Task<IReadOnlyList<DigestItem>> WaitingForUpdateAsync(NpgsqlConnection connection, int mostPeople, DateTimeOffset until) =>
        (await connection.QueryAsync<DigestItem>(
            """
            with people as (
              select distinct j.payload ->> 'user' as person from jobs j
              where j.state = 'ready' and j.kind = 'digest-item' and j.run_at <= @until order by 1 limit @mostPeople)
            select j.id, u.id as user_id, u.email, u.name, j.payload ->> 'subject' as subject, j.payload ->> 'body' as body
            from people p
            join jobs j on j.payload ->> 'user' = p.person and j.state = 'ready' and j.kind = 'digest-item' and j.run_at <= @until
            join users u on u.id = p.person::uuid
            order by u.id, j.id
            for update of j
            """,
            new { mostPeople, until })).AsList();

    /// <summary>Ends the items whose mail was enqueued, and enqueues it, both in the caller's transaction.</summary>
    public static async Task FinishAsync(NpgsqlConnection connection, IReadOnlyList<DigestItem> items, IReadOnlyList<Job> mails, DateTimeOffset now)
    {
        await JobQueue.EnqueueAsync(connection, mails);
        await connection.ExecuteAsync("update jobs set state = 'done', finished_at = @now where id = any(@Ids)", new { now, Ids = items.Select(i => i.Id).ToArray() });
    }

    /// <summary>Neither Saturday, Sunday nor holiday.</summary>
    public static Task<bool> IsWorkingDayAsync(NpgsqlConnection connection, DateOnly day) => connection.ExecuteScalarAsync<bool>(
        "select extract(isodow from @day::date) < 6 and not exists (select from holidays h where h.day = @day::date)", new { day });

    /// <summary>Reviewers and approvers whose accounts are open, with what waits for each.</summary>
    public static async Task<IReadOnlyList<StaffDay>> StaffAsync(NpgsqlConnection connection, DateOnly today, DateTimeOffset now) => (await connection.QueryAsync<StaffDay>(
        $"""
        select p.id as user_id, p.email, p.name, p.reviews, p.decides, own.mine, own.listed, own.late, own.unanswered, shared.team, deciding.to_decide
        from (
          select u.id, u.email, u.name, bool_or(r.role = 'reviewer') as reviews, bool_or(r.role = 'approver') as decides
          from user_roles r join users u on u.id = r.user_id
          where r.role in ('reviewer', 'approver') and (u.lockout_end is null or u.lockout_end <= @now) group by u.id) p
        cross join lateral (
          select (count(*) filter (where a.status = 'reviewing'))::integer as mine, (count(*) filter (where a.status = 'received'))::integer as listed,
            (count(*) filter (where a.status in ('received', 'reviewing') and a.due_on < @today))::integer as late,
            (count(*) filter (where a.status = 'returned' and a.answer_by < @today))::integer as unanswered
          from applications a where p.reviews and a.reviewer_id = p.id and a.status in ('received', 'reviewing', 'returned')) own
        cross join lateral (
          select count(*)::integer as team from (
            select from team_members m
            cross join lateral (
              select from applications a where a.team_id = m.team_id and a.status = 'received' and a.reviewer_id is null
              order by a.received_at, a.id limit {StaffDay.MostCounted}) a
            where p.reviews and m.user_id = p.id limit {StaffDay.MostCounted}) t) shared
        cross join lateral (
          select count(*)::integer as to_decide from (
            select from applications a where p.decides and a.status = 'awaiting-decision' and p.id <> all (a.reviewers)
              and not exists (select from memberships m where m.user_id = p.id and m.applicant_id = a.applicant_id)
            order by a.received_at, a.id limit {StaffDay.MostCounted}) d) deciding
        order by p.id
        """,
        new { today, now })).AsList();

    /// <summary>Whether this person wants one mail a day.</summary>
    public static Task<bool> WantsDailyAsync(NpgsqlConnection connection, Guid userId) =>
        connection.ExecuteScalarAsync<bool>("select coalesce((select daily_mail from user_settings where user_id = @userId), false)", new { userId });

    public static Task ChooseAsync(NpgsqlConnection connection, Guid userId, bool daily, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into user_settings (user_id, daily_mail, updated_at) values (@userId, @daily, @now)
        on conflict (user_id) do update set daily_mail = excluded.daily_mail, updated_at = excluded.updated_at
        """,
        new { userId, daily, now });
}
