using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A line of an applicant's members.</summary>
public sealed record MemberLine(Guid UserId, string Name, string Email, MemberRole Role, DateTimeOffset Since, int Version);

/// <summary>An invitation nobody has answered yet.</summary>
/// <param name="Sendings">How often it was sent; only the last link works.</param>
public sealed record OpenInvitation(
    Guid Id, Guid ApplicantId, string ApplicantName, string Email, MemberRole Role, int Sendings, DateTimeOffset SentAt, DateTimeOffset ExpiresAt, Guid InvitedBy, string InvitedByName);

/// <summary>Members of an applicant and invitations to it. Changes run under <see cref="LockAsync"/>, one at a time for an applicant.</summary>
public static class MemberStore
{
    /// <summary>Holds off other changes of the applicant's members until the transaction ends; applications go on.</summary>
    /// <returns>Its members, in no order.</returns>
    public static async Task<Members> LockAsync(NpgsqlConnection connection, Guid applicantId)
    {
        await connection.ExecuteAsync("select from applicants where id = @applicantId for no key update", new { applicantId });
        return new Members((await connection.QueryAsync<Member>("select user_id, role, version from memberships where applicant_id = @applicantId", new { applicantId })).AsList());
    }

    /// <summary>The members, 管理者 first. Empty unless the user is one of them.</summary>
    public static async Task<IReadOnlyList<MemberLine>> MembersAsync(NpgsqlConnection connection, Guid applicantId, Guid userId) =>
        (await connection.QueryAsync<MemberLine>(
            """
            select m.user_id, u.name, u.email, m.role, m.since, m.version
            from memberships m join users u on u.id = m.user_id
            where m.applicant_id = @applicantId and exists (select from memberships own where own.applicant_id = @applicantId and own.user_id = @userId)
            order by array_position(array['owner', 'clerk', 'viewer'], m.role), m.since, m.user_id
            limit 500
            """,
            new { applicantId, userId })).AsList();

    /// <summary>Open invitations, the latest first. Empty unless the user is the applicant's 管理者.</summary>
    public static async Task<IReadOnlyList<OpenInvitation>> InvitationsAsync(NpgsqlConnection connection, Guid applicantId, Guid userId) =>
        (await connection.QueryAsync<OpenInvitation>(
            $"""
            {Invitation}
            where i.applicant_id = @applicantId and i.state = 'open' and {OwnedByUser}
            order by i.sent_at desc, i.id limit 100
            """,
            new { applicantId, userId })).AsList();

    /// <summary>Addresses of an applicant's members with these roles.</summary>
    public static async Task<IReadOnlyList<MemberLine>> WithRolesAsync(NpgsqlConnection connection, Guid applicantId, params MemberRole[] roles) =>
        (await connection.QueryAsync<MemberLine>(
            """
            select m.user_id, u.name, u.email, m.role, m.since, m.version
            from memberships m join users u on u.id = m.user_id
            where m.applicant_id = @applicantId and m.role = any(@roles) order by m.since, m.user_id limit 50
            """,
            new { applicantId, roles = roles.Select(Codes.Of).ToArray() })).AsList();

    public static Task ChangeRoleAsync(NpgsqlConnection connection, Guid applicantId, Guid userId, MemberRole role) => connection.ExecuteAsync(
        "update memberships set role = @role, version = version + 1 where applicant_id = @applicantId and user_id = @userId", new { applicantId, userId, role });

    public static Task RemoveAsync(NpgsqlConnection connection, Guid applicantId, Guid userId) => connection.ExecuteAsync(
        "delete from memberships where applicant_id = @applicantId and user_id = @userId", new { applicantId, userId });

    /// <summary>Whether an account with this address is a member already.</summary>
    public static Task<bool> IsMemberAsync(NpgsqlConnection connection, Guid applicantId, string email) => connection.ExecuteScalarAsync<bool>(
        "select exists (select from memberships m join users u on u.id = m.user_id where m.applicant_id = @applicantId and u.normalized_email = @normalized)",
        new { applicantId, normalized = UserStore.Normalize(email) });

    /// <summary>How many invitations of the applicant wait for an answer.</summary>
    public static Task<int> CountOpenAsync(NpgsqlConnection connection, Guid applicantId) => connection.ExecuteScalarAsync<int>(
        "select count(*)::integer from invitations where applicant_id = @applicantId and state = 'open'", new { applicantId });

    /// <summary>Adds an invitation; one that is open for the same address is sent again with the new role instead.</summary>
    /// <returns>Its id.</returns>
    public static Task<Guid> InviteAsync(NpgsqlConnection connection, Guid applicantId, string email, MemberRole role, Guid userId, DateTimeOffset now, DateTimeOffset expires) =>
        connection.ExecuteScalarAsync<Guid>(
            """
            insert into invitations as i (id, applicant_id, email, normalized_email, role, invited_by, invited_at, sent_at, expires_at)
            values (@id, @applicantId, @email, @normalized, @role, @userId, @now, @now, @expires)
            on conflict (applicant_id, normalized_email) where state = 'open' do update set
              role = excluded.role, sendings = i.sendings + 1, invited_by = excluded.invited_by, sent_at = excluded.sent_at, expires_at = excluded.expires_at
            returning id
            """,
            new { id = Guid.CreateVersion7(now), applicantId, email, normalized = UserStore.Normalize(email), role, userId, now, expires });

    /// <summary>Makes the links of before void.</summary>
    public static Task ResendAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now, DateTimeOffset expires) => connection.ExecuteAsync(
        "update invitations set sendings = sendings + 1, sent_at = @now, expires_at = @expires where id = @id and state = 'open'", new { id, now, expires });

    /// <param name="state"><c>accepted</c> or <c>revoked</c>.</param>
    public static Task EndAsync(NpgsqlConnection connection, Guid id, string state, Guid userId, DateTimeOffset now) => connection.ExecuteAsync(
        "update invitations set state = @state, ended_at = @now, ended_by = @userId where id = @id and state = 'open'", new { id, state, userId, now });

    /// <summary>An open invitation; null when there is none.</summary>
    /// <param name="lockIt">Locks it until the transaction ends.</param>
    public static Task<OpenInvitation?> FindInvitationAsync(NpgsqlConnection connection, Guid id, bool lockIt = false) => connection.QuerySingleOrDefaultAsync<OpenInvitation>(
        $"{Invitation} where i.id = @id and i.state = 'open' {(lockIt ? "for no key update of i" : "")}", new { id });

    /// <summary>The same, locked, restricted to an applicant the user belongs to.</summary>
    public static Task<OpenInvitation?> FindOwnInvitationAsync(NpgsqlConnection connection, Guid id, Guid userId) => connection.QuerySingleOrDefaultAsync<OpenInvitation>(
        $"""
        {Invitation} where i.id = @id and i.state = 'open' and exists (select from memberships own where own.applicant_id = i.applicant_id and own.user_id = @userId)
        for no key update of i
        """,
        new { id, userId });

    private const string Invitation =
        """
        select i.id, i.applicant_id, p.name as applicant_name, i.email, i.role, i.sendings, i.sent_at, i.expires_at, i.invited_by, u.name as invited_by_name
        from invitations i join applicants p on p.id = i.applicant_id join users u on u.id = i.invited_by
        """;

    private const string OwnedByUser = "exists (select from memberships own where own.applicant_id = i.applicant_id and own.user_id = @userId and own.role = 'owner')";
}
