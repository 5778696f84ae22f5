namespace GrantPortal.Domain.Tests;

public sealed class BusinessCalendarTests
{
    /// <summary>Monday and Wednesday with a citizens' holiday between them, and a day on a Saturday, which counts once.</summary>
    private static readonly BusinessCalendar Calendar = new(new HashSet<DateOnly> { new(2026, 9, 21), new(2026, 9, 22), new(2026, 9, 23), new(2026, 9, 26) });

    [Theory]
    [InlineData("2026-09-17", "2026-09-17", 0)]
    [InlineData("2026-09-17", "2026-09-16", 0)]
    [InlineData("2026-09-17", "2026-09-18", 1)]
    [InlineData("2026-09-18", "2026-09-20", 0)]
    [InlineData("2026-09-18", "2026-09-23", 0)]
    [InlineData("2026-09-18", "2026-09-24", 1)]
    [InlineData("2026-09-18", "2026-09-28", 3)]
    [InlineData("2026-10-01", "2026-10-31", 21)]
    [InlineData("2026-10-03", "2026-10-05", 1)]
    public void Business_days_leave_out_weekends_and_closed_days(string from, string to, int days) =>
        Assert.Equal(days, Calendar.DaysSince(DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Counting_by_weeks_is_counting_day_by_day()
    {
        for (var start = new DateOnly(2026, 9, 1); start < new DateOnly(2026, 9, 15); start = start.AddDays(1))
        {
            var count = 0;
            for (var day = start.AddDays(1); day < new DateOnly(2026, 11, 1); day = day.AddDays(1))
            {
                if (Calendar.IsOpen(day)) count++;
                Assert.Equal(count, Calendar.DaysSince(start, day));
            }
        }
    }
}
