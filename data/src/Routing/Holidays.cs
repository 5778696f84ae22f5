using Dapper;
using GrantPortal.Domain;
using Npgsql;

namespace GrantPortal.Data.Routing;

/// <summary>A closed day besides Saturdays and Sundays.</summary>
public sealed record Holiday(DateOnly Day, string Name);

/// <summary>The calendar of business days (table <c>holidays</c>).</summary>
public static class Holidays
{
    public static async Task<IReadOnlyList<Holiday>> AllAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<Holiday>("select day, name from holidays order by day")).AsList();

    public static async Task<BusinessCalendar> CalendarAsync(NpgsqlConnection connection) =>
        new((await connection.QueryAsync<DateOnly>("select day from holidays")).ToHashSet());

    /// <returns>False when the day is one already.</returns>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, Holiday holiday) =>
        await connection.ExecuteAsync("insert into holidays (day, name) values (@Day, @Name) on conflict do nothing", holiday) == 1;

    /// <returns>False when the day is none.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, DateOnly day) =>
        await connection.ExecuteAsync("delete from holidays where day = @day", new { day }) == 1;
}
