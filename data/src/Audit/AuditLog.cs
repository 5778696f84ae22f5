using System.Text.Json;
using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Audit;

/// <summary>One line of the audit: who signed in, looked, exported, was denied.</summary>
/// <param name="Actor">Null: nobody was signed in.</param>
/// <param name="Action">As in <c>login</c>, <c>login-failed</c>, <c>logout</c>, <c>denied</c>, <c>document-read</c>.</param>
/// <param name="ObjectKind">As in <c>user</c>, <c>path</c>, <c>document</c>.</param>
/// <param name="Address">IP address; null: not a request.</param>
/// <param name="Detail">Anything that serialises to a JSON object. Never secrets.</param>
public sealed record AuditEntry(Actor? Actor, string Action, string? ObjectKind = null, string? ObjectId = null, string? Address = null, object? Detail = null);

/// <summary>See <see cref="AuditLog.Last"/>.</summary>
public sealed record PastAct(DateTimeOffset At, string? Detail);

/// <summary>The append-only history of access.</summary>
public sealed class AuditLog(Database database, TimeProvider clock)
{
    /// <summary>Appends on a connection of its own.</summary>
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await AppendAsync(connection, entry, clock.GetUtcNow());
    }

    /// <summary>When something was last done to an object, with its detail as JSON; null: never.</summary>
    public static Query<PastAct?> Last(string objectKind, string objectId) => Query.One<PastAct>(
        "select at, detail::text from audit where object_id = @objectId and object_kind = @objectKind order by id desc limit 1", new { objectKind, objectId });

    /// <summary>Appends inside the caller's transaction.</summary>
    public static Task AppendAsync(NpgsqlConnection connection, AuditEntry entry, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id, address, detail)
        values (@now, @ActorId, @ActorName, @Action, @ObjectKind, @ObjectId, @Address, @Detail::jsonb)
        """,
        new
        {
            now,
            ActorId = entry.Actor?.UserId,
            ActorName = entry.Actor?.Name ?? "",
            entry.Action,
            entry.ObjectKind,
            entry.ObjectId,
            entry.Address,
            Detail = entry.Detail is null ? null : JsonSerializer.Serialize(entry.Detail),
        });
}
