using GrantPortal.Domain;

namespace GrantPortal.Bench.Seed;

/// <summary>When things happen in the seeded country: fixed, so that two seeds are alike whenever they run.</summary>
internal static class Calendar
{
    private static readonly (double Until, DateOnly First, DateOnly Last, string Year)[] Phases =
    [
        (0.25, new(2025, 10, 17), new(2026, 3, 13), "R7"),
        (0.70, new(2026, 5, 7), new(2026, 9, 19), "R8"),
        (1.00, new(2026, 9, 20), new(2026, 11, 18), "R8"),
    ];

    /// <summary>When accounts begin.</summary>
    public static DateTimeOffset Start { get; } = JapanTime.StartOf(new DateOnly(2025, 9, 1)).ToUniversalTime();

    /// <summary>Nothing happens after it; a portal on this data starts its clock here or later.</summary>
    public static DateTimeOffset End { get; } = JapanTime.StartOf(new DateOnly(2026, 11, 20)).AddHours(18).ToUniversalTime();

    /// <summary>0: last year's, 1: months ago, 2: lately.</summary>
    public static int Phase(int index, int count) => Array.FindIndex(Phases, p => (double)index / count < p.Until);

    /// <summary>As in <c>R8</c>.</summary>
    public static string Year(int phase) => Phases[phase].Year;

    /// <summary>The first submission of the <paramref name="index"/>-th application: in order, between 8 and 19 o'clock, whole seconds.</summary>
    public static DateTimeOffset Submission(int index, int count)
    {
        var phase = Phase(index, count);
        var (until, first, last, _) = Phases[phase];
        var from = phase == 0 ? 0 : Phases[phase - 1].Until;
        var days = ((((double)index / count) - from) / (until - from)) * (last.DayNumber - first.DayNumber + 1);
        var day = Math.Min((int)days, last.DayNumber - first.DayNumber);
        return JapanTime.StartOf(first.AddDays(day)).AddSeconds((int)(3600 * (8 + (11 * Math.Min(1, days - day))))).ToUniversalTime();
    }
}
