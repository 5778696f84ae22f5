using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>Who an account is to the portal.</summary>
/// <param name="SecurityStamp">A session or link that carries another one is void.</param>
public sealed record KnownActor(Actor Actor, string SecurityStamp);

/// <summary>Roles, memberships and applicants: who an account is to the portal.</summary>
public static class AccountStore
{
    /// <summary>One query: the account with its roles and memberships; null when it does not exist or is closed.</summary>
    public static async Task<KnownActor?> FindActorAsync(NpgsqlConnection connection, Guid userId, DateTimeOffset now)
    {
        var row = await connection.QuerySingleOrDefaultAsync<ActorRow>(
            """
            select u.name, u.security_stamp,
              (select string_agg(r.role, ',') from user_roles r where r.user_id = u.id) as roles,
              (select string_agg(m.applicant_id || ' ' || m.role, ',') from memberships m where m.user_id = u.id) as memberships
            from users u
            where u.id = @userId and (u.lockout_end is null or u.lockout_end <= @now)
            """,
            new { userId, now });
        return row is null ? null : new KnownActor(ActorOf(userId, row.Name, row.Roles, row.Memberships), row.SecurityStamp);
    }

    /// <summary>Roles and memberships as the queries list them: <c>reviewer,approver</c> and <c>APPLICANT owner,…</c>.</summary>
    internal static Actor ActorOf(Guid userId, string name, string? roles, string? memberships) => new(
        userId,
        name,
        Parts(roles).Select(role => Code<StaffRole>(role)).ToHashSet(),
        Parts(memberships).Select(m => m.Split(' ')).ToDictionary(m => Guid.Parse(m[0]), m => Code<MemberRole>(m[1])));

    /// <summary>Makes an account staff; giving a role twice does nothing.</summary>
    public static Task GiveRoleAsync(NpgsqlConnection connection, Guid userId, StaffRole role, DateTimeOffset now) => connection.ExecuteAsync(
        "insert into user_roles (user_id, role, given_at) values (@userId, @role, @now) on conflict do nothing", new { userId, role, now });

    /// <summary>Makes an account a member (管理者 担当者 閲覧者) of an applicant.</summary>
    public static Task AddMemberAsync(NpgsqlConnection connection, Guid userId, Guid applicantId, MemberRole role, DateTimeOffset now) => connection.ExecuteAsync(
        "insert into memberships (user_id, applicant_id, role, since) values (@userId, @applicantId, @role, @now)", new { userId, applicantId, role, now });

    /// <summary>A new applicant (申請者) without members.</summary>
    public static async Task<Guid> AddApplicantAsync(NpgsqlConnection connection, ApplicantProfile profile, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        await connection.ExecuteAsync(
            """
            insert into applicants (id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at)
            values (@id, @Kind, @Name, @CorporateNumber, @Representative, @NonProfit, @ContactName, @Phone, @now, @now)
            """,
            new
            {
                id,
                profile.Kind,
                profile.Name,
                profile.CorporateNumber,
                profile.Representative,
                profile.NonProfit,
                profile.ContactName,
                profile.Phone,
                now,
            });
        return id;
    }

    /// <summary>Sets the first password of an account whose stamp is still the one its link was made for; the link is void afterwards.</summary>
    /// <returns>False when somebody was faster.</returns>
    public static async Task<bool> SetFirstPasswordAsync(NpgsqlConnection connection, Guid userId, string stamp, string hash, string newStamp) =>
        await connection.ExecuteAsync(
            """
            update users set password_hash = @hash, security_stamp = @newStamp, email_confirmed = true
            where id = @userId and security_stamp = @stamp and password_hash is null
            """,
            new { userId, stamp, hash, newStamp }) == 1;

    /// <summary>Makes the links to the first password of before void.</summary>
    /// <returns>False when the account has a password by now.</returns>
    public static async Task<bool> VoidFirstPasswordLinksAsync(NpgsqlConnection connection, Guid userId, string newStamp) => await connection.ExecuteAsync(
        "update users set security_stamp = @newStamp where id = @userId and password_hash is null", new { userId, newStamp }) == 1;

    /// <summary>Sets a password unless the account's credentials have changed since its stamp was read.</summary>
    public static async Task<bool> ChangePasswordAsync(NpgsqlConnection connection, Guid userId, string stamp, string hash, string newStamp) => await connection.ExecuteAsync(
        "update users set password_hash = @hash, security_stamp = @newStamp where id = @userId and security_stamp = @stamp", new { userId, stamp, hash, newStamp }) == 1;

    /// <summary>Sets a password whoever asks has the right to set, and confirms the address. Sessions and links with the old stamp are void.</summary>
    public static Task SetPasswordAsync(NpgsqlConnection connection, Guid userId, string hash, string newStamp) => connection.ExecuteAsync(
        "update users set password_hash = @hash, security_stamp = @newStamp, email_confirmed = true where id = @userId", new { userId, hash, newStamp });

    private static string[] Parts(string? list) => list?.Split(',') ?? [];

    private static T Code<T>(string code)
        where T : struct, Enum => Codes.From<T>(code) ?? throw new InvalidOperationException($"'{code}' is no {typeof(T).Name}.");

    private sealed record ActorRow(string Name, string SecurityStamp, string? Roles, string? Memberships);
}
