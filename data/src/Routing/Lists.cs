using Dapper;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using Npgsql;

namespace GrantPortal.Data.Routing;

/// <summary>Where a case is put by hand.</summary>
/// <param name="Team">The team's list; null with no clerk: the list of the team it has.</param>
/// <param name="Clerk">A clerk's list.</param>
public readonly record struct ListTarget(Guid? Team, Guid? Clerk);

/// <summary>A case as it stands when it is put on another list, locked.</summary>
public sealed record ListedCase(Guid Id, int Version, Status Status, string ReceiptNumber, Guid? TeamId, Guid? ReviewerId, bool ClerkMayTake);

/// <summary>The lists of teams and clerks: two columns of an application. Being moved changes no state and no version (docs/adr/0022).</summary>
public static class Lists
{
    /// <summary>Holds the lists of a person until the caller's transaction ends: nothing is put there meanwhile.</summary>
    public static Task LockAsync(NpgsqlConnection connection, Guid person) =>
        connection.ExecuteAsync("select pg_advisory_xact_lock(list_lock(@person))", new { person });

    /// <summary>The case for the caller's transaction, locked; null when the actor may not see it.</summary>
    public static Task<ListedCase?> ForUpdateAsync(NpgsqlConnection connection, Guid id, ListTarget to, Actor actor, DateOnly today) => connection.QuerySingleOrDefaultAsync<ListedCase?>(
        $"""
        select x.id, x.version, x.status, x.receipt_number, x.team_id, x.reviewer_id,
          case when @Clerk::uuid is null then true
            else pg_try_advisory_xact_lock_shared(list_lock(@Clerk)) and may_take(@Clerk, x.applicant_id, x.number, @today) end as clerk_may_take
        from applications x
        where x.id = @id and x.status <> 'draft' {Conflicts.Without("x", "@UserId")}
        for update
        """,
        new { id, to.Clerk, actor.UserId, today });

    /// <summary>Puts a locked case on another list.</summary>
    public static Task MoveAsync(NpgsqlConnection connection, Guid id, ListTarget to) => connection.ExecuteAsync(
        "update applications set reviewer_id = @Clerk, team_id = coalesce(@Team, team_id) where id = @id", new { id, to.Clerk, to.Team });

    /// <summary>What a clerk holds (審査中), as far as <paramref name="number"/> or <paramref name="corporateNumber"/> name it; all without either.</summary>
    public static async Task<IReadOnlyList<Guid>> HeldAsync(NpgsqlConnection connection, Guid clerk, string? number = null, string? corporateNumber = null) =>
        (await connection.QueryAsync<Guid>($"select a.id from applications a where a.reviewer_id = @clerk and a.status = 'reviewing' {Matching} order by a.id", new { clerk, number, corporateNumber })).AsList();

    /// <summary>Routes what waits on a clerk's list, and the given cases that are on nobody's, anew.</summary>
    /// <returns>How many were put elsewhere.</returns>
    public static Task<int> RouteAgainAsync(
        NpgsqlConnection connection, Guid clerk, IReadOnlyList<Guid> released, DateOnly today, string? number = null, string? corporateNumber = null) => connection.ExecuteAsync(
        $"""
        update applications a
        set (team_id, reviewer_id) = (select r.team_id, r.reviewer_id from route_application(a.applicant_id, a.programme, a.number, null, a.team_id, false, @today) r)
        where a.status = 'received' and (a.reviewer_id = @clerk {Matching} or a.reviewer_id is null and a.id = any(@released))
        """,
        new { clerk, released = released.ToArray(), today, number, corporateNumber });

    /// <summary>
    /// After a team's coverage changed: one page of what waits on nobody's own list goes to the team that covers it now, or to none.
    /// </summary>
    /// <returns>Where the next page begins; null at the end.</returns>
    public static Task<ListPosition?> CoverAsync(NpgsqlConnection connection, ListPosition? after, int most) => connection.QuerySingleOrDefaultAsync<ListPosition?>(
        """
        with page as (
          select a.id, a.received_at, c.team_id
          from applications a left join team_coverage c on c.programme = a.programme and c.prefecture = a.prefecture
          where a.status = 'received' and (a.received_at, a.id) > (@ReceivedAt, @Id)
          order by a.received_at, a.id limit @most
        ), moved as (
          update applications a set team_id = p.team_id
          from page p
          where a.id = p.id and a.status = 'received' and a.reviewer_id is null and a.team_id is distinct from p.team_id
        )
        select received_at, id from page order by received_at desc, id desc limit 1
        """,
        new { ReceivedAt = after?.ReceivedAt ?? DateTimeOffset.UnixEpoch, Id = after?.Id ?? Guid.Empty, most });

    private const string Matching =
        """
        and (@number::text is null or a.number = @number)
              and (@corporateNumber::text is null or a.applicant_id in (select p.id from applicants p where p.corporate_number = @corporateNumber))
        """;
}

/// <summary>A place in the order of reception.</summary>
public sealed record ListPosition(DateTimeOffset ReceivedAt, Guid Id);
