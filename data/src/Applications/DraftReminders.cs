using Dapper;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>A draft one of whose members is to be reminded.</summary>
public sealed record WaitingDraft(Guid ApplicationId, Guid UserId, string Email, string? Name);

/// <summary>Drafts that were never submitted, for the mails before a period ends.</summary>
public static class DraftReminders
{
    /// <summary>Drafts of a programme with their members who may submit, in order, after <paramref name="after"/>.</summary>
    public static async Task<IReadOnlyList<WaitingDraft>> PageAsync(NpgsqlConnection connection, Programme programme, WaitingDraft? after, int most) =>
        (await connection.QueryAsync<WaitingDraft>(
            """
            select a.id as application_id, m.user_id, u.email, w.answers ->> 'name' as name
            from applications a
            join memberships m on m.applicant_id = a.applicant_id and m.role in ('owner', 'clerk')
            join users u on u.id = m.user_id
            left join working_sections w on w.application_id = a.id and w.section = 'office'
            where a.status = 'draft' and a.programme = @programme
              and (@afterId::uuid is null or (a.id, m.user_id) > (@afterId, @afterUser))
            order by a.id, m.user_id limit @most
            """,
            new { programme, afterId = after?.ApplicationId, afterUser = after?.UserId, most })).AsList();
}
