using Dapper;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>What a clerk has set for the desk.</summary>
public static class DeskSettings
{
    /// <summary>Whether single-letter keys act on a case (WCAG 2.1.4). They do unless switched off.</summary>
    public static Query<bool> LetterKeys(Guid userId) =>
        Query.The<bool>("select coalesce((select letter_keys from user_settings where user_id = @userId), true)", new { userId });

    public static Task SetLetterKeysAsync(NpgsqlConnection connection, Guid userId, bool on, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into user_settings (user_id, letter_keys, updated_at) values (@userId, @on, @now)
        on conflict (user_id) do update set letter_keys = excluded.letter_keys, updated_at = excluded.updated_at
        """,
        new { userId, on, now });
}
