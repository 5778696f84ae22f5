using Dapper;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>A filter of the queue under a name.</summary>
/// <param name="Query">As it stands in the address, without a question mark.</param>
public sealed record SavedFilter(Guid Id, string Name, string Query);

/// <summary>A person's filters of the queue.</summary>
public static class SavedFilters
{
    /// <summary>So many may one person keep.</summary>
    public const int Most = 30;

    public static async Task<IReadOnlyList<SavedFilter>> OfAsync(NpgsqlConnection connection, Guid user) =>
        (await connection.QueryAsync<SavedFilter>("select id, name, query from saved_filters where user_id = @user order by name", new { user })).AsList();

    /// <summary>A filter of the same name is replaced.</summary>
    /// <returns>False when the person keeps <see cref="Most"/> others already.</returns>
    public static async Task<bool> SaveAsync(NpgsqlConnection connection, SavedFilter filter, Guid user, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into saved_filters (id, user_id, name, query, saved_at)
        select @Id, @user, @Name, @Query, @now
        where (select count(*) from saved_filters where user_id = @user and name <> @Name) < @Most
        on conflict (user_id, name) do update set query = excluded.query, saved_at = excluded.saved_at
        """,
        new { filter.Id, filter.Name, filter.Query, user, now, Most }) == 1;

    /// <returns>False when the person has none of this id.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, Guid id, Guid user) =>
        await connection.ExecuteAsync("delete from saved_filters where id = @id and user_id = @user", new { id, user }) == 1;
}
