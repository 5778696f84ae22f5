using Dapper;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>Which account a GビズID belongs to.</summary>
public static class GbizIdStore
{
    /// <returns>Null when the GビズID is linked to no account.</returns>
    public static async Task<PortalUser?> FindUserAsync(NpgsqlConnection connection, string subject) =>
        await connection.QuerySingleOrDefaultAsync<Guid?>("select user_id from gbiz_ids where subject = @subject", new { subject }) is { } id ? await UserStore.FindAsync(connection, id) : null;

    /// <returns>When the account's GビズID was linked; null when it has none.</returns>
    public static Task<DateTimeOffset?> LinkedAtAsync(NpgsqlConnection connection, Guid userId) =>
        connection.QuerySingleOrDefaultAsync<DateTimeOffset?>("select linked_at from gbiz_ids where user_id = @userId", new { userId });

    /// <returns>False when the GビズID belongs to an account already, or the account has one.</returns>
    public static async Task<bool> LinkAsync(NpgsqlConnection connection, Guid userId, string subject, DateTimeOffset now) => await connection.ExecuteAsync(
        "insert into gbiz_ids (subject, user_id, linked_at) values (@subject, @userId, @now) on conflict do nothing", new { subject, userId, now }) == 1;

    /// <returns>False when there was none.</returns>
    public static async Task<bool> UnlinkAsync(NpgsqlConnection connection, Guid userId) =>
        await connection.ExecuteAsync("delete from gbiz_ids where user_id = @userId", new { userId }) == 1;
}
