using System.Globalization;
using GrantPortal.Domain;

namespace GrantPortal.Web.Shared.Clock;

/// <summary>The portal's time: the real one, unless it was started at another moment; then it ticks on from there.</summary>
public sealed class PortalClock : TimeProvider
{
    private TimeSpan offset;

    /// <summary>Where it was started; null: it shows the real time.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>On every page while the clock is not the real one.</summary>
    public string? Banner => StartedAt is { } start
        ? string.Create(CultureInfo.InvariantCulture, $"デモのため、ポータルの時計を {JapanTime.At(start):yyyy年M月d日 H:mm} から始めています")
        : null;

    /// <summary>Sets the clock before anything is served.</summary>
    public void StartAt(DateTimeOffset moment)
    {
        StartedAt = moment;
        offset = moment - System.GetUtcNow();
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
}
