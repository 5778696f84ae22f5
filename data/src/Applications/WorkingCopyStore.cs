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
    /// <param name="seen">The revision the page was made from; 0: never saved.</param>
    /// <returns>The new revision; null when somebody else saved something different meanwhile.</returns>
    public static async Task<int?> SaveAsync<T>(NpgsqlConnection connection, Guid applicationId, Section section, T answers, int seen, Guid editor, Guid userId, DateTimeOffset now)
    {
        var text = connection.Protection().Write(answers);
        // Protected twice, the same number reads differently: equal answers stay as they are stored, so that they count as equal.
        if (section == Section.Account && await StoredAsync(connection, applicationId, section) is { } stored && answers!.Equals(connection.Protection().Read<T>(stored))) text = stored;
        return await connection.QuerySingleOrDefaultAsync<int?>(
            """
            insert into working_sections as w (application_id, section, answers, revision, editor, updated_at, updated_by)
            values (@applicationId, @section, @answers::jsonb, 1, @editor, @now, @userId)
            on conflict (application_id, section) do update set
              answers = excluded.answers, editor = excluded.editor, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
              revision = case when w.answers = excluded.answers then w.revision else w.revision + 1 end
            where w.revision = @seen or w.editor = @editor or w.answers = excluded.answers
            returning w.revision
            """,
            new { applicationId, section, answers = text, seen, editor, userId, now });
    }

    private static Task<string?> StoredAsync(NpgsqlConnection connection, Guid applicationId, Section section) => connection.QuerySingleOrDefaultAsync<string>(
        "select answers::text from working_sections where application_id = @applicationId and section = @section", new { applicationId, section });
}
