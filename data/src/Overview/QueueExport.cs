using Dapper;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Overview;

/// <summary>One application in an export. Amounts in yen.</summary>
/// <param name="DueOn">The date of ExpectedDates; <see cref="DateOnly.MaxValue"/> for what is finished.</param>
public sealed record ExportLine(
    string ReceiptNumber, Status Status, Programme Programme, string Prefecture, string Number, string Name, string ApplicantName, long AppliedYen, long? GrantedYen,
    DateTimeOffset ReceivedAt, DateOnly DueOn, DateOnly? AnswerBy, DateTimeOffset? DecidedAt, string? TeamName, string? ReviewerName, bool ReturnedBefore, bool Reported, bool CheckFailed,
    bool ReceiptReused);

/// <summary>A whole list of the queue, however long, read row by row.</summary>
public static class QueueExport
{
    /// <summary>In the order of reception. Dispose the enumeration to end the query.</summary>
    public static IAsyncEnumerable<ExportLine> ReadAsync(NpgsqlConnection connection, QueueFilter filter) => connection.QueryUnbufferedAsync<ExportLine>(
        $"""
        select x.receipt_number, x.status, x.programme, x.prefecture, x.number, x.name, p.name as applicant_name, x.applied_yen, x.granted_yen, x.received_at, x.due_on,
          x.answer_by, x.decided_at, t.name as team_name, u.name as reviewer_name, x.returned_before, x.reported, x.check_failed, x.receipt_reused
        from applications x
        join applicants p on p.id = x.applicant_id
        left join teams t on t.id = x.team_id
        left join users u on u.id = x.reviewer_id
        where x.status = any(@Statuses) and x.status <> 'draft'
        {QueueSql.Where(filter)}
        order by x.received_at, x.id
        """,
        QueueSql.Parameters(filter), commandTimeout: 0);
}
