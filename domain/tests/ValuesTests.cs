using System.Globalization;
using FsCheck.Fluent;

namespace GrantPortal.Domain.Tests;

/// <summary>Yen and dates as people type them.</summary>
public class ValuesTests
{
    [Theory]
    [InlineData("64000", 64_000)]
    [InlineData("64,000", 64_000)]
    [InlineData("６４，０００円", 64_000)]
    [InlineData("￥64,000", 64_000)]
    [InlineData("\\64000", 64_000)]
    [InlineData(" 0064000 ", 64_000)]
    [InlineData("9999999999", 9_999_999_999)]
    [InlineData("0", 0)]
    [InlineData("", 0)]
    [InlineData("　", 0)]
    [InlineData(null, 0)]
    public void Yen_are_read_as_people_type_them(string? typed, long yen)
    {
        Assert.True(Yen.TryParse(typed, out var read));
        Assert.Equal(yen, read.Amount);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("−1")]
    [InlineData("64.5")]
    [InlineData("64．5")]
    [InlineData("1e5")]
    [InlineData("10000000000")]
    [InlineData("六万")]
    [InlineData("64 000")]
    [InlineData("円")]
    [InlineData(",")]
    [InlineData("0x10")]
    public void Anything_else_is_no_yen(string typed) => Assert.False(Yen.TryParse(typed, out _));

    [Fact]
    public void Yen_are_never_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Yen(-1));
        Assert.Equal(Yen.Zero, new Yen(5).Less(new Yen(6)));
        Assert.Equal(new Yen(1), new Yen(6).Less(new Yen(5)));
        Assert.Throws<OverflowException>(() => new Yen(long.MaxValue) + new Yen(1));
    }

    [Fact]
    public void Yen_compare_as_amounts_and_read_back_as_they_are_shown() => Properties.Hold(
        from a in Gen.Choose(0, int.MaxValue) from b in Gen.Choose(0, int.MaxValue) select (a, b),
        x =>
        {
            var (a, b) = (new Yen(x.a), new Yen(x.b));
            return a < b == x.a < x.b && a >= b == x.a >= x.b && a > b == x.a > x.b && a <= b == x.a <= x.b && a.CompareTo(b) == x.a.CompareTo(x.b)
                && Yen.Min(a, b).Amount == Math.Min(x.a, x.b) && Yen.TryParse(a.ToString(), out var read) && read == a && a.FloorThousand().Amount == x.a / 1000 * 1000L;
        });

    [Theory]
    [InlineData("2026-06-01")]
    [InlineData("2026/6/1")]
    [InlineData("2026.6.1")]
    [InlineData("20260601")]
    [InlineData("2026年6月1日")]
    [InlineData("２０２６年６月１日")]
    [InlineData("令和8年6月1日")]
    [InlineData("R8.6.1")]
    [InlineData("r8/6/1")]
    public void Dates_are_read_as_people_type_them(string typed)
    {
        Assert.True(JapanTime.TryParseDate(typed, out var date));
        Assert.Equal(new DateOnly(2026, 6, 1), date);
    }

    [Fact]
    public void The_first_year_of_an_era_may_be_called_gannen() => Assert.True(JapanTime.TryParseDate("令和元年5月1日", out var date) && date == new DateOnly(2019, 5, 1));

    [Theory]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-10")]
    [InlineData("2026-06-31")]
    [InlineData("2026-06-00")]
    [InlineData("26-6-1")]
    [InlineData("2026-6")]
    [InlineData("2026-6-1-1")]
    [InlineData("99999-1-1")]
    [InlineData("あした")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_else_is_no_date(string? typed) => Assert.False(JapanTime.TryParseDate(typed, out _));

    [Fact]
    public void A_leap_day_is_a_date() => Assert.True(JapanTime.TryParseDate("2028-02-29", out _));

    [Fact]
    public void Any_date_reads_back_in_every_way_of_writing() => Properties.Hold(Gen.Choose(0, 20_000).Select(n => new DateOnly(2019, 5, 1).AddDays(n)), date =>
        new[] { "yyyy-MM-dd", "yyyy/M/d", "yyyyMMdd", "yyyy年M月d日" }.Select(f => date.ToString(f, CultureInfo.InvariantCulture))
            .Append($"令和{date.Year - 2018}年{date.Month}月{date.Day}日").Append($"R{date.Year - 2018}.{date.Month}.{date.Day}")
            .All(t => JapanTime.TryParseDate(t, out var read) && read == date));

    [Fact]
    public void No_text_whatever_makes_dates_or_yen_throw() => Properties.Hold(Properties.HostileText, text =>
        (!Yen.TryParse(text, out var yen) || yen.Amount is >= 0 and <= Yen.LargestTyped) && (!JapanTime.TryParseDate(text, out var date) || date.Year is >= 1900 and <= 2999), 2000);

    [Fact]
    public void A_day_in_Japan_begins_at_15_o_clock_of_the_day_before_in_Greenwich()
    {
        var day = new DateOnly(2026, 6, 1);
        Assert.Equal(new DateTimeOffset(2026, 5, 31, 15, 0, 0, TimeSpan.Zero), JapanTime.StartOf(day));
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 15, 0, 0, TimeSpan.Zero), JapanTime.EndOf(day));
        Assert.Equal(day, JapanTime.DateOf(JapanTime.StartOf(day)));
        Assert.Equal(day, JapanTime.DateOf(JapanTime.EndOf(day).AddTicks(-1)));
        Assert.Equal(TimeSpan.FromHours(9), JapanTime.At(DateTimeOffset.UnixEpoch).Offset);
    }
}
