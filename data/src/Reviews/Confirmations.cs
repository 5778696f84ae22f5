using Dapper;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Reviews;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>書類の確認: who confirmed which document, in which submitted version. The caller has checked that the application may be seen.</summary>
public static class Confirmations
{
    /// <summary>Of every version, the oldest first.</summary>
    public static Query<IReadOnlyList<Confirmation>> Of(Guid applicationId) =>
        Query.List<Confirmation>(
            """
            select document_id, version, confirmed, at, user_id, user_name
            from document_confirmations where application_id = @applicationId order by version, at, document_id
            """,
            new { applicationId });

    /// <summary>Confirms a document, or takes that back. Saying the same again changes nothing: the first moment and person stand.</summary>
    /// <returns>False: the version has no such document.</returns>
    public static async Task<bool> SetAsync(
        NpgsqlConnection connection, Guid applicationId, int version, Guid documentId, bool confirmed, Guid userId, string userName, DateTimeOffset now) =>
        await connection.ExecuteScalarAsync<bool>(
            """
            with known as (
              select application_id, version, document_id from version_documents
              where application_id = @applicationId and version = @version and document_id = @documentId),
            said as (
              insert into document_confirmations as c (application_id, version, document_id, confirmed, at, user_id, user_name)
              select application_id, version, document_id, @confirmed, @now, @userId, @userName from known
              on conflict (application_id, document_id, version) do update
                set confirmed = excluded.confirmed, at = excluded.at, user_id = excluded.user_id, user_name = excluded.user_name
                where c.confirmed <> excluded.confirmed)
            select exists (select from known)
            """,
            new { applicationId, version, documentId, confirmed, userId, userName, now });

    /// <summary>The contents of the versions before one in which its documents were confirmed: whether that still holds hangs on them.</summary>
    public static Query<IReadOnlyDictionary<int, ApplicationContent>> Contents(Guid applicationId, int version) => new(
        """
        select v.version, v.content
        from application_versions v
        where v.application_id = @applicationId and v.version < @version and exists (
          select from document_confirmations c join version_documents d on d.application_id = c.application_id and d.version = @version and d.document_id = c.document_id
          where c.application_id = v.application_id and c.version = v.version)
        """,
        new { applicationId, version },
        async (grid, connection) => (await grid.ReadAsync<(int Version, string Content)>()).ToDictionary(row => row.Version, row => connection.Protection().Read<ApplicationContent>(row.Content)));
}
