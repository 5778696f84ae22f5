using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A change of roles as pages and mails tell of it.</summary>
/// <param name="EndedByName">Null: nobody ended it.</param>
public sealed record RoleChangeLine(
    Guid Id, Guid UserId, string UserName, StaffRole Role, RoleChangeKind Kind, string Reason, RoleChangeState State, Guid AskedBy, string AskedByName, DateTimeOffset AskedAt,
    DateTimeOffset ExpiresAt, string? EndedByName, DateTimeOffset? EndedAt)
{
    /// <summary>As in 「審査担当」を与える.</summary>
    public string Words => $"「{Role.Name()}」を{(Kind == RoleChangeKind.Give ? "与える" : "外す")}";
}

/// <summary>A 管理者 to be told.</summary>
public sealed record AdminAddress(Guid UserId, string Email);

/// <summary>Changes of roles. Every change runs under <see cref="LockAdminsAsync"/>, so that the last 管理者 cannot be taken away by two at once.</summary>
public static class RoleChangeStore
{
    /// <summary>Holds off all other changes of roles until the transaction ends.</summary>
    public static async Task<Admins> LockAdminsAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        var all = await connection.QueryAsync<Guid>("select user_id from user_roles where role = 'admin' order by user_id for update");
        var able = await connection.QueryAsync<Guid>(
            """
            select u.id
            from user_roles r join users u on u.id = r.user_id
            where r.role = 'admin' and (u.lockout_end is null or u.lockout_end <= @now)
              and (u.password_hash is not null or exists (select from passkeys p where p.user_id = u.id) or exists (select from gbiz_ids g where g.user_id = u.id))
            """,
            new { now });
        return new Admins(all.ToHashSet(), able.ToHashSet());
    }

    /// <summary>Whose roles are to change, locked; null when there is no such account.</summary>
    public static async Task<RoleHolder?> LockHolderAsync(NpgsqlConnection connection, Guid userId)
    {
        // A membership is added under a key share of this row: whoever is made staff now joins no applicant meanwhile.
        if (await connection.ExecuteScalarAsync<Guid?>("select id from users where id = @userId for update", new { userId }) is null) return null;
        var roles = await connection.QueryAsync<string>("select role from user_roles where user_id = @userId", new { userId });
        var member = await connection.ExecuteScalarAsync<bool>("select exists (select from memberships where user_id = @userId)", new { userId });
        return new RoleHolder(userId, roles.Select(r => Codes.From<StaffRole>(r)!.Value).ToHashSet(), member);
    }

    /// <summary>Locked until the transaction ends: of two who confirm at once, the second finds it confirmed.</summary>
    public static Task<RoleChange?> LockAsync(NpgsqlConnection connection, Guid id) => connection.QuerySingleOrDefaultAsync<RoleChange?>(
        "select id, user_id, role, kind, reason, state, asked_by, expires_at from role_changes where id = @id for update", new { id });

    /// <returns>False when a change of the same role waits already.</returns>
    public static async Task<bool> AskAsync(NpgsqlConnection connection, RoleChange change, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into role_changes (id, user_id, role, kind, reason, asked_by, asked_at, expires_at)
        values (@Id, @UserId, @Role, @Kind, @Reason, @AskedBy, @now, @ExpiresAt)
        on conflict (user_id, role) where state = 'open' do nothing
        """,
        new { change.Id, change.UserId, change.Role, change.Kind, change.Reason, change.AskedBy, change.ExpiresAt, now }) == 1;

    /// <summary>Ends an open change, which the caller has locked.</summary>
    public static Task EndAsync(NpgsqlConnection connection, Guid id, RoleChangeState state, Guid by, DateTimeOffset now) => connection.ExecuteAsync(
        "update role_changes set state = @state, ended_by = @by, ended_at = @now where id = @id and state = 'open'", new { id, state, by, now });

    /// <summary>Puts a confirmed change into force. Who is no 審査担当 any more is in no team either.</summary>
    public static Task ApplyAsync(NpgsqlConnection connection, RoleChange change, DateTimeOffset now) => change.Kind == RoleChangeKind.Give
        ? AccountStore.GiveRoleAsync(connection, change.UserId, change.Role, now)
        : connection.ExecuteAsync(
            """
            delete from user_roles where user_id = @UserId and role = @Role;
            delete from team_members where user_id = @UserId and @Role = 'reviewer';
            """,
            new { change.UserId, change.Role });

    /// <summary>Writes down which changes nobody confirmed in time, each with its line in the audit, in one statement.</summary>
    public static Task<int> ExpireAsync(NpgsqlConnection connection, DateTimeOffset now) => connection.ExecuteAsync(
        """
        with expired as (
          update role_changes set state = 'expired', ended_at = @now where state = 'open' and expires_at <= @now returning id, user_id, role, kind)
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id, detail)
        select @now, @UserId, @Name, 'role-expired', 'user', user_id::text, jsonb_build_object('change', id, 'role', role, 'kind', kind) from expired
        """,
        new { now, Actor.Portal.UserId, Actor.Portal.Name });

    public static Task<RoleChangeLine?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<RoleChangeLine?>($"{Line} where c.id = @id", new { id });

    /// <summary>What waits for a second 管理者, the oldest first.</summary>
    public static async Task<IReadOnlyList<RoleChangeLine>> OpenAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        (await connection.QueryAsync<RoleChangeLine>($"{Line} where c.state = 'open' and c.expires_at > @now order by c.asked_at, c.id limit 100", new { now })).AsList();

    /// <summary>Everything asked for about one person, the latest first.</summary>
    public static async Task<IReadOnlyList<RoleChangeLine>> OfUserAsync(NpgsqlConnection connection, Guid userId) =>
        (await connection.QueryAsync<RoleChangeLine>($"{Line} where c.user_id = @userId order by c.asked_at desc, c.id desc limit 100", new { userId })).AsList();

    /// <summary>How many wait for this 管理者: asked for by others, about others.</summary>
    public static Task<int> WaitingForAsync(NpgsqlConnection connection, Guid admin, DateTimeOffset now) => connection.ExecuteScalarAsync<int>(
        "select count(*)::integer from role_changes where state = 'open' and expires_at > @now and asked_by <> @admin and user_id <> @admin", new { admin, now });

    /// <summary>Whom to tell: every 管理者 with an open account.</summary>
    public static async Task<IReadOnlyList<AdminAddress>> AdminsAsync(NpgsqlConnection connection, DateTimeOffset now) => (await connection.QueryAsync<AdminAddress>(
        """
        select u.id as user_id, u.email
        from user_roles r join users u on u.id = r.user_id
        where r.role = 'admin' and (u.lockout_end is null or u.lockout_end <= @now) order by u.id
        """,
        new { now })).AsList();

    private const string Line =
        """
        select c.id, c.user_id, u.name as user_name, c.role, c.kind, c.reason, c.state, c.asked_by, a.name as asked_by_name, c.asked_at, c.expires_at, e.name as ended_by_name, c.ended_at
        from role_changes c join users u on u.id = c.user_id join users a on a.id = c.asked_by left join users e on e.id = c.ended_by
        """;
}
