using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>Where ASP.NET Core Identity keeps accounts. The setters change the object only; <see cref="UpdateAsync"/> writes it.</summary>
public sealed class UserStore(Database database, TimeProvider clock)
    : IUserPasswordStore<PortalUser>, IUserEmailStore<PortalUser>, IUserSecurityStampStore<PortalUser>, IUserLockoutStore<PortalUser>,
        IUserPasskeyStore<PortalUser>
{
    public async Task<IdentityResult> CreateAsync(PortalUser user, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await WriteAsync(() => InsertAsync(connection, user));
    }

    /// <summary>Adds an account inside the caller's transaction.</summary>
    public static Task<int> InsertAsync(NpgsqlConnection connection, PortalUser user) => connection.ExecuteAsync(
        """
        insert into users (id, email, normalized_email, name, password_hash, security_stamp, email_confirmed, access_failed_count, lockout_end, created_at)
        values (@Id, @Email, @NormalizedEmail, @Name, @PasswordHash, @SecurityStamp, @EmailConfirmed, @AccessFailedCount, @LockoutEnd, @CreatedAt)
        """,
        user);

    public async Task<IdentityResult> UpdateAsync(PortalUser user, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await WriteAsync(() => connection.ExecuteAsync(
            """
            update users set email = @Email, normalized_email = @NormalizedEmail, name = @Name, password_hash = @PasswordHash,
              security_stamp = @SecurityStamp, email_confirmed = @EmailConfirmed, access_failed_count = @AccessFailedCount, lockout_end = @LockoutEnd
            where id = @Id
            """,
            user));
    }

    /// <summary>Accounts stand in histories: they are closed, never deleted.</summary>
    public Task<IdentityResult> DeleteAsync(PortalUser user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are not deleted.");

    public Task<PortalUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? FindAsync("id = @key", id, cancellationToken) : Task.FromResult<PortalUser?>(null);

    public Task<PortalUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        FindAsync("normalized_email = @key", normalizedEmail, cancellationToken);

    public Task<PortalUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FindByEmailAsync(normalizedUserName, cancellationToken);

    public Task<string> GetUserIdAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(PortalUser user, string? userName, CancellationToken cancellationToken) => SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedUserNameAsync(PortalUser user, string? normalizedName, CancellationToken cancellationToken) =>
        SetNormalizedEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetEmailAsync(PortalUser user, string? email, CancellationToken cancellationToken)
    {
        user.Email = email ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedEmailAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedEmailAsync(PortalUser user, string? normalizedEmail, CancellationToken cancellationToken)
    {
        user.NormalizedEmail = normalizedEmail ?? "";
        return Task.CompletedTask;
    }

    public Task<bool> GetEmailConfirmedAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(PortalUser user, bool confirmed, CancellationToken cancellationToken)
    {
        user.EmailConfirmed = confirmed;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(PortalUser user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<bool> HasPasswordAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(PortalUser user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(PortalUser user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        user.LockoutEnd = lockoutEnd;
        return Task.CompletedTask;
    }

    public Task<int> IncrementAccessFailedCountAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(PortalUser user, CancellationToken cancellationToken)
    {
        user.AccessFailedCount = 0;
        return Task.CompletedTask;
    }

    public Task<int> GetAccessFailedCountAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(PortalUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(PortalUser user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Only a passkey that is there: registering writes its row with the audit, in <c>Passkeys</c>.</summary>
    public async Task AddOrUpdatePasskeyAsync(PortalUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await PasskeyStore.UsedAsync(connection, passkey, clock.GetUtcNow());
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PortalUser user, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await PasskeyStore.InfosAsync(connection, user.Id);
    }

    public Task<PortalUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        FindAsync("id = (select user_id from passkeys where credential_id = @key)", credentialId, cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PortalUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await GetPasskeysAsync(user, cancellationToken)).FirstOrDefault(passkey => passkey.CredentialId.AsSpan().SequenceEqual(credentialId));

    public async Task RemovePasskeyAsync(PortalUser user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await PasskeyStore.RemoveAsync(connection, user.Id, credentialId);
    }

    public void Dispose()
    {
        // Connections are opened and given back by each call.
    }

    /// <summary>An account by id, on the caller's connection.</summary>
    public static Task<PortalUser?> FindAsync(NpgsqlConnection connection, Guid id) => FindAsync(connection, "id = @key", id);

    /// <summary>An account by mail address, in any case.</summary>
    public static Task<PortalUser?> FindByEmailAsync(NpgsqlConnection connection, string email) =>
        FindAsync(connection, "normalized_email = @key", Normalize(email));

    /// <summary>As Identity's default normaliser does it.</summary>
    public static string Normalize(string email) => email.Normalize().ToUpperInvariant();

    private async Task<PortalUser?> FindAsync(string condition, object key, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await FindAsync(connection, condition, key);
    }

    private static Task<PortalUser?> FindAsync(NpgsqlConnection connection, string condition, object key) =>
        connection.QuerySingleOrDefaultAsync<PortalUser?>(
            $"""
             select id, email, normalized_email, name, password_hash, security_stamp, email_confirmed, access_failed_count, lockout_end, created_at
             from users where {condition}
             """,
            new { key });

    private static async Task<IdentityResult> WriteAsync(Func<Task<int>> write)
    {
        try
        {
            return await write() == 1 ? IdentityResult.Success : IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        }
        catch (PostgresException exception) when (exception.ConstraintName == "users_email_once")
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(""));
        }
    }
}
