using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Domain;
using GrantPortal.Web.Features.Demo;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Clock;

/// <summary>Section <c>Clock</c> of the configuration.</summary>
public sealed class ClockOptions : IValidatableObject
{
    public const string Section = "Clock";

    /// <summary>ISO 8601; without an offset Japan time. Blank: the real time.</summary>
    public string? Start { get; set; }

    /// <exception cref="FormatException">The setting is wrong, which the start of the portal has told already.</exception>
    public DateTimeOffset? ReadStart() =>
        string.IsNullOrWhiteSpace(Start) ? null
        : DateTime.TryParse(Start, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var naive) && naive.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(naive, TimeSpan.FromHours(9))
            : DateTimeOffset.Parse(Start, CultureInfo.InvariantCulture);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrWhiteSpace(Start) && !DateTimeOffset.TryParse(Start, CultureInfo.InvariantCulture, out _))
            yield return new ValidationResult("Clock:Start is no ISO 8601 date and time.");
    }
}

/// <summary>Decides where the portal's clock starts.</summary>
public sealed class ClockStart(PortalClock clock, Database database, IOptions<ClockOptions> options, IOptions<DemoOptions> demo)
{
    /// <summary>How far inside the newest period a demo begins, so that work finished after it opened can be claimed.</summary>
    private const int DaysAfterOpening = 25;

    private const int Hour = 10;

    public async Task SetAsync(CancellationToken cancel)
    {
        if (options.Value.ReadStart() is { } start) clock.StartAt(start);
        else if (demo.Value.Enabled && await ForDemoAsync(cancel) is { } inside) clock.StartAt(inside);
    }

    /// <summary>
    /// Null while a period is open at the real time. A demo begun earlier goes on after the last thing that happened in it, for time never runs back.
    /// </summary>
    private async Task<DateTimeOffset?> ForDemoAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var today = JapanTime.DateOf(clock.GetUtcNow());
        var periods = await connection.QuerySingleAsync<Periods>(
            """
            select exists (select from programme_years where @today between opens and closes) as any_open,
              (select max(opens) from programme_years) as newest,
              (select max(at) from audit) as last
            """,
            new { today });
        if (periods.AnyOpen || periods.Newest is not { } newest) return null;
        var begin = JapanTime.StartOf(newest.AddDays(DaysAfterOpening)).AddHours(Hour);
        return periods.Last > begin ? periods.Last.Value.AddSeconds(1) : begin;
    }

    private sealed class Periods
    {
        public bool AnyOpen { get; init; }
        public DateOnly? Newest { get; init; }
        public DateTimeOffset? Last { get; init; }
    }
}
