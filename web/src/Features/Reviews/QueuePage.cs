using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Microsoft.AspNetCore.WebUtilities;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>The queue's address: what is looked at. Whatever it does not understand is left out.</summary>
public sealed record QueueAddress
{
    /// <summary>Every state's applications.</summary>
    public const string All = "all";

    /// <summary>A state's code, or <see cref="All"/>.</summary>
    public string? Status { get; init; }

    /// <summary><c>care</c> or <c>medical</c>.</summary>
    public string? Programme { get; init; }

    /// <summary>自分の担当.</summary>
    public bool Mine { get; init; }

    /// <summary>Search text.</summary>
    public string? Q { get; init; }

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
    public Status? Only(Actor actor) => Statuses.FromCode(Status) is { } named && Tabs.Contains(named) ? named : Status == All || Mine || Search is not null ? null : Waiting(actor);

    /// <summary>The work that waits for this person: for who only decides, decisions; for all others what came in.</summary>
    private static Status Waiting(Actor actor) =>
        actor.Is(StaffRole.Approver) && !actor.Is(StaffRole.Reviewer) ? Domain.Applications.Status.AwaitingDecision : Domain.Applications.Status.Received;

    public Programme? OfProgramme => Codes.From<Programme>(Programme);

    public QueueSearch? Search => QueueSearch.Parse(Q);

    public QueueFilter Filter(Actor actor)
    {
        IReadOnlyList<Status> statuses = Only(actor) is { } one ? [one] : Mine ? Open : Tabs;
        return new QueueFilter(statuses, OfProgramme, Mine ? actor.UserId : null, Search);
    }

    public QueuePosition? Position =>
        After?.Split('_') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var received) && received <= DateTime.MaxValue.Ticks
            && Guid.TryParse(id, out var guid)
            ? new QueuePosition(new DateTimeOffset(received, TimeSpan.Zero), guid)
            : null;

    /// <summary>The value of <see cref="After"/> for the page behind this line.</summary>
    public static string Behind(QueueLine last) => $"{last.ReceivedAt.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{last.Id}";

    public override string ToString()
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);
        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value)) query[name] = value;
        }

        Add("status", Status);
        Add("mine", Mine ? "true" : null);
        Add("programme", OfProgramme is { } programme ? Codes.Of(programme) : null);
        Add("q", Q);
        Add("after", After);
        return QueryHelpers.AddQueryString("/review", query);
    }
}

/// <summary>The queue.</summary>
/// <param name="Lines">One page.</param>
/// <param name="More">Whether there are further pages.</param>
/// <param name="Counts">By state, for the tabs; counted up to <see cref="ReviewQueries.MostCounted"/>.</param>
/// <param name="MineCount">自分の担当.</param>
public sealed record QueuePage(QueueAddress Address, Status? Only, IReadOnlyList<QueueLine> Lines, bool More, IReadOnlyList<QueueCount> Counts, int MineCount, bool MayClaim, DateOnly Today)
{
    /// <summary>Applications on a page.</summary>
    public const int Size = 50;

    public string CountOf(Status status) => Words(Counts.FirstOrDefault(c => c.Status == status)?.Count);

    public string MineWords => Words(MineCount);

    /// <summary>Calendar days since reception.</summary>
    public int DaysWaiting(QueueLine line) => Math.Max(0, Today.DayNumber - JapanTime.DateOf(line.ReceivedAt).DayNumber);

    /// <summary>The month of review has ended and the first review is not done (要綱 §7): told, never a gate.</summary>
    public bool IsLate(QueueLine line) => line.Status is Status.Received or Status.Reviewing && Today > ExpectedDates.ReviewBy(line.ReceivedAt);

    private static string Words(int? count) => count switch
    {
        null => "",
        >= ReviewQueries.MostCounted => $"{ReviewQueries.MostCounted:#,0}以上",
        _ => $"{count:#,0}",
    };
}
