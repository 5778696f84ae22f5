using Dapper;
using GrantPortal.Domain.Applications;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>What an account can prove itself with.</summary>
/// <param name="RecoveryCodes">Unused ones.</param>
/// <param name="Exempt">Staff of the demo, who need no second factor.</param>
public sealed record AccountFactors(bool HasPassword, bool HasAuthenticator, int Passkeys, int RecoveryCodes, bool HasGbizId, bool Exempt)
{
    /// <summary>Whether signing in asks for a second factor. An applicant's passkey is another way in and takes none away; staff must show it.</summary>
    public bool AsksForSecond(bool staff) => HasAuthenticator || (staff && !Exempt && Passkeys > 0);

    /// <summary>Why an account may not be left with these; null when it may.</summary>
    public Refusal? Shortage(bool staff)
    {
        if (staff && !Exempt && !HasAuthenticator && Passkeys == 0)
            return new Refusal(RefusalCode.WrongState, "職員のアカウントには、パスキーか認証アプリのどちらかが必要です。別のパスキーか認証アプリを登録してから、取り消してください。");
        return HasPassword || Passkeys > 0 || HasGbizId
            ? null
            : new Refusal(RefusalCode.WrongState, "これを取り消すと、ログインする方法がなくなります。先に、ほかの方法（パスワードなど）を設定してください。");
    }
}

/// <summary>A secret of an authenticator app, protected.</summary>
/// <param name="LastStep">Of the last code that was taken.</param>
public sealed record KnownSecret(byte[] Secret, long? LastStep);

/// <summary>認証アプリ and 回復コード.</summary>
public static class SecondFactorStore
{
    public static Task<AccountFactors> OfUserAsync(NpgsqlConnection connection, Guid userId) => connection.QuerySingleAsync<AccountFactors>(
        """
        select u.password_hash is not null as has_password,
          exists (select from authenticators a where a.user_id = u.id and a.secret is not null) as has_authenticator,
          (select count(*)::int from passkeys p where p.user_id = u.id) as passkeys,
          (select count(*)::int from recovery_codes r where r.user_id = u.id and r.used_at is null) as recovery_codes,
          exists (select from gbiz_ids g where g.user_id = u.id) as has_gbiz_id,
          u.second_factor_exempt as exempt
        from users u where u.id = @userId
        """,
        new { userId });

    /// <summary>Changes of the account's ways in wait for each other until the transaction ends: two at once must not take the last two.</summary>
    public static Task LockAsync(NpgsqlConnection connection, Guid userId) => connection.ExecuteAsync("select from users where id = @userId for update", new { userId });

    /// <summary>Keeps a new secret until a code confirms it; one in force stays in force until then.</summary>
    public static Task StartAsync(NpgsqlConnection connection, Guid userId, byte[] secret) => connection.ExecuteAsync(
        """
        insert into authenticators (user_id, pending_secret) values (@userId, @secret)
        on conflict (user_id) do update set pending_secret = excluded.pending_secret
        """,
        new { userId, secret });

    /// <summary>The secret that waits for its first code; null when there is none.</summary>
    public static Task<byte[]?> PendingAsync(NpgsqlConnection connection, Guid userId) => connection.QuerySingleOrDefaultAsync<byte[]?>(
        "select pending_secret from authenticators where user_id = @userId", new { userId });

    /// <summary>Puts the pending secret into force.</summary>
    /// <param name="step">Of the code that confirmed it.</param>
    /// <returns>False when another secret waits by now.</returns>
    public static async Task<bool> ConfirmAsync(NpgsqlConnection connection, Guid userId, byte[] pending, long step, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        update authenticators set secret = pending_secret, pending_secret = null, confirmed_at = @now, last_step = @step
        where user_id = @userId and pending_secret = @pending
        """,
        new { userId, pending, step, now }) == 1;

    /// <summary>The secret in force; null when there is none.</summary>
    public static Task<KnownSecret?> FindAsync(NpgsqlConnection connection, Guid userId) => connection.QuerySingleOrDefaultAsync<KnownSecret?>(
        "select secret, last_step from authenticators where user_id = @userId and secret is not null", new { userId });

    /// <summary>Takes the code of a step.</summary>
    /// <returns>False when it, or a later one, was taken before: a code works once.</returns>
    public static async Task<bool> TakeStepAsync(NpgsqlConnection connection, Guid userId, long step) => await connection.ExecuteAsync(
        "update authenticators set last_step = @step where user_id = @userId and secret is not null and (last_step is null or last_step < @step)", new { userId, step }) == 1;

    /// <returns>False when there was none.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, Guid userId) =>
        await connection.ExecuteAsync("delete from authenticators where user_id = @userId and secret is not null", new { userId }) == 1;

    /// <summary>A new set of recovery codes; earlier ones are void.</summary>
    public static Task ReplaceRecoveryCodesAsync(NpgsqlConnection connection, Guid userId, byte[] salt, byte[][] hashes) => connection.ExecuteAsync(
        """
        delete from recovery_codes where user_id = @userId;
        insert into recovery_codes (user_id, hash, salt) select @userId, h, @salt from unnest(@hashes) as h;
        """,
        new { userId, salt, hashes });

    /// <summary>The salt of the account's codes; null when none is left.</summary>
    public static Task<byte[]?> SaltAsync(NpgsqlConnection connection, Guid userId) => connection.QuerySingleOrDefaultAsync<byte[]?>(
        "select salt from recovery_codes where user_id = @userId and used_at is null limit 1", new { userId });

    /// <returns>False when there is no such code, or it was used.</returns>
    public static async Task<bool> UseRecoveryCodeAsync(NpgsqlConnection connection, Guid userId, byte[] hash, DateTimeOffset now) => await connection.ExecuteAsync(
        "update recovery_codes set used_at = @now where user_id = @userId and hash = @hash and used_at is null", new { userId, hash, now }) == 1;

    /// <returns>True for whoever is first: passkeys are offered once.</returns>
    public static async Task<bool> OfferPasskeyAsync(NpgsqlConnection connection, Guid userId, DateTimeOffset now) => await connection.ExecuteAsync(
        "update users set passkey_offered_at = @now where id = @userId and passkey_offered_at is null", new { userId, now }) == 1;

    /// <summary>Accounts of the demo: staff among them need no second factor, nobody is offered a passkey. The demo's seed alone calls it.</summary>
    public static Task ExemptAsync(NpgsqlConnection connection, Guid userId, DateTimeOffset now) => connection.ExecuteAsync(
        "update users set second_factor_exempt = true, passkey_offered_at = @now where id = @userId", new { userId, now });
}
