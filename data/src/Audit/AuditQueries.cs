using Dapper;
using GrantPortal.Domain;
using Npgsql;

namespace GrantPortal.Data.Audit;

/// <summary>A line of the audit as its pages tell it.</summary>
/// <param name="ActorEmail">The account's address of today; null: nobody was signed in, or the portal itself.</param>
/// <param name="Detail">JSON.</param>
public sealed record AuditLine(
    long Id, DateTimeOffset At, Guid? ActorId, string ActorName, string? ActorEmail, string Action, string? ObjectKind, string? ObjectId, string? Address, string? Detail);

/// <summary>Which lines are looked for; null: no limit. Dates in Japan, both included.</summary>
public sealed record AuditFilter(DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>Accounts of which one acted, or which an attempt without sign-in was about. At most <see cref="AuditQueries.MostPeople"/>.</summary>
    public IReadOnlyList<Guid>? People { get; init; }

    /// <summary>As in <c>login</c>.</summary>
    public string? Action { get; init; }

    /// <summary>As in <c>user</c>.</summary>
    public string? ObjectKind { get; init; }

    public string? ObjectId { get; init; }

    /// <summary>IP address.</summary>
    public string? Address { get; init; }
}

/// <summary>Where a page of the audit goes on: the last line of the page before.</summary>
public sealed record AuditPosition(DateTimeOffset At, long Id);

/// <summary>
/// Searching the audit, the latest lines first. Constant fragments joined by what is filtered; each filter has an index that leads into the list in its order, and a
/// test looks at the plans.
/// </summary>
public static class AuditQueries
{
    /// <summary>So many accounts a part of a name may mean; it has to be longer where it means more.</summary>
    public const int MostPeople = 200;

    /// <summary>Accounts by a part of their name or address, of two characters at least.</summary>
    /// <returns>One more than <see cref="MostPeople"/> where it means too many.</returns>
    public static async Task<IReadOnlyList<Guid>> PeopleAsync(NpgsqlConnection connection, string part) => (await connection.QueryAsync<Guid>(
        """
        select u.id
        from users u
        where name_grams(search_key(u.name || chr(10) || u.email)) @> name_grams((select search_key(@part))) and position((select search_key(@part)) in search_key(u.name || chr(10) || u.email)) > 0
        limit @most
        """,
        new { part, most = MostPeople + 1 })).AsList();

    public static async Task<IReadOnlyList<AuditLine>> PageAsync(NpgsqlConnection connection, AuditFilter filter, AuditPosition? after, int most)
    {
        var values = Parameters(filter);
        values.AddDynamicParams(new { Most = most, AfterAt = after?.At, AfterId = after?.Id });
        return (await connection.QueryAsync<AuditLine>(Page(filter, after is not null), values)).AsList();
    }

    /// <summary>The whole list, however long, read line by line. Dispose the enumeration to end the query.</summary>
    public static IAsyncEnumerable<AuditLine> ReadAsync(NpgsqlConnection connection, AuditFilter filter) => connection.QueryUnbufferedAsync<AuditLine>(
        $"""
        select {Columns}
        from audit a left join users u on u.id = a.actor_id
        where true
          {(filter.People is null ? "" : "and (a.actor_id = any(@People) or a.actor_id is null and a.object_kind = 'user' and a.object_id = any(@Named))")}
          {Where(filter)}
        order by a.at desc, a.id desc
        """,
        Parameters(filter), commandTimeout: 0);

    internal static string Page(AuditFilter filter, bool on)
    {
        var where = Where(filter) + (on ? "\n      and (a.at, a.id) < (@AfterAt, @AfterId)" : "");
        const string Line = "a.id, a.at, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.address, a.detail";
        // Each person's lines in their order, and these merged: a list of people alone would be sorted whole.
        var lines = filter.People is null
            ? $"""
              select {Line} from audit a
              where true
              {where}
              order by a.at desc, a.id desc limit @Most
              """
            : $"""
              select m.* from unnest(@People) as w (id) cross join lateral (
                select {Line} from audit a
                where a.actor_id = w.id
                {where}
                order by a.at desc, a.id desc limit @Most) m
              union all
              select m.* from unnest(@Named) as w (id) cross join lateral (
                select {Line} from audit a
                where a.object_id = w.id and a.object_kind = 'user' and a.actor_id is null
                {where}
                order by a.at desc, a.id desc limit @Most) m
              """;
        return $"""
            select {Columns}
            from (
              {lines}
            ) a left join users u on u.id = a.actor_id
            order by a.at desc, a.id desc limit @Most
            """;
    }

    internal static DynamicParameters Parameters(AuditFilter filter) => new(new
    {
        From = filter.From is { } from ? JapanTime.StartOf(from).ToUniversalTime() : (DateTimeOffset?)null,
        Before = filter.To is { } to ? JapanTime.EndOf(to).ToUniversalTime() : (DateTimeOffset?)null,
        People = filter.People?.ToArray(),
        Named = filter.People?.Select(p => p.ToString()).ToArray(),
        filter.Action,
        filter.ObjectKind,
        filter.ObjectId,
        filter.Address,
    });

    private const string Columns = "a.id, a.at, a.actor_id, a.actor_name, u.email as actor_email, a.action, a.object_kind, a.object_id, a.address, a.detail::text as detail";

    private static string Where(AuditFilter filter)
    {
        var parts = new List<string>();
        if (filter.From is not null) parts.Add("and a.at >= @From");
        if (filter.To is not null) parts.Add("and a.at < @Before");
        if (filter.Action is not null) parts.Add("and a.action = @Action");
        if (filter.ObjectKind is not null) parts.Add("and a.object_kind = @ObjectKind");
        if (filter.ObjectId is not null) parts.Add("and a.object_id = @ObjectId");
        if (filter.Address is not null) parts.Add("and a.address = @Address");
        return string.Join("\n      ", parts);
    }
}
