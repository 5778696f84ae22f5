using Dapper;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>A change of an account's mail address that waits for both addresses to agree.</summary>
/// <param name="OldEmail">The account's address as it is now.</param>
public sealed record MailChange(Guid Id, Guid UserId, string OldEmail, string Email, DateTimeOffset? OldAgreedAt, DateTimeOffset? NewAgreedAt, DateTimeOffset Until)
{
    public bool IsAgreed => OldAgreedAt is not null && NewAgreedAt is not null;
}

/// <summary>Changes of mail addresses: one at a time for each account, made once both ends have agreed.</summary>
public static class MailChangeStore
{
    private const string Columns = "c.id, c.user_id, u.email as old_email, c.email, c.old_agreed_at, c.new_agreed_at, c.until";

    /// <summary>Begins one; one begun before is forgotten, with its links.</summary>
    public static async Task BeginAsync(NpgsqlConnection connection, Guid id, Guid userId, string email, DateTimeOffset until, DateTimeOffset now)
    {
        await CancelAsync(connection, userId);
        await connection.ExecuteAsync("insert into mail_changes (id, user_id, email, created_at, until) values (@id, @userId, @email, @now, @until)", new { id, userId, email, now, until });
    }

    public static Task<MailChange?> FindAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) => connection.QuerySingleOrDefaultAsync<MailChange?>(
        $"select {Columns} from mail_changes c join users u on u.id = c.user_id where c.id = @id and c.until > @now", new { id, now });

    public static Task<MailChange?> OfUserAsync(NpgsqlConnection connection, Guid userId, DateTimeOffset now) => connection.QuerySingleOrDefaultAsync<MailChange?>(
        $"select {Columns} from mail_changes c join users u on u.id = c.user_id where c.user_id = @userId and c.until > @now", new { userId, now });

    /// <returns>False when there was none.</returns>
    public static async Task<bool> CancelAsync(NpgsqlConnection connection, Guid userId) => await connection.ExecuteAsync("delete from mail_changes where user_id = @userId", new { userId }) > 0;

    /// <summary>One end agrees. The row stays locked until the transaction ends, so that of two who agree at once the later sees both.</summary>
    public static Task AgreeAsync(NpgsqlConnection connection, Guid id, bool old, DateTimeOffset now) => connection.ExecuteAsync(
        old ? "update mail_changes set old_agreed_at = coalesce(old_agreed_at, @now) where id = @id" : "update mail_changes set new_agreed_at = coalesce(new_agreed_at, @now) where id = @id",
        new { id, now });

    /// <summary>Makes an agreed change. The stamp changes with it: every session ends and every link is void.</summary>
    /// <exception cref="PostgresException"><c>users_email_once</c>: another account has the address by now.</exception>
    public static async Task ApplyAsync(NpgsqlConnection connection, MailChange change, string newStamp)
    {
        await connection.ExecuteAsync(
            "update users set email = @Email, normalized_email = @normalized, email_confirmed = true, security_stamp = @newStamp where id = @UserId",
            new { change.Email, normalized = UserStore.Normalize(change.Email), newStamp, change.UserId });
        await CancelAsync(connection, change.UserId);
    }
}
