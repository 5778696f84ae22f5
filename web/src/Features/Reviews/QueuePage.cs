using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Forms;
using Microsoft.AspNetCore.WebUtilities;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>The queue's address: what is looked at, and in which order. Whatever it does not understand is left out.</summary>
public sealed record QueueAddress
{
    /// <summary>Every state's applications.</summary>
    public const string All = "all";

    /// <summary>On nobody's list.</summary>
    public const string Nobody = "none";

    /// <summary>A state's code, or <see cref="All"/>.</summary>
    public string? Status { get; init; }

    /// <summary><c>care</c> or <c>medical</c>.</summary>
    public string? Programme { get; init; }

    /// <summary>都道府県番号, two digits.</summary>
    public string? Prefecture { get; init; }

    /// <summary>A team's id.</summary>
    public string? Team { get; init; }

    /// <summary>A clerk's id, or <see cref="Nobody"/>.</summary>
    public string? Assignee { get; init; }

    /// <summary>A code of <see cref="QueueFlag"/>.</summary>
    public string? Flag { get; init; }

    /// <summary>目安超過.</summary>
    public bool Overdue { get; init; }

    /// <summary>Yen.</summary>
    public string? AmountFrom { get; init; }

    /// <summary>Yen.</summary>
    public string? AmountTo { get; init; }

    /// <summary>受付日, from.</summary>
    public string? From { get; init; }

    /// <summary>受付日, to; both days included.</summary>
    public string? To { get; init; }

    /// <summary>自分の担当.</summary>
    public bool Mine { get; init; }

    /// <summary>Search text.</summary>
    public string? Q { get; init; }

    /// <summary><c>urgency</c>, <c>date</c> or <c>amount</c>, with a minus in front the other way.</summary>
    public string? Sort { get; init; }

    /// <summary>Where the page goes on.</summary>
    public string? After { get; init; }

    public static IReadOnlyList<Status> Tabs { get; } =
    [
        Domain.Applications.Status.Received, Domain.Applications.Status.Reviewing, Domain.Applications.Status.AwaitingDecision, Domain.Applications.Status.Returned,
        Domain.Applications.Status.Granted, Domain.Applications.Status.Refused, Domain.Applications.Status.Withdrawn,
    ];

    /// <summary>States in which an application's amount is still applied for.</summary>
    public static IReadOnlyList<Status> Open { get; } = [.. Tabs.Where(s => s.IsOpen())];

    /// <summary>One state; null: several.</summary>
    public Status? Only(Actor actor) =>
        Statuses.FromCode(Status) is { } named && Tabs.Contains(named) ? named : Status == All || Mine || Search is not null ? null : Waiting(actor);

    /// <summary>The work that waits for this person: for who only decides, decisions; for all others what came in.</summary>
    private static Status Waiting(Actor actor) =>
        actor.Is(StaffRole.Approver) && !actor.Is(StaffRole.Reviewer) ? Domain.Applications.Status.AwaitingDecision : Domain.Applications.Status.Received;

    public Programme? OfProgramme => Codes.From<Programme>(Programme);

    public string? OfPrefecture => Prefectures.NameOf(Prefecture) is null ? null : Prefecture;

    public QueueFlag? OfFlag => Codes.From<QueueFlag>(Flag);

    public QueueSearch? Search => QueueSearch.Parse(Q);

    public QueueOrder Order => new(Codes.From<QueueSort>(Sort?.TrimStart('-')) ?? QueueSort.Urgency, Sort?.StartsWith('-') == true);

    /// <summary>Whether anything but a tab narrows the list.</summary>
    public bool IsNarrowed => Tab.Values().Count < (this with { Sort = null, After = null }).Values().Count;

    /// <summary>Whether more than the search and the programme do.</summary>
    public bool IsNarrowedFurther => (this with { Status = null, Mine = false, Q = null, Programme = null, After = null }).Values().Count > 0;

    /// <summary>The tab alone.</summary>
    public QueueAddress Tab => new() { Status = Status, Mine = Mine };

    /// <param name="today">In Japan.</param>
    public QueueFilter Filter(Actor actor, DateOnly today)
    {
        IReadOnlyList<Status> statuses = Only(actor) is { } one ? [one] : Mine || Overdue ? Open : Tabs;
        return new QueueFilter(statuses, OfProgramme, Mine ? actor.UserId : Id(Assignee), Search)
        {
            Prefecture = OfPrefecture,
            Team = Id(Team),
            Unassigned = !Mine && Assignee == Nobody,
            Flag = OfFlag,
            OverdueOn = Overdue ? today : null,
            AmountFrom = YenOf(AmountFrom),
            AmountTo = YenOf(AmountTo),
            ReceivedFrom = DateOf(From),
            ReceivedTo = DateOf(To),
            WithoutConflictsOf = actor.UserId,
        };
    }

    public QueuePosition? Position =>
        After?.Split('_') is [var due, var yen, var ticks, var id]
            && DateOnly.TryParseExact(due, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && long.TryParse(yen, NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var received) && received <= DateTime.MaxValue.Ticks
            && Guid.TryParse(id, out var guid)
            ? new QueuePosition(day, amount, new DateTimeOffset(received, TimeSpan.Zero), guid)
            : null;

    /// <summary>The value of <see cref="After"/> for the page behind this line.</summary>
    public static string Behind(QueuePosition last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.DueOn:yyyyMMdd}_{last.AppliedYen}_{last.ReceivedAt.UtcTicks}_{last.Id}");

    /// <summary>The query alone, as it is kept under a name.</summary>
    public string Query => ToString()["/review".Length..].TrimStart('?');

    public override string ToString() => QueryHelpers.AddQueryString("/review", Values());

    /// <summary>Name and value of everything understood, in the order of the address.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Values()
    {
        var query = new List<KeyValuePair<string, string?>>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value)) query.Add(new(name, value));
        }

        Add("status", Status);
        Add("mine", Mine ? "true" : null);
        Add("programme", OfProgramme is { } programme ? Codes.Of(programme) : null);
        Add("prefecture", OfPrefecture);
        Add("team", Id(Team)?.ToString());
        Add("assignee", Assignee == Nobody ? Nobody : Id(Assignee)?.ToString());
        Add("flag", OfFlag is { } flag ? Codes.Of(flag) : null);
        Add("overdue", Overdue ? "true" : null);
        Add("amountFrom", Text(YenOf(AmountFrom)));
        Add("amountTo", Text(YenOf(AmountTo)));
        Add("from", Text(DateOf(From)));
        Add("to", Text(DateOf(To)));
        Add("q", Q);
        Add("sort", Order == default ? null : $"{(Order.Descending ? "-" : "")}{Codes.Of(Order.Sort)}");
        Add("after", After);
        return query;
    }

    private static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    private static long? YenOf(string? text) => !string.IsNullOrWhiteSpace(text) && Yen.TryParse(text, out var yen) ? yen.Amount : null;

    private static DateOnly? DateOf(string? text) => JapanTime.TryParseDate(text, out var date) ? date : null;

    private static string? Text(IFormattable? value) => value switch
    {
        null => null,
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => value.ToString(null, CultureInfo.InvariantCulture),
    };
}

/// <summary>The queue.</summary>
/// <param name="Lines">One page.</param>
/// <param name="More">Whether there are further pages.</param>
/// <param name="Counts">By state, for the tabs; counted up to <see cref="ReviewQueries.MostCounted"/>.</param>
/// <param name="MineCount">自分の担当.</param>
public sealed record QueuePage(
    QueueAddress Address, Status? Only, IReadOnlyList<QueueLine> Lines, bool More, IReadOnlyList<QueueCount> Counts, int MineCount, Actor Actor, DateOnly Today, QueueSurroundings Around)
{
    /// <summary>Applications on a page.</summary>
    public const int Size = 50;

    /// <summary>The list was walked only so far, and the page is not full: there may be more behind.</summary>
    public bool MayMiss { get; init; }

    public string CountOf(Status status) => Words(Counts.FirstOrDefault(c => c.Status == status)?.Count);

    public string MineWords => Words(MineCount);

    public bool MayClaim => Permissions.Allows(Permission.Claim, Actor);

    public bool MayAssign => Permissions.Allows(Permission.AssignCases, Actor);

    public bool MayDecide => Permissions.Allows(Permission.Decide, Actor);

    /// <summary>Whether cases can be chosen on this list: to be decided together, or to be put on another list.</summary>
    public bool Selects => MayAssign || (MayDecide && Only == Status.AwaitingDecision);

    /// <summary>営業日 since reception, holidays left out.</summary>
    public int DaysWaiting(QueueLine line) => Around.Calendar.DaysSince(JapanTime.DateOf(line.ReceivedAt), Today);

    /// <summary>Its date has passed (要綱 §7; in 差戻し the date an answer is asked by): told, never a gate.</summary>
    public bool IsLate(QueueLine line) => line.Status.IsOpen() && Today > line.DueOn;

    /// <summary>Can be put on another list, or decided with others.</summary>
    public bool CanSelect(QueueLine line) => MayDecide && Only == Status.AwaitingDecision
        ? line.Status == Status.AwaitingDecision
        : line.Status is Status.Received or Status.Reviewing or Status.Returned;

    public static IReadOnlyList<Choice> Programmes { get; } = [new("", "すべての事業"), new("care", "介護事業所"), new("medical", "医療機関")];

    public static IReadOnlyList<Choice> States { get; } = [new("", "指定しない"), new(QueueAddress.All, "すべて"), .. QueueAddress.Tabs.Select(s => new Choice(s.Code(), s.Name()))];

    public static IReadOnlyList<Choice> Places { get; } = [new("", "すべて"), .. Prefectures.All.Select(p => new Choice(p.Code, p.Name))];

    public static IReadOnlyList<Choice> Flags { get; } =
    [
        new("", "指定しない"), new(Codes.Of(QueueFlag.Reported), "番号の申し出あり"), new(Codes.Of(QueueFlag.Failed), "自動確認で否"), new(Codes.Of(QueueFlag.Returned), "差戻しあり"),
        new(Codes.Of(QueueFlag.Reused), "領収書の重複"), new(Codes.Of(QueueFlag.Uncovered), "担当班なし"),
    ];

    public static IReadOnlyList<Choice> Sorts { get; } = [new("", "急ぐ順"), new("date", "受付の古い順"), new("-date", "受付の新しい順"), new("-amount", "申請額の大きい順"), new("amount", "申請額の小さい順")];

    public IEnumerable<Choice> Teams => [new("", "すべて"), .. Around.Teams.Select(t => new Choice(t.Id.ToString(), t.Name))];

    public IEnumerable<Choice> Assignees => [new("", "すべて"), new(QueueAddress.Nobody, "担当者なし"), .. Around.Clerks.Select(c => new Choice(c.Id.ToString(), c.Name))];

    /// <summary>Where selected cases can be put.</summary>
    public IEnumerable<Choice> Targets =>
    [
        new("", "選んでください"), new("team", "班の一覧に戻す"), .. Around.Clerks.Select(c => new Choice($"clerk:{c.Id}", $"{c.Name}さん")),
        .. Around.Teams.Select(t => new Choice($"team:{t.Id}", $"「{t.Name}」の一覧")),
    ];

    private static string Words(int? count) => count switch
    {
        null => "",
        >= ReviewQueries.MostCounted => $"{ReviewQueries.MostCounted:#,0}以上",
        _ => $"{count:#,0}",
    };
}
