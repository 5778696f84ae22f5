namespace GrantPortal.Domain;

/// <summary>Dates and deadlines are Japan time (UTC+9, no daylight saving); a period ends at the end of its last day.</summary>
public static class JapanTime
{
    /// <summary>令和1 is 2019.</summary>
    private const int BeforeReiwa = 2018;

    private static readonly TimeSpan Offset = TimeSpan.FromHours(9);

    /// <summary>The same moment with Japan's offset.</summary>
    public static DateTimeOffset At(DateTimeOffset moment) => moment.ToOffset(Offset);

    /// <summary>The calendar date in Japan at that moment.</summary>
    public static DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(At(moment).DateTime);

    /// <summary>The first moment of that day in Japan.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);

    /// <summary>The first moment that no longer belongs to that day in Japan.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>
    /// Reads dates as people type them: 2026-06-01, 2026/6/1, 2026年6月1日, 20260601, 令和8年6月1日, R8.6.1; full-width too.
    /// </summary>
    public static bool TryParseDate(string? text, out DateOnly date)
    {
        date = default;
        var source = JapaneseText.Narrow(text).ToUpperInvariant().Replace("元年", "1年", StringComparison.Ordinal);
        var era = 0;
        if (source.StartsWith("令和", StringComparison.Ordinal)) (era, source) = (BeforeReiwa, source[2..]);
        else if (source.StartsWith('R')) (era, source) = (BeforeReiwa, source[1..].TrimStart('.'));
        if (era == 0 && source.Length == 8 && source.All(char.IsAsciiDigit)) source = $"{source[..4]}-{source[4..6]}-{source[6..]}";
        var parts = source.Split(['年', '月', '日', '-', '/', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3 || parts.Any(p => p.Length > 4 || !p.All(char.IsAsciiDigit))) return false;
        var (year, month, day) = (Int(parts[0]) + era, Int(parts[1]), Int(parts[2]));
        if (year is < 1900 or > 2999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>As letters write it: 「令和8年（2026年）7月31日」.</summary>
    public static string Formal(DateOnly day) => $"令和{day.Year - BeforeReiwa}年（{day.Year}年）{day.Month}月{day.Day}日";

    /// <summary>The fiscal year of a day, from April to March: its first calendar year.</summary>
    public static int FiscalYearOf(DateOnly day) => day.Month >= 4 ? day.Year : day.Year - 1;

    /// <summary>As in 「令和8年度」.</summary>
    public static string FiscalYearName(int year) => $"令和{year - BeforeReiwa}年度";

    /// <summary>The last day of the month that lies <paramref name="months"/> after the month of <paramref name="day"/>.</summary>
    public static DateOnly EndOfMonth(DateOnly day, int months)
    {
        var first = new DateOnly(day.Year, day.Month, 1).AddMonths(months + 1);
        return first.AddDays(-1);
    }

    private static int Int(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
}
