using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A line of 「パスキー」.</summary>
/// <param name="UsedAt">Null: registered and not used since.</param>
/// <param name="BackedUp">Kept by the maker of the device or a password manager too, and so on several devices.</param>
public sealed record OwnPasskey(byte[] CredentialId, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool BackedUp)
{
    /// <summary>The credential's id as forms carry it.</summary>
    public string Key => Convert.ToHexString(CredentialId);
}

/// <summary>パスキー of accounts.</summary>
public static class PasskeyStore
{
    /// <summary>Per account.</summary>
    public const int Most = 20;

    /// <summary>The account's passkeys, the oldest first.</summary>
    public static async Task<IReadOnlyList<OwnPasskey>> OfUserAsync(NpgsqlConnection connection, Guid userId) => (await connection.QueryAsync<OwnPasskey>(
        "select credential_id, name, created_at, used_at, backed_up from passkeys where user_id = @userId order by created_at, credential_id limit 100", new { userId })).AsList();

    /// <returns>False when the account has enough already, or the credential belongs to somebody.</returns>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, Guid userId, UserPasskeyInfo passkey, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into passkeys (credential_id, user_id, name, public_key, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data_json, created_at)
        select @CredentialId, @userId, @Name, @PublicKey, @SignCount, @Transports, @IsUserVerified, @IsBackupEligible, @IsBackedUp, @AttestationObject, @ClientDataJson, @now
        where (select count(*) from passkeys where user_id = @userId) < @Most
        on conflict (credential_id) do nothing
        """,
        new
        {
            passkey.CredentialId,
            userId,
            passkey.Name,
            passkey.PublicKey,
            SignCount = (long)passkey.SignCount,
            Transports = passkey.Transports ?? [],
            passkey.IsUserVerified,
            passkey.IsBackupEligible,
            passkey.IsBackedUp,
            passkey.AttestationObject,
            passkey.ClientDataJson,
            now,
            Most,
        }) == 1;

    /// <summary>A sign-in with it: its counter and whether it is backed up are kept.</summary>
    public static Task UsedAsync(NpgsqlConnection connection, UserPasskeyInfo passkey, DateTimeOffset now) => connection.ExecuteAsync(
        "update passkeys set sign_count = @SignCount, user_verified = @IsUserVerified, backed_up = @IsBackedUp, used_at = @now where credential_id = @CredentialId",
        new { SignCount = (long)passkey.SignCount, passkey.IsUserVerified, passkey.IsBackedUp, now, passkey.CredentialId });

    /// <returns>False when it is not the account's.</returns>
    public static async Task<bool> RenameAsync(NpgsqlConnection connection, Guid userId, byte[] credentialId, string name) => await connection.ExecuteAsync(
        "update passkeys set name = @name where credential_id = @credentialId and user_id = @userId", new { userId, credentialId, name }) == 1;

    /// <returns>Its name; null when it is not the account's.</returns>
    public static Task<string?> RemoveAsync(NpgsqlConnection connection, Guid userId, byte[] credentialId) => connection.QuerySingleOrDefaultAsync<string?>(
        "delete from passkeys where credential_id = @credentialId and user_id = @userId returning name", new { userId, credentialId });

    internal static async Task<IList<UserPasskeyInfo>> InfosAsync(NpgsqlConnection connection, Guid userId) =>
        [.. (await connection.QueryAsync<PasskeyRow>(
            """
            select credential_id, public_key, created_at, sign_count, array_to_string(transports, ',') as transports, user_verified, backup_eligible, backed_up, attestation_object, client_data_json, name
            from passkeys where user_id = @userId order by created_at, credential_id limit 100
            """,
            new { userId })).Select(row => row.ToInfo())];

    private sealed record PasskeyRow(
        byte[] CredentialId, byte[] PublicKey, DateTimeOffset CreatedAt, long SignCount, string Transports, bool UserVerified, bool BackupEligible, bool BackedUp,
        byte[] AttestationObject, byte[] ClientDataJson, string Name)
    {
        public UserPasskeyInfo ToInfo() => new(
            CredentialId, PublicKey, CreatedAt, (uint)SignCount, Transports.Split(',', StringSplitOptions.RemoveEmptyEntries), UserVerified, BackupEligible, BackedUp, AttestationObject, ClientDataJson)
        { Name = Name };
    }
}
