using Dapper;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A registration whose mail address is not confirmed yet.</summary>
/// <param name="ReturnUrl">Where to go afterwards; an address of the portal, or null.</param>
public sealed record Registration(Guid Id, string Email, string Name, string PasswordHash, string? ReturnUrl, DateTimeOffset Until);

/// <summary>Registrations that wait for their mail address to be confirmed. Nothing here knows or tells whether the address has an account.</summary>
public static class RegistrationStore
{
    public static Task AddAsync(NpgsqlConnection connection, Registration registration, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into registrations (id, email, name, password_hash, return_url, created_at, until)
        values (@Id, @Email, @Name, @PasswordHash, @ReturnUrl, @now, @Until)
        """,
        new { registration.Id, registration.Email, registration.Name, registration.PasswordHash, registration.ReturnUrl, registration.Until, now });

    /// <summary>Null when it was confirmed, or waited too long.</summary>
    public static Task<Registration?> FindAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) => connection.QuerySingleOrDefaultAsync<Registration?>(
        "select id, email, name, password_hash, return_url, until from registrations where id = @id and until > @now", new { id, now });

    /// <summary>Ends a registration, and its links with it.</summary>
    public static Task DeleteAsync(NpgsqlConnection connection, Guid id) => connection.ExecuteAsync("delete from registrations where id = @id", new { id });
}
