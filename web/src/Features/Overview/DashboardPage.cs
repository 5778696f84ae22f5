using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Overview;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Overview;

/// <summary>What a team has of one programme. Amounts in yen.</summary>
/// <param name="Applied">In the open states.</param>
public sealed record TeamLine(string Team, string Programme, IReadOnlyList<long> Counts, long Applied, long Granted);

/// <summary>集計.</summary>
/// <param name="Team">A team's id, <see cref="NoTeam"/>, or blank: all.</param>
public sealed record DashboardPage(
    CountedFigures Counted, IReadOnlyList<YearBudget> Years, IReadOnlyDictionary<Guid, string> Teams, IReadOnlyDictionary<string, string> Reasons, Programme? Programme, string Team,
    DateOnly Today)
{
    /// <summary>What no team covers.</summary>
    public const string NoTeam = "none";

    private static readonly string[] NoTeamsName = ["担当班なし"];

    private IReadOnlyList<FigureCell> Cells => field ??= [.. Counted.Cells.Where(c =>
        (Programme is null || c.Programme == Codes.Of(Programme.Value)) && (Team.Length == 0 || (Team == NoTeam ? c.TeamId is null : c.TeamId?.ToString() == Team)))];

    public static IReadOnlyList<Status> Statuses { get; } =
        [Status.Received, Status.Reviewing, Status.AwaitingDecision, Status.Returned, Status.Granted, Status.Refused, Status.Withdrawn];

    public IReadOnlyList<Choice> TeamChoices => [new("", "すべての班"), .. Teams.Select(t => new Choice(t.Key.ToString(), t.Value)), new(NoTeam, NoTeamsName[0])];

    public DateTimeOffset At => JapanTime.At(Counted.At);

    public long CountOf(Status status) => Count(Figures.Status, status.Code());

    /// <summary>Yen applied for in the open states.</summary>
    public long Open => Cells.Where(c => c.What == Figures.Status && Domain.Applications.Statuses.FromCode(c.Key)?.IsOpen() == true).Sum(c => c.Sum);

    /// <summary>Yen granted.</summary>
    public long Granted => Cells.Where(c => c.What == Figures.Status && c.Key == Status.Granted.Code()).Sum(c => c.Sum);

    /// <summary>Of the fiscal year's decisions; null where there are none.</summary>
    public double? AverageDays => Cells.Where(c => c.What == Figures.Decision).ToList() is { Count: > 0 } decided ? (double)decided.Sum(c => c.Sum) / decided.Sum(c => c.Count) : null;

    public Chart Weekly => new("weekly", "受付と決定（週ごと）", "週", "件", ["受付", "決定"],
        [.. WeekStarts.Select(w => new ChartRow($"{w:M月d日}～", [Count(Figures.Received, Key(w)), Count(Figures.Decided, Key(w))]))], "受付は、最新の提出の日で数えます。");

    public Chart Waiting => Spans("waiting", "決定を待っている日数", Figures.Waiting, Figures.WaitingSpans, "営業日", "受付済・審査中・決裁待ちの案件の、受付からの営業日数です。差戻し中のものは数えません。");

    public Chart Decisions => Spans("decisions", "決定までの日数", Figures.Decision, Figures.DecisionSpans, "日",
        $"{JapanTime.FiscalYearName(JapanTime.FiscalYearOf(Today))}の決定です。休日も数えます。{(AverageDays is { } days ? string.Create(CultureInfo.InvariantCulture, $"平均 {days:0.0}日。") : "")}");

    public Chart Returned => new("reasons", "差戻しの理由", "理由", "件", ["項目の数"],
        [.. Cells.Where(c => c.What == Figures.Reason).GroupBy(c => c.Key, StringComparer.Ordinal).Select(g => new ChartRow(Reasons.GetValueOrDefault(g.Key, g.Key), [g.Sum(c => c.Count)]))
            .OrderByDescending(r => r.Values[0]).ThenBy(r => r.Label, StringComparer.Ordinal)],
        $"{JapanTime.FiscalYearName(JapanTime.FiscalYearOf(Today))}に差し戻した項目の数です。");

    /// <summary>By programme year; teams have no budget of their own.</summary>
    public Chart Budget => new("budget", "予算と交付決定額", "事業・年度", "円", ["交付決定額", "決定額と申請中の額", "予算"],
        [.. Years.Where(y => Programme is null || y.Programme == Programme).Select(y => new ChartRow($"{y.Year} {NameOf(y.Programme)}", [y.Committed, y.Pledged, y.Budget]))],
        "予算の「—」は、上限が定められていない年度です。班での絞り込みは効きません。");

    public IReadOnlyList<TeamLine> Lines => [.. Cells.Where(c => c.What == Figures.Status).GroupBy(c => (c.TeamId, c.Programme)).Select(g => new TeamLine(
            g.Key.TeamId is { } team ? Teams.GetValueOrDefault(team, "（不明な班）") : NoTeamsName[0], NameOf(Codes.From<Programme>(g.Key.Programme) ?? default),
            [.. Statuses.Select(s => g.Where(c => c.Key == s.Code()).Sum(c => c.Count))],
            g.Where(c => Domain.Applications.Statuses.FromCode(c.Key)?.IsOpen() == true).Sum(c => c.Sum), g.Where(c => c.Key == Status.Granted.Code()).Sum(c => c.Sum)))
        .OrderBy(l => l.Team, StringComparer.Ordinal).ThenBy(l => l.Programme, StringComparer.Ordinal)];

    private IEnumerable<DateOnly> WeekStarts
    {
        get
        {
            var monday = Today.AddDays(-(((int)Today.DayOfWeek + 6) % 7));
            return Enumerable.Range(0, Figures.Weeks).Select(w => monday.AddDays(-7 * (Figures.Weeks - 1 - w)));
        }
    }

    private static string NameOf(Programme programme) => programme == Domain.Programmes.Programme.Care ? "介護" : "医療";

    private static string Key(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private long Count(string what, string key) => Cells.Where(c => c.What == what && c.Key == key).Sum(c => c.Count);

    private Chart Spans(string id, string title, string what, IReadOnlyList<int> firsts, string unit, string note) => new(id, title, "日数", "件", ["件数"],
        [.. Enumerable.Range(0, firsts.Count + 1).Select(i => new ChartRow(
            i == 0 ? $"{firsts[0] - 1}{unit}以内" : i == firsts.Count ? $"{firsts[^1]}{unit}以上" : $"{firsts[i - 1]}～{firsts[i] - 1}{unit}",
            [Count(what, i.ToString(CultureInfo.InvariantCulture))]))],
        note);
}
