using Dapper;
using GrantPortal.Domain.Applications;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>Saves single steps of the working copy, so that people on different steps never collide and nobody overwrites silently.</summary>
public static class WorkingCopyStore
{
    /// <summary>
    /// Saves a step's answers if the stored ones are those the writer saw, or were saved by the same page (its repeat after a lost
    /// answer), or say the same.
    /// </summary>
    /// <param name="stored">As loaded under the application's lock.</param>
    /// <param name="seen">The revision the page was made from; 0: never saved.</param>
    /// <returns>The new revision; null when somebody else saved something different meanwhile.</returns>
    public static Task<int?> SaveAsync<T>(
        NpgsqlConnection connection, Guid applicationId, Section section, T answers, T stored, int seen, Guid editor, Guid userId, DateTimeOffset now) =>
        connection.QuerySingleOrDefaultAsync<int?>(
            """
            insert into working_sections as w (application_id, section, answers, revision, editor, updated_at, updated_by)
            values (@applicationId, @section, @answers::jsonb, 1, @editor, @now, @userId)
            on conflict (application_id, section) do update set
              answers = case when @same then w.answers else excluded.answers end, editor = excluded.editor, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
              revision = case when @same or w.answers = excluded.answers then w.revision else w.revision + 1 end
            where w.revision = @seen or w.editor = @editor or @same or w.answers = excluded.answers
            returning w.revision
            """,
            // Protected twice, the same number reads differently: answers equal to those stored stay as they are.
            new { applicationId, section, answers = connection.Protection().Write(answers), same = section == Section.Account && answers!.Equals(stored), seen, editor, userId, now });
}
