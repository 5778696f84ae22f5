using System.Text.Json;
using Dapper;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>What a signed-out person posted, kept for a while so that an expired session loses nothing.</summary>
/// <param name="Path">The page that shows it again.</param>
/// <param name="Owner">Whose session had expired; null when unknown. Nobody else gets it back.</param>
/// <param name="Fields">Names and values as posted.</param>
public sealed record ParkedPost(string Path, Guid? Owner, IReadOnlyDictionary<string, string[]> Fields);

public static class ParkedPostStore
{
    /// <summary>Anybody may post signed out: what they can make us keep has an end (300 MB at 64 KB each).</summary>
    private const int Most = 5000;

    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>False when too many are kept already.</returns>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, Guid id, ParkedPost post, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        insert into parked_posts (id, path, fields, created_at)
        select @id, @Path, jsonb_build_object('Owner', @Owner::uuid, 'Protected', @fields::text), @now
        where (select count(*) from (select from parked_posts limit @Most) as kept) < @Most
        """,
        new { id, post.Path, post.Owner, fields = connection.Protection().Hide(JsonSerializer.SerializeToUtf8Bytes(post, Json)), now, Most }) == 1;

    /// <summary>The newest of these posts that belongs to the page and the person, and it is gone; null when there is none.</summary>
    public static async Task<ParkedPost?> TakeAsync(NpgsqlConnection connection, IReadOnlyList<Guid> ids, string path, Guid userId, DateTimeOffset notBefore)
    {
        var text = await connection.QuerySingleOrDefaultAsync<string>(
            """
            delete from parked_posts where id = (
              select id from parked_posts
              where id = any(@ids) and path = @path and created_at >= @notBefore and coalesce((fields ->> 'Owner')::uuid, @userId) = @userId
              order by created_at desc limit 1 for update skip locked)
            returning fields ->> 'Protected'
            """,
            new { ids = ids.ToArray(), path, userId, notBefore });
        return text is null ? null : JsonSerializer.Deserialize<ParkedPost>(connection.Protection().Show(text), Json);
    }

    /// <summary>Deletes what nobody came back for.</summary>
    public static Task<int> PurgeAsync(NpgsqlConnection connection, DateTimeOffset before) =>
        connection.ExecuteAsync("delete from parked_posts where created_at < @before", new { before });
}
