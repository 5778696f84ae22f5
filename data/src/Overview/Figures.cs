using System.Text.Json;
using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Overview;

/// <summary>One number of the dashboard.</summary>
/// <param name="TeamId">Null: no team covers what is counted.</param>
/// <param name="What">Which figure: see <see cref="Figures"/>.</param>
/// <param name="Key">Within the figure: a state, a span of days, a reason, the Monday of a week.</param>
/// <param name="Sum">Yen, or days where days are counted; otherwise 0.</param>
public sealed record FigureCell(Guid? TeamId, string Programme, string What, string Key, long Count, long Sum);

/// <summary>The figures as counted at one moment.</summary>
public sealed record CountedFigures(DateTimeOffset At, IReadOnlyList<FigureCell> Cells);

/// <summary>A programme year with its budget (scheme: budget), yen.</summary>
/// <param name="Budget">Null: unlimited.</param>
/// <param name="Pledged">Committed, and applied for in the open states.</param>
public sealed record YearBudget(string Id, string Year, Programme Programme, long? Budget, long Committed, long Pledged);

/// <summary>Counts the dashboard's figures and keeps them.</summary>
public static class Figures
{
    /// <summary>Applications by state; the sum is what was granted, otherwise what is applied for.</summary>
    public const string Status = "status";

    /// <summary>Applications before their decision by business days since reception (as BusinessCalendar counts them), as in <see cref="WaitingSpans"/>.</summary>
    public const string Waiting = "waiting";

    /// <summary>Decisions of the fiscal year by days of the calendar since reception, as the dates of 要綱 §7 run, as in <see cref="DecisionSpans"/>; the sum is days.</summary>
    public const string Decision = "decision";

    /// <summary>Returned items of the fiscal year by coded reason.</summary>
    public const string Reason = "reason";

    /// <summary>Receptions by week.</summary>
    public const string Received = "received";

    /// <summary>Decisions by week.</summary>
    public const string Decided = "decided";

    /// <summary>Weeks that are told.</summary>
    public const int Weeks = 8;

    /// <summary>First day of each span but the first.</summary>
    public static IReadOnlyList<int> WaitingSpans { get; } = [6, 11, 21, 41];

    /// <inheritdoc cref="WaitingSpans"/>
    public static IReadOnlyList<int> DecisionSpans { get; } = [15, 31, 46, 61];

    /// <summary>Null before they were counted for the first time.</summary>
    public static Query<CountedFigures?> Latest() => Query.One<Row>("select at, cells from figures")
        .Select(row => row is null ? null : new CountedFigures(row.At, JsonSerializer.Deserialize<List<FigureCell>>(row.Cells)!));

    /// <summary>Reads the tables once, in one snapshot, and keeps the result. A second at a million applications.</summary>
    public static async Task<CountedFigures> CountAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        var today = JapanTime.DateOf(now);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var cells = (await connection.QueryAsync<FigureCell>(
            """
            with waited as (
              -- For each day of reception how many business days have come since, today included.
              select d.day, coalesce(sum(case when extract(isodow from d.day) < 6 and h.day is null then 1 else 0 end)
                over (order by d.day desc rows between unbounded preceding and 1 preceding), 0)::integer as days
              from (
                select @today::date - n as day
                from generate_series(0, @today::date - (
                  select min(a.received_at) at time zone 'Asia/Tokyo' from applications a where a.status in ('received', 'reviewing', 'awaiting-decision'))::date) as n) d
              left join holidays h on h.day = d.day
            )
            select a.team_id, a.programme, 'status' as what, a.status as key, count(*) as count, sum(case when a.status = 'granted' then a.granted_yen else a.applied_yen end)::bigint as sum
            from applications a where a.status <> 'draft' group by a.team_id, a.programme, a.status
            union all
            select a.team_id, a.programme, 'waiting', width_bucket(coalesce(w.days, 0), @WaitingSpans)::text, count(*), 0
            from applications a left join waited w on w.day = (a.received_at at time zone 'Asia/Tokyo')::date
            where a.status in ('received', 'reviewing', 'awaiting-decision') group by 1, 2, 4
            union all
            select d.team_id, d.programme, 'decision', width_bucket(d.days, @DecisionSpans)::text, count(*), sum(d.days)
            from (
              select a.team_id, a.programme, (a.decided_at at time zone 'Asia/Tokyo')::date - (a.received_at at time zone 'Asia/Tokyo')::date as days
              from applications a where a.status in ('granted', 'refused') and a.decided_at >= @year) d
            group by 1, 2, 4
            union all
            select a.team_id, a.programme, 'reason', coalesce(i.item ->> 'code', 'other'), count(*), 0
            from events e join applications a on a.id = e.application_id cross join lateral jsonb_array_elements(e.items) as i (item)
            where e.kind = 'returned' and e.at >= @year group by 1, 2, 4
            union all
            select a.team_id, a.programme, 'received', to_char(date_trunc('week', a.received_at at time zone 'Asia/Tokyo'), 'YYYY-MM-DD'), count(*), 0
            from applications a where a.status <> 'draft' and a.received_at >= @weeks group by 1, 2, 4
            union all
            select a.team_id, a.programme, 'decided', to_char(date_trunc('week', a.decided_at at time zone 'Asia/Tokyo'), 'YYYY-MM-DD'), count(*), 0
            from applications a where a.status in ('granted', 'refused') and a.decided_at >= @weeks group by 1, 2, 4
            """,
            new
            {
                today,
                year = JapanTime.StartOf(new DateOnly(JapanTime.FiscalYearOf(today), 4, 1)).ToUniversalTime(),
                weeks = JapanTime.StartOf(monday.AddDays(-7 * (Weeks - 1))).ToUniversalTime(),
                WaitingSpans = WaitingSpans.ToArray(),
                DecisionSpans = DecisionSpans.ToArray(),
            })).AsList();
        await connection.ExecuteAsync(
            """
            insert into figures (at, cells) values (@now, @Cells::jsonb)
            on conflict (single) do update set at = excluded.at, cells = excluded.cells where figures.at < excluded.at
            """,
            new { now, Cells = JsonSerializer.Serialize(cells) });
        return new CountedFigures(now, cells);
    }

    /// <summary>Years that have begun or have something in them, latest first.</summary>
    public static Query<IReadOnlyList<YearBudget>> Budgets(DateOnly today) => Query.List<YearBudget>(
        """
        select y.id, y.year, y.programme, y.budget_yen as budget, t.committed, t.pledged
        from programme_years y
        cross join lateral (
          select coalesce(sum(committed_yen), 0)::bigint as committed, coalesce(sum(committed_yen + open_yen), 0)::bigint as pledged
          from programme_year_totals where year_id = y.id) t
        where y.opens <= @today or t.pledged > 0
        order by y.opens desc, y.id
        """,
        new { today });

    /// <summary>Names by id, dissolved teams too.</summary>
    public static Query<IReadOnlyDictionary<Guid, string>> Teams() =>
        Query.List<(Guid Id, string Name)>("select id, name from teams order by name, id").Select<IReadOnlyDictionary<Guid, string>>(teams => teams.ToDictionary(t => t.Id, t => t.Name));

    /// <summary>Labels of the coded reasons by code.</summary>
    public static Query<IReadOnlyDictionary<string, string>> Reasons() =>
        Query.List<(string Code, string Label)>("select code, label from return_reasons order by position")
            .Select<IReadOnlyDictionary<string, string>>(reasons => reasons.ToDictionary(r => r.Code, r => r.Label, StringComparer.Ordinal));

    private sealed record Row(DateTimeOffset At, string Cells);
}
