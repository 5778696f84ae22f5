using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Reviews;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>A reason as its page shows it.</summary>
/// <param name="Version">Counts changes; a writer who saw another one is stale.</param>
public sealed record ReturnReasonRow(string Code, string Fits, string Label, string Words, bool Active, int Version, DateTimeOffset UpdatedAt, string? UpdatedByName)
{
    public ReturnReason Reason => new(Code, Fits, Label, Words, Active);
}

/// <summary>How often an item was returned for a reason.</summary>
/// <param name="Code">Null: returned before reasons had codes.</param>
/// <param name="Label">The reason's present label; null: without a code.</param>
/// <param name="Items">Returned items.</param>
/// <param name="Applications">Different applications among them.</param>
public sealed record ReasonCount(string? Code, string? Label, string Item, int Items, int Applications);

/// <summary>How a change of a reason ended.</summary>
public enum ReasonSaved
{
    Saved,

    /// <summary>Somebody changed it since it was read; nothing was written.</summary>
    Stale,

    /// <summary>The code is in use.</summary>
    CodeTaken,

    /// <summary>The item has a reason of this label.</summary>
    LabelTaken,
}

/// <summary>The coded reasons of returns (table <c>return_reasons</c>), and how often they were given.</summary>
public static class ReturnReasons
{
    /// <summary>All, in their order; those no longer offered too.</summary>
    public static async Task<IReadOnlyList<ReturnReasonRow>> AllAsync(NpgsqlConnection connection) => (await connection.QueryAsync<ReturnReasonRow>(
        """
        select r.code, r.fits, r.label, r.words, r.active, r.version, r.updated_at, u.name as updated_by_name
        from return_reasons r left join users u on u.id = r.updated_by order by r.position, r.code
        """)).AsList();

    /// <summary>Those a clerk can choose from now.</summary>
    public static Query<IReadOnlyList<ReturnReason>> Active() => Query.List<ReturnReason>(
        "select code, fits, label, words, active from return_reasons where active order by position, code");

    /// <summary>Adds a reason at the end of the list, before その他.</summary>
    public static Task<ReasonSaved> AddAsync(NpgsqlConnection connection, ReturnReason reason, Actor by, DateTimeOffset now) => SaveAsync(() => connection.ExecuteAsync(
        """
        insert into return_reasons (code, fits, label, words, active, position, updated_at, updated_by)
        select @Code, @Fits, @Label, @Words, @Active, coalesce(max(position), 0) + 1, @now, @UserId from return_reasons where code <> 'other'
        """,
        new { reason.Code, reason.Fits, reason.Label, reason.Words, reason.Active, by.UserId, now }));

    /// <summary>Changes a reason; its code stays.</summary>
    public static Task<ReasonSaved> ChangeAsync(NpgsqlConnection connection, ReturnReason reason, int seenVersion, Actor by, DateTimeOffset now) => SaveAsync(() => connection.ExecuteAsync(
        """
        update return_reasons set fits = @Fits, label = @Label, words = @Words, active = @Active, version = version + 1, updated_at = @now, updated_by = @UserId
        where code = @Code and version = @seenVersion
        """,
        new { reason.Code, reason.Fits, reason.Label, reason.Words, reason.Active, by.UserId, now, seenVersion }));

    /// <summary>Items returned from <paramref name="from"/> to before <paramref name="until"/>, by reason and item, the most frequent first.</summary>
    public static async Task<IReadOnlyList<ReasonCount>> CountAsync(NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset until) => (await connection.QueryAsync<ReasonCount>(
        """
        select c.code, r.label, c.item, c.items, c.applications
        from (
          select i ->> 'code' as code, i ->> 'key' as item, count(*)::integer as items, count(distinct e.application_id)::integer as applications
          from events e cross join jsonb_array_elements(e.items) i
          where e.kind = 'returned' and e.at >= @from and e.at < @until
          group by 1, 2) c
        left join return_reasons r on r.code = c.code
        order by c.items desc, c.code, c.item
        """,
        new { from, until })).AsList();

    private static async Task<ReasonSaved> SaveAsync(Func<Task<int>> write)
    {
        try
        {
            return await write() == 1 ? ReasonSaved.Saved : ReasonSaved.Stale;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return exception.ConstraintName == "return_reasons_label_once" ? ReasonSaved.LabelTaken : ReasonSaved.CodeTaken;
        }
    }
}
