using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>A returned application one of whose members is to be reminded.</summary>
/// <param name="Version">The application's, since it was returned.</param>
/// <param name="Returned">The items, as stored.</param>
public sealed record WaitingReturn(
    Guid ApplicationId, int Version, string YearId, string ReceiptNumber, string Name, DateOnly AnswerBy, string Returned, Guid UserId, string Email)
{
    public IReadOnlyList<ReturnedItem> ReturnedItems => ApplicationJson.Read<IReadOnlyList<ReturnedItem>>(Returned);
}

/// <summary>Applications whose answer to a return is asked by a day, for the mails before it.</summary>
public static class ReturnReminders
{
    /// <summary>Returned applications with their members who may answer, in order, after <paramref name="after"/>.</summary>
    public static async Task<IReadOnlyList<WaitingReturn>> PageAsync(NpgsqlConnection connection, DateOnly answerBy, WaitingReturn? after, int most) =>
        (await connection.QueryAsync<WaitingReturn>(
            """
            select a.id as application_id, a.version, a.year_id, a.receipt_number, a.name, a.answer_by, a.returned, m.user_id, u.email
            from applications a
            join memberships m on m.applicant_id = a.applicant_id and m.role in ('owner', 'clerk')
            join users u on u.id = m.user_id
            where a.status = 'returned' and a.answer_by = @answerBy
              and (@afterId::uuid is null or (a.id, m.user_id) > (@afterId, @afterUser))
            order by a.id, m.user_id limit @most
            """,
            new { answerBy, afterId = after?.ApplicationId, afterUser = after?.UserId, most })).AsList();
}
