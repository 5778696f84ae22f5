using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Reviews;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>書類の確認: who confirmed which document, in which submitted version. The caller has checked that the application may be seen.</summary>
public static class Confirmations
{
    /// <summary>Of every version, the oldest first.</summary>
    public static async Task<IReadOnlyList<Confirmation>> OfAsync(NpgsqlConnection connection, Guid applicationId) =>
        (await connection.QueryAsync<Confirmation>(
            """
            select document_id, version, confirmed, at, user_id, user_name
            from document_confirmations where application_id = @applicationId order by version, at, document_id
            """,
            new { applicationId })).AsList();

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

    /// <summary>The contents of the versions in which documents of a later one were confirmed: whether that still holds hangs on them.</summary>
    public static async Task<IReadOnlyDictionary<int, Domain.Applications.ApplicationContent>> ContentsAsync(
        NpgsqlConnection connection, Guid applicationId, SubmittedVersion shown, IReadOnlyList<Confirmation> confirmations)
    {
        var contents = new Dictionary<int, Domain.Applications.ApplicationContent> { [shown.Version] = shown.Content };
        foreach (var version in confirmations.Where(c => c.Version < shown.Version && shown.Documents.Any(d => d.Id == c.DocumentId)).Select(c => c.Version).Distinct())
            contents[version] = (await ApplicationQueries.VersionAsync(connection, applicationId, version))!.Content;
        return contents;
    }
}
