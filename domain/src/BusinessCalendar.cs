namespace GrantPortal.Domain;

/// <summary>営業日: every day but Saturdays, Sundays and the given closed days (holidays, year's end), all Japan dates.</summary>
/// <param name="closed">Closed days besides Saturdays and Sundays.</param>
public sealed class BusinessCalendar(IReadOnlySet<DateOnly> closed)
{
    public bool IsOpen(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !closed.Contains(day);

    /// <summary>How many business days have come since: those after <paramref name="from"/>, up to and including <paramref name="to"/>. 0 when there is none between.</summary>
    public int DaysSince(DateOnly from, DateOnly to)
    {
        if (to <= from) return 0;
        // Whole weeks have five; only what is left over and the closed days are looked at.
        var days = to.DayNumber - from.DayNumber;
        var count = days / 7 * 5;
        for (var day = from.AddDays(days / 7 * 7).AddDays(1); day <= to; day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) count++;
        return count - closed.Count(day => day > from && day <= to && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
    }
}
