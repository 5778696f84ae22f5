using System.Text.RegularExpressions;

namespace GrantPortal.Domain.Receipts;

/// <summary>Dates of a receipt: 2026年5月20日, 2026/5/20, 令和8年5月20日, R8.5.20, in any width and with blanks in between.</summary>
internal static partial class ReceiptDates
{
    private const int BeforeReiwa = 2018;

    /// <summary>Every date once, the most likely 領収日 first.</summary>
    public static IReadOnlyList<Found<DateOnly>> Find(IReadOnlyList<ReceiptLine> lines) =>
    [
        .. lines.SelectMany(Find).OrderBy(d => d.Rank).DistinctBy(d => d.Found.Value).Select(d => d.Found),
    ];

    /// <summary>Where dates stand, so that nobody takes them for amounts.</summary>
    public static IEnumerable<(int Start, int Length)> Spans(string text) => Date().Matches(text).Where(m => Read(m) is not null).Select(m => (m.Index, m.Length));

    private static IEnumerable<(Found<DateOnly> Found, int Rank)> Find(ReceiptLine line)
    {
        foreach (Match match in Date().Matches(line.Text))
        {
            if (Read(match) is not { } date) continue;
            var before = line.Text[Math.Max(0, match.Index - 12)..match.Index].Replace(" ", "", StringComparison.Ordinal);
            var rank = Later().IsMatch(before) || Until().IsMatch(line.Text[(match.Index + match.Length)..]) ? 2 : Issued().IsMatch(before) ? 0 : 1;
            yield return (line.Found(date, match.Index, match.Length), rank);
        }
    }

    private static DateOnly? Read(Match match)
    {
        var era = match.Groups["era"].Success;
        var year = match.Groups["year"].Value == "元" ? 1 : ReadDigits.Read(match.Groups["year"].Value, 4);
        if (year is null || ReadDigits.Read(match.Groups["month"].Value, 2) is not { } month || ReadDigits.Read(match.Groups["day"].Value, 2) is not { } day) return null;
        var full = (int)year.Value + (era ? BeforeReiwa : 0);
        return full is >= 2015 and <= 2099 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(full, (int)month) ? new DateOnly(full, (int)month, (int)day) : null;
    }

    [GeneratedRegex(
        $@"(?<![0-9])(?:(?<era>令\s?和|R\.?)\s?(?<year>[{ReadDigits.Like}]{{1,2}}|元)|(?<year>[2Z][{ReadDigits.Like}]{{3}}))\s?(?:年|[/.\-])\s?(?<month>[{ReadDigits.Like}]{{1,2}})\s?(?:月|[/.\-])\s?(?<day>[{ReadDigits.Like}]{{1,2}})(?![0-9])\s?日?",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    /// <summary>A date to come is not when it was paid.</summary>
    [GeneratedRegex("期限|期日|有効|納期|予定|まで", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Later();

    [GeneratedRegex(@"^\s?(まで|迄|期限)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Until();

    [GeneratedRegex("領収日|領収年月日|発行日|発行|日付|取引日|入金日|受領", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Issued();
}
