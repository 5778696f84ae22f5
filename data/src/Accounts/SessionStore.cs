using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A session as every request needs it.</summary>
/// <param name="Second">Null: one factor only.</param>
/// <param name="VerifiedAt">When the person last proved who they are.</param>
/// <param name="Exempt">The account is one of the demo's, whose staff need no second factor.</param>
public sealed record PortalSession(Guid Id, SignInMethod Method, SecondFactor? Second, DateTimeOffset VerifiedAt, bool Exempt)
{
    /// <summary>Two factors were shown; a passkey is two.</summary>
    public bool HasBothFactors => Method == SignInMethod.Passkey || Second is not null;
}

/// <summary>A session and whose it is.</summary>
/// <param name="SecurityStamp">A cookie that carries another one is void.</param>
public sealed record KnownSession(PortalSession Session, Actor Actor, string SecurityStamp);

/// <summary>A line of 「ログイン中の端末」.</summary>
/// <param name="Address">IP address at the sign-in.</param>
/// <param name="Device">Browser and system in words.</param>
public sealed record OwnSession(
    Guid Id, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, string? Address, string Device, SignInMethod Method, SecondFactor? Second);

/// <summary>A session to begin.</summary>
public sealed record NewSession(Guid Id, Guid UserId, string? Address, string Device, SignInMethod Method, SecondFactor? Second);

/// <summary>Who is signed in where.</summary>
public static class SessionStore
{
    /// <summary>A session ends this long after its last use.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(60);

    /// <summary>However much it is used, a session ends this long after the sign-in.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Ended sessions are deleted this long after their beginning.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The last use is written at most this often.</summary>
    private static readonly TimeSpan Touch = TimeSpan.FromMinutes(1);

    public static Task BeginAsync(NpgsqlConnection connection, NewSession session, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into sessions (id, user_id, created_at, used_at, address, device, method, second, verified_at)
        values (@Id, @UserId, @now, @now, @Address, @Device, @Method, @Second, @now)
        """,
        new { session.Id, session.UserId, session.Address, session.Device, session.Method, session.Second, now });

    /// <summary>
    /// One query: the session with its account, roles and memberships, its last use noted. Null when the session is over, or the account closed.
    /// </summary>
    public static async Task<KnownSession?> FindAsync(NpgsqlConnection connection, Guid id, Guid userId, DateTimeOffset now)
    {
        var row = await connection.QuerySingleOrDefaultAsync<SessionRow>(
            """
            with live as (
              select s.id, s.method, s.second, s.verified_at, s.used_at
              from sessions s
              where s.id = @id and s.user_id = @userId and s.ended_at is null and s.used_at > @idle and s.created_at > @oldest),
            touched as (update sessions set used_at = @now from live where sessions.id = live.id and live.used_at <= @touch and sessions.used_at <= @touch)
            select l.method, l.second, l.verified_at, u.second_factor_exempt, u.name, u.security_stamp,
              (select string_agg(r.role, ',') from user_roles r where r.user_id = u.id) as roles,
              (select string_agg(m.applicant_id || ' ' || m.role, ',') from memberships m where m.user_id = u.id) as memberships
            from live l join users u on u.id = @userId
            where u.lockout_end is null or u.lockout_end <= @now
            """,
            new { id, userId, now, idle = now - Idle, oldest = now - Longest, touch = now - Touch });
        return row is null
            ? null
            : new KnownSession(
                new PortalSession(id, row.Method, row.Second, row.VerifiedAt, row.SecondFactorExempt),
                AccountStore.ActorOf(userId, row.Name, row.Roles, row.Memberships),
                row.SecurityStamp);
    }

    /// <summary>The account's living sessions, the one used last first.</summary>
    public static async Task<IReadOnlyList<OwnSession>> OfUserAsync(NpgsqlConnection connection, Guid userId, DateTimeOffset now) => (await connection.QueryAsync<OwnSession>(
        """
        select id, created_at, used_at, address, device, method, second
        from sessions
        where user_id = @userId and ended_at is null and used_at > @idle and created_at > @oldest
        order by used_at desc, id limit 100
        """,
        new { userId, idle = now - Idle, oldest = now - Longest })).AsList();

    /// <summary>
    /// The person has proved again who they are: the session goes on under another id, so that a cookie taken before is worth nothing afterwards.
    /// </summary>
    /// <param name="second">Null: as it was.</param>
    /// <returns>False when the session is over.</returns>
    public static async Task<bool> RenewAsync(NpgsqlConnection connection, Guid id, Guid newId, SecondFactor? second, DateTimeOffset now) => await connection.ExecuteAsync(
        "update sessions set id = @newId, second = coalesce(@second, second), verified_at = @now, used_at = @now where id = @id and ended_at is null",
        new { id, newId, second, now }) == 1;

    /// <returns>False when it is not the account's, or over.</returns>
    public static async Task<bool> EndAsync(NpgsqlConnection connection, Guid userId, Guid id, DateTimeOffset now) => await connection.ExecuteAsync(
        "update sessions set ended_at = @now where id = @id and user_id = @userId and ended_at is null", new { userId, id, now }) == 1;

    /// <summary>
    /// Ends the account's sessions, in the caller's transaction: after a change of password, roles or second factors.
    /// </summary>
    /// <param name="except">The session that stays: the one in which the person changed it. Null: none stays.</param>
    /// <returns>How many ended.</returns>
    public static Task<int> EndAllAsync(NpgsqlConnection connection, Guid userId, Guid? except, DateTimeOffset now) => connection.ExecuteAsync(
        "update sessions set ended_at = @now where user_id = @userId and ended_at is null and id is distinct from @except", new { userId, except, now });

    /// <summary>Deletes sessions that have long been over.</summary>
    public static Task<int> PurgeAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        connection.ExecuteAsync("delete from sessions where created_at < @before", new { before = now - Kept });

    private sealed record SessionRow(
        SignInMethod Method, SecondFactor? Second, DateTimeOffset VerifiedAt, bool SecondFactorExempt, string Name, string SecurityStamp, string? Roles, string? Memberships);
}
