using System.Collections.Concurrent;
using System.Data;
using System.Reflection;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace GrantPortal.Data;

/// <summary>A read that can be asked alone or together with others.</summary>
/// <param name="Sql">One statement or several.</param>
/// <param name="Values">An object with a property for each parameter; null: none.</param>
/// <param name="Read">Takes its results, in order, from the answer.</param>
public sealed record Query<T>(string Sql, object? Values, Func<SqlMapper.GridReader, NpgsqlConnection, Task<T>> Read)
{
    /// <summary>Makes something else of the answer.</summary>
    public Query<TOther> Select<TOther>(Func<T, TOther> make) => new(Sql, Values, async (grid, connection) => make(await Read(grid, connection)));
}

/// <summary>Ways to read.</summary>
public static class Query
{
    /// <summary>All rows.</summary>
    public static Query<IReadOnlyList<T>> List<T>(string sql, object? values = null) => new(sql, values, async (grid, _) => (await grid.ReadAsync<T>()).AsList());

    /// <summary>One row, or null.</summary>
    public static Query<T?> One<T>(string sql, object? values = null) => new(sql, values, async (grid, _) => await grid.ReadSingleOrDefaultAsync<T?>());

    /// <summary>The one row there is.</summary>
    public static Query<T> The<T>(string sql, object? values = null) => new(sql, values, async (grid, _) => await grid.ReadSingleAsync<T>());

    /// <summary>Asks one alone.</summary>
    public static async Task<T> AskAsync<T>(this NpgsqlConnection connection, Query<T> query, CancellationToken cancel = default)
    {
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(query.Sql, query.Values, cancellationToken: cancel));
        return await query.Read(grid, connection);
    }
}

/// <summary>What a query of a round trip found.</summary>
public sealed class Answer<T>
{
    private (bool Is, T Value) found;

    /// <exception cref="InvalidOperationException">The round trip has not been made.</exception>
    public T Value
    {
        get => found.Is ? found.Value : throw new InvalidOperationException("Send the round trip first.");
        internal set => found = (true, value);
    }
}

/// <summary>
/// Several queries in one round trip: a page that asks ten things waits once. The server runs them one after the other, each with a snapshot of its own.
/// </summary>
public sealed partial class RoundTrip(NpgsqlConnection connection)
{
    // The portal's SQL is constant fragments, so these texts are as many as its pages have places.
    private static readonly ConcurrentDictionary<(string Sql, int Place), string> Placed = new();
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    private readonly List<string> texts = [];
    private readonly DynamicParameters values = new();
    private readonly List<Func<SqlMapper.GridReader, Task>> reads = [];

    public Answer<T> Ask<T>(Query<T> query)
    {
        var answer = new Answer<T>();
        var place = texts.Count;
        texts.Add(Placed.GetOrAdd((query.Sql, place), static key => Parameter().Replace(key.Sql.TrimEnd().TrimEnd(';'), $"@${{name}}_{key.Place}")));
        if (query.Values is { } given)
        {
            foreach (var property in Properties.GetOrAdd(given.GetType(), static type => type.GetProperties()))
            {
                var value = property.GetValue(given);
                values.Add(FormattableString.Invariant($"{property.Name}_{place}"), value, value is null ? TypeOf(property.PropertyType) : null);
            }
        }
        reads.Add(async grid => answer.Value = await query.Read(grid, connection));
        return answer;
    }

    public async Task SendAsync(CancellationToken cancel = default)
    {
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(string.Join(";\n", texts), values, cancellationToken: cancel));
        foreach (var read in reads) await read(grid);
    }

    /// <summary>Null says nothing of its type; where the statement does not either, PostgreSQL takes it for text.</summary>
    private static DbType? TypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(Guid) => DbType.Guid,
        var t when t == typeof(int) => DbType.Int32,
        var t when t == typeof(long) => DbType.Int64,
        var t when t == typeof(bool) => DbType.Boolean,
        var t when t == typeof(DateOnly) => DbType.Date,
        var t when t == typeof(DateTimeOffset) => DbType.DateTimeOffset,
        var t when t == typeof(string) || t.IsEnum => DbType.String,
        _ => null,
    };

    [GeneratedRegex("@(?<name>[A-Za-z][A-Za-z0-9]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
