using Dapper;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>内部メモ: for staff only; the applicant never sees it. Never changed, never removed.</summary>
public sealed record CaseNote(DateTimeOffset At, string UserName, string Words);

/// <summary>Notes on a case. The caller has checked that the application may be seen.</summary>
public static class CaseNotes
{
    /// <summary>The latest first.</summary>
    public static Query<IReadOnlyList<CaseNote>> Of(Guid applicationId) =>
        Query.List<CaseNote>(
            "select at, user_name, words from case_notes where application_id = @applicationId order by at desc, id desc limit 200", new { applicationId });

    /// <param name="words">1 to 2,000 characters.</param>
    public static Task AddAsync(NpgsqlConnection connection, Guid applicationId, Guid userId, string userName, string words, DateTimeOffset now) => connection.ExecuteAsync(
        "insert into case_notes (id, application_id, at, user_id, user_name, words) values (@Id, @applicationId, @now, @userId, @userName, @words)",
        new { Id = Guid.CreateVersion7(now), applicationId, now, userId, userName, words });
}
