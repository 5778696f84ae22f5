using System.Globalization;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>Application periods are Japan time and end at the end of their last day (要綱 §13).</summary>
public class PeriodTests
{
    [Theory]
    [InlineData("R7-care", "2025-10-16T23:59:59+09:00", false)]
    [InlineData("R7-care", "2025-10-17T00:00:00+09:00", true)]
    [InlineData("R7-care", "2025-10-16T14:59:59Z", false)]
    [InlineData("R7-care", "2025-10-16T15:00:00Z", true)]
    [InlineData("R7-care", "2026-03-13T23:59:59+09:00", true)]
    [InlineData("R7-care", "2026-03-13T23:59:59.9999999+09:00", true)]
    [InlineData("R7-care", "2026-03-14T00:00:00+09:00", false)]
    [InlineData("R7-care", "2026-03-13T14:59:59Z", true)]
    [InlineData("R7-care", "2026-03-13T15:00:00Z", false)]
    [InlineData("R8-care", "2026-05-06T23:59:59+09:00", false)]
    [InlineData("R8-care", "2026-05-07T00:00:00+09:00", true)]
    [InlineData("R8-medical", "2026-05-06T15:00:00Z", true)]
    [InlineData("R8-medical", "2027-03-12T23:59:59+09:00", true)]
    [InlineData("R8-medical", "2027-03-12T14:59:59.9999999Z", true)]
    [InlineData("R8-medical", "2027-03-13T00:00:00+09:00", false)]
    [InlineData("R8-medical", "2027-03-12T05:00:00-10:00", false)]
    public void A_period_runs_from_the_first_to_the_last_moment_of_its_days_in_Japan(string year, string moment, bool open)
    {
        var of = Years.All.Single(y => y.Id == year);
        var now = DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
        Assert.Equal(open, of.IsInPeriod(now));
        Assert.Equal(open, of.IsOpen(now));
    }

    [Fact]
    public void A_stopped_year_is_in_its_period_but_not_open()
    {
        var stopped = Years.R8Care with { StoppedBecause = "システム障害" };
        var now = JapanTime.StartOf(new DateOnly(2026, 6, 1));
        Assert.True(stopped.IsInPeriod(now));
        Assert.False(stopped.IsOpen(now));
        Assert.True((stopped with { StoppedBecause = null }).IsOpen(now));
    }

    [Fact]
    public void No_two_years_of_a_programme_are_open_at_once() =>
        Assert.All(new[] { Programme.Care, Programme.Medical }, programme =>
        {
            var years = Years.All.Where(y => y.Programme == programme).OrderBy(y => y.Opens).ToList();
            Assert.Equal(2, years.Count);
            Assert.True(years[0].Closes < years[1].Opens);
        });

    [Fact]
    public void Years_are_named_as_people_name_them()
    {
        Assert.Equal("令和8年度", Years.R8Care.YearName);
        Assert.Equal("2026", (Years.R8Care with { Year = "2026" }).YearName);
    }
}
