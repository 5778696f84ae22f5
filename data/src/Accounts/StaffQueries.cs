using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>An account of the staff: one that has a role, had one, or was made to get one.</summary>
/// <param name="RoleCodes">Separated by commas; null: none.</param>
/// <param name="HasSecondFactor">A passkey or an authenticator app.</param>
/// <param name="HasPassword">False: it was never signed in to.</param>
/// <param name="IsClosed">Nobody signs in to it.</param>
/// <param name="LastSignIn">Null: never.</param>
/// <param name="OpenChanges">Changes of its roles that wait for a second 管理者.</param>
public sealed record StaffLine(
    Guid Id, string Name, string Email, string? RoleCodes, bool HasSecondFactor, bool HasPassword, bool IsClosed, DateTimeOffset CreatedAt, DateTimeOffset? LastSignIn, int OpenChanges)
{
    /// <summary>In the order of <see cref="StaffRole"/>.</summary>
    public IReadOnlyList<StaffRole> Roles { get; } = [.. (RoleCodes?.Split(',') ?? []).Select(c => Codes.From<StaffRole>(c)!.Value).Order()];
}

/// <summary>Which accounts a list of the staff shows.</summary>
/// <param name="Search">Part of a name or an address; null: all.</param>
public sealed record StaffFilter(string? Search, StaffRole? Role)
{
    /// <summary>Only who has no role (any more).</summary>
    public bool WithoutRole { get; init; }
}

public static class StaffQueries
{
    /// <summary>A page in the order of names.</summary>
    /// <param name="after">The last account of the page before.</param>
    public static async Task<IReadOnlyList<StaffLine>> PageAsync(NpgsqlConnection connection, StaffFilter filter, Guid? after, int most, DateTimeOffset now)
    {
        var search = string.IsNullOrWhiteSpace(filter.Search) ? "" : "and position(@Key in search_key(u.name || chr(10) || u.email)) > 0";
        var role = filter.WithoutRole
            ? "and not exists (select from user_roles r where r.user_id = u.id)"
            : filter.Role is null ? "" : "and exists (select from user_roles r where r.user_id = u.id and r.role = @Role)";
        var on = after is null ? "" : "and (u.name, u.id) > (select l.name, l.id from users l where l.id = @after)";
        return (await connection.QueryAsync<StaffLine>(
            $"{Line} {search} {role} {on} order by u.name, u.id limit @most",
            new { Key = JapaneseText.SearchKey(filter.Search), Role = filter.Role is { } one ? Codes.Of(one) : null, after, most, now })).AsList();
    }

    /// <summary>Null when it is no account of the staff.</summary>
    public static Task<StaffLine?> FindAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) =>
        connection.QuerySingleOrDefaultAsync<StaffLine?>($"{Line} and u.id = @id", new { id, now });

    private const string Line =
        """
        select u.id, u.name, u.email, (select string_agg(r.role, ',') from user_roles r where r.user_id = u.id) as role_codes,
          exists (select from passkeys p where p.user_id = u.id) or exists (select from authenticators a where a.user_id = u.id and a.secret is not null) as has_second_factor,
          u.password_hash is not null as has_password, coalesce(u.lockout_end > @now, false) as is_closed, u.created_at,
          (select l.at from audit l where l.actor_id = u.id and l.action = 'login' order by l.at desc limit 1) as last_sign_in,
          (select count(*)::integer from role_changes c where c.user_id = u.id and c.state = 'open' and c.expires_at > @now) as open_changes
        from users u
        where u.id in (select r.user_id from user_roles r union select c.user_id from role_changes c)
        """;
}
