using System.Text.Json;
using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Programmes;

/// <summary>A change of a year as the audit keeps it.</summary>
/// <param name="Action"><c>year-changed</c>, <c>year-stopped</c>, <c>year-reopened</c>, <c>year-announced</c> or <c>year-added</c>.</param>
/// <param name="Reason">In the words of who did it; blank: none was asked for.</param>
public sealed record YearEvent(DateTimeOffset At, string ActorName, string Action, string Reason, IReadOnlyList<YearChange> Changes);

/// <summary>An operator's changes of programme years. All methods join the caller's transaction.</summary>
public static class YearEdits
{
    /// <summary>Of the audit's lines about a year.</summary>
    public const string ObjectKind = "programme-year";

    /// <summary>
    /// The year, locked against other changes and against submissions and decisions that count on it, with what a change is measured by; null where there is
    /// none of that id. Changes of years come one at a time, so that two cannot make their periods overlap.
    /// </summary>
    public static async Task<(ProgrammeYear Year, YearStanding Standing)?> ForUpdateAsync(NpgsqlConnection connection, string id, CancellationToken cancel = default)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            select pg_advisory_xact_lock(hashtext('programme_years'));
            select id from programme_years where id = @id for no key update
            """,
            new { id }, cancellationToken: cancel));
        if (await ProgrammeYearStore.FindAsync(connection, id, cancel) is not { } year) return null;
        var reads = new RoundTrip(connection);
        var (budget, inUse, all) = (reads.Ask(ProgrammeYearStore.Budget(id)), reads.Ask(InUse(year)), reads.Ask(ProgrammeYearStore.All()));
        await reads.SendAsync(cancel);
        return (year, new YearStanding(budget.Value.Committed, inUse.Value, [.. all.Value.Where(other => other.Programme == year.Programme && other.Id != year.Id)]));
    }

    /// <returns>False: somebody changed it meanwhile.</returns>
    public static async Task<bool> SaveAsync(NpgsqlConnection connection, ProgrammeYear year, int seen, CancellationToken cancel = default) => await connection.ExecuteAsync(new CommandDefinition(
        """
        update programme_years set
          opens = @Opens, closes = @Closes, earliest_work_date = @EarliestWorkDate, budget_yen = @Budget, stopped_because = @StoppedBecause, announcement = @Announcement,
          announced_at = @AnnouncedAt, cap_basis = @CapBasis, number_scope = @NumberScope, categories = @Categories::jsonb, rates = @Rates::jsonb, version = version + 1
        where id = @Id and version = @seen
        """,
        Values(year, seen), cancellationToken: cancel)) == 1;

    /// <returns>False: there is one already.</returns>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, ProgrammeYear year, CancellationToken cancel = default) => await connection.ExecuteAsync(new CommandDefinition(
        """
        insert into programme_years
          (id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, announcement, announced_at, cap_basis, number_scope, categories, rates, documents)
        values (
          @Id, @Programme, @Year, @Opens, @Closes, @EarliestWorkDate, @Budget, @StoppedBecause, @Announcement, @AnnouncedAt, @CapBasis, @NumberScope, @Categories::jsonb, @Rates::jsonb,
          @Documents::jsonb)
        on conflict do nothing
        """,
        Values(year, 0), cancellationToken: cancel)) == 1;

    /// <summary>What was changed, the latest first.</summary>
    public static Query<IReadOnlyList<YearEvent>> History(string id, int most) => Query.List<EventRow>(
        """
        select at, actor_name, action, detail::text from audit
        where object_id = @id and object_kind = @ObjectKind order by audit.id desc limit @most
        """,
        new { id, ObjectKind, most }).Select<IReadOnlyList<YearEvent>>(rows => [.. rows.Select(row => row.Read())]);

    /// <summary>Whether anything was ever submitted for it. By the receipt numbers, which have an index and tell the year.</summary>
    public static Query<bool> InUse(ProgrammeYear year)
    {
        var from = ReceiptNumbers.Beginning(year);
        return Query.The<bool>(
            """
            select count(*) > 0 from (
              select from applications where status <> 'draft' and receipt_number collate "C" >= @from and receipt_number collate "C" < @until order by receipt_number collate "C" limit 1) a
            """,
            new { from, until = from[..^1] + (char)(from[^1] + 1) });
    }

    private static object Values(ProgrammeYear year, int seen) => new
    {
        year.Id,
        year.Programme,
        year.Year,
        year.Opens,
        year.Closes,
        year.EarliestWorkDate,
        Budget = year.Budget?.Amount,
        year.StoppedBecause,
        Announcement = year.Announcement?.Text,
        AnnouncedAt = year.Announcement?.At,
        year.CapBasis,
        year.NumberScope,
        Categories = ApplicationJson.Write(year.Categories),
        Rates = ApplicationJson.Write(year.Rates),
        Documents = ApplicationJson.Write(year.Documents),
        seen,
    };

    private sealed record EventRow(DateTimeOffset At, string ActorName, string Action, string? Detail)
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

        public YearEvent Read()
        {
            var detail = Detail is null ? null : JsonSerializer.Deserialize<DetailRow>(Detail, Json);
            return new YearEvent(At, ActorName, Action, detail?.Reason ?? "", detail?.Changes ?? []);
        }
    }

    private sealed record DetailRow(string? Reason, IReadOnlyList<YearChange>? Changes);
}
