using Dapper;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Applications;

/// <summary>Somebody says a number under which another applicant's application is live is theirs.</summary>
public sealed record NumberReport(string ApplicantName, string Words, DateTimeOffset ReportedAt, string ReportedByName, string ReportedByEmail);

/// <summary>Reports of numbers (rule 2 of 「申請が満たすこと」). Staff see them beside the live application; the two applicants learn nothing of each other.</summary>
public static class NumberReports
{
    /// <summary>One report per draft and number; a repeat changes nothing.</summary>
    public static Task AddAsync(NpgsqlConnection connection, Guid applicationId, Programme programme, string number, string words, Guid userId, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            insert into number_reports (application_id, programme, number, words, reported_at, reported_by)
            select @applicationId, @programme, @number, @words, @now, @userId
            where exists (select from applications a where a.programme = @programme and a.number = @number and a.status not in ('draft', 'refused', 'withdrawn'))
            on conflict (application_id, number) do nothing
            """,
            new { applicationId, programme, number, words, now, userId });

    /// <summary>Reports about a live application's number by others, oldest first.</summary>
    public static async Task<IReadOnlyList<NumberReport>> AboutAsync(NpgsqlConnection connection, Guid applicationId, Programme programme, string number) =>
        (await connection.QueryAsync<NumberReport>(
            """
            select p.name as applicant_name, r.words, r.reported_at, u.name as reported_by_name, u.email as reported_by_email
            from number_reports r
            join applications a on a.id = r.application_id
            join applicants p on p.id = a.applicant_id
            join users u on u.id = r.reported_by
            where r.programme = @programme and r.number = @number and r.application_id <> @applicationId
            order by r.id limit 20
            """,
            new { applicationId, programme, number })).AsList();
}
