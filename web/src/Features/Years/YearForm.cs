using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Public;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Years;

/// <summary>One year in the list.</summary>
public sealed record YearLine(ProgrammeYear Year, BudgetPosition Budget, IntakeState State);

/// <summary>All years, the latest first.</summary>
/// <param name="Next">Latest years of their programme, which the next one is copied from.</param>
public sealed record YearsPage(IReadOnlyList<YearLine> Years, IReadOnlyList<ProgrammeYear> Next, bool MayChange);

/// <summary>One year on its page.</summary>
/// <param name="Intake">Its state now.</param>
/// <param name="InUse">See <see cref="YearStanding.InUse"/>.</param>
public sealed record YearPage(ProgrammeYear Year, BudgetPosition Budget, Intake Intake, bool InUse, IReadOnlyList<YearEvent> History, YearForm Form, bool MayChange);

/// <summary>The copy that becomes the next year.</summary>
/// <param name="From">The year it is a copy of.</param>
public sealed record NextYearPage(ProgrammeYear From, ProgrammeYear Year, YearForm Form);

/// <summary>What the page of a year posts.</summary>
public sealed record YearForm
{
    private const int LongestReason = 200;

    public string? Version { get; init; }
    public string? Opens { get; init; }
    public string? Closes { get; init; }
    public string? EarliestWorkDate { get; init; }

    /// <summary>予算額; blank: unlimited.</summary>
    public string? Budget { get; init; }

    /// <summary>Null where the field is locked: as it was.</summary>
    public string? NumberScope { get; init; }
    public string? CapBasis { get; init; }

    /// <summary>By the category's key, or the place of the rate; those left out stay.</summary>
    public Dictionary<string, string?> Caps { get; init; } = [];
    public Dictionary<string, string?> Readers { get; init; } = [];

    /// <summary>As in 「3/4」, by the place of the rate.</summary>
    public Dictionary<string, string?> Shares { get; init; } = [];
    public string? Reason { get; init; }

    /// <summary>Of a stop or a reopening.</summary>
    public string? StopReason { get; init; }
    public string? StopWords { get; init; }

    /// <summary>お知らせ by itself; blank removes it.</summary>
    public string? Words { get; init; }

    public int Seen => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    public static IReadOnlyList<Choice> Scopes { get; } = [.. Enum.GetValues<NumberScope>().Select(s => new Choice(Codes.Of(s), YearChanges.Words(s)))];

    public static IReadOnlyList<Choice> Bases { get; } = [.. Enum.GetValues<CapBasis>().Select(b => new Choice(Codes.Of(b), YearChanges.Words(b)))];

    public static YearForm Of(ProgrammeYear year) => new()
    {
        Opens = Text(year.Opens),
        Closes = Text(year.Closes),
        EarliestWorkDate = year.EarliestWorkDate is { } earliest ? Text(earliest) : "",
        Budget = year.Budget?.ToString() ?? "",
        NumberScope = Codes.Of(year.NumberScope),
        CapBasis = Codes.Of(year.CapBasis),
        Caps = year.Categories.Select(c => (c.Key, c.Cap)).Concat(year.Rates.Select((r, i) => (Place(i), r.Cap))).ToDictionary(c => c.Item1, c => (string?)c.Cap.ToString(), StringComparer.Ordinal),
        Readers = year.Categories.ToDictionary(c => c.Key, c => (string?)c.Readers.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal),
        Shares = year.Rates.Select((r, i) => (Place(i), r.Label)).ToDictionary(r => r.Item1, r => (string?)r.Label, StringComparer.Ordinal),
        Words = year.Announcement?.Text,
    };

    public static string Place(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the settings. What is not posted stays as it is.</summary>
    /// <returns>Null with at least one problem.</returns>
    public ProgrammeYear? Read(ProgrammeYear year, DateOnly today, Problems problems)
    {
        var opens = Opens is null ? year.Opens : Day(nameof(Opens), Opens, "申請期間の初日", problems) ?? year.Opens;
        var closes = Day(nameof(Closes), Closes, "申請期間の最終日", problems) ?? year.Closes;
        if (closes < opens) problems.Add(nameof(Closes), "申請期間の最終日は、初日と同じ日かそれより後の日付を入力してください。");
        else if (closes != year.Closes && closes < today)
            problems.Add(nameof(Closes), $"最終日を変えるときは、今日（{today:yyyy年M月d日}）以降の日付を入力してください。いますぐ受付を止めるときは、「受付を停止する」をお使いください。");
        DateOnly? earliest = string.IsNullOrWhiteSpace(EarliestWorkDate) ? null : Day(nameof(EarliestWorkDate), EarliestWorkDate, "対象となる完了日", problems);
        if (earliest > closes) problems.Add(nameof(EarliestWorkDate), "対象となる完了日は、申請期間の最終日までの日付を入力してください。");
        var next = year with
        {
            Opens = opens,
            Closes = closes,
            EarliestWorkDate = earliest,
            Budget = ReadBudget(problems),
            NumberScope = Chosen(nameof(NumberScope), NumberScope, year.NumberScope, problems),
            CapBasis = Chosen(nameof(CapBasis), CapBasis, year.CapBasis, problems),
            Categories = [.. year.Categories.Select(c => c with { Cap = Cap(c.Key, c.Name, c.Cap, problems), Readers = ReadReaders(c, problems) })],
            Rates = [.. year.Rates.Select((rate, i) => ReadRate(rate, Place(i), problems))],
        };
        return problems.Any ? null : next;
    }

    /// <returns>Why it is changed, of at most 200 characters.</returns>
    public string ReadReason(Problems problems) => problems.Text(nameof(Reason), Reason, "変更の理由", LongestReason);

    public string ReadStopReason(Problems problems) => problems.Text(nameof(StopReason), StopReason, "理由", LongestReason);

    /// <returns>Null: nothing to announce.</returns>
    public static Announcement? ReadWords(string field, string? words, DateTimeOffset now, Problems problems)
    {
        var text = (words ?? "").ReplaceLineEndings("\n").Trim();
        if (text.Length > Announcement.Longest) problems.Add(field, $"お知らせは{Announcement.Longest}文字以内で入力してください（いまは{text.Length}文字です）。");
        else if (!JapaneseText.IsWritable(text, lines: true)) problems.Add(field, "お知らせに使えない文字が含まれています。入力し直してください。");
        return text.Length == 0 ? null : new Announcement(text, now);
    }

    private Yen? ReadBudget(Problems problems)
    {
        var digits = JapaneseText.Narrow(Budget).Replace(",", "", StringComparison.Ordinal).TrimEnd('円').Trim();
        if (digits.Length == 0) return null;
        if (digits.Length <= 13 && digits.All(char.IsAsciiDigit) && long.Parse(digits, CultureInfo.InvariantCulture) is var amount and <= YearChanges.LargestBudget) return new Yen(amount);
        problems.Add(nameof(Budget), "予算額は、円単位の整数で入力してください（例：1,000,000,000）。上限を設けないときは空欄にします。");
        return null;
    }

    private Yen Cap(string key, string name, Yen was, Problems problems)
    {
        if (!Caps.TryGetValue(key, out var typed)) return was;
        if (Yen.TryParse(typed, out var cap) && cap > Yen.Zero) return cap;
        problems.Add($"{nameof(Caps)}[{key}]", $"{name}の助成限度額は、1円以上の整数で入力してください（例：64,000）。");
        return was;
    }

    private int ReadReaders(ServiceCategory category, Problems problems)
    {
        if (!Readers.TryGetValue(category.Key, out var typed)) return category.Readers;
        return problems.Count($"{nameof(Readers)}[{category.Key}]", typed, $"{category.Name}の台数", 99);
    }

    private MedicalRate ReadRate(MedicalRate rate, string place, Problems problems)
    {
        var next = rate with { Cap = Cap(place, YearChanges.Words(rate), rate.Cap, problems) };
        if (!Shares.TryGetValue(place, out var typed)) return next;
        if (JapaneseText.Narrow(typed).Split('/', StringSplitOptions.TrimEntries) is [var above, var below]
            && int.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator) && int.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
            && numerator >= 1 && denominator is <= 100 && numerator <= denominator)
            return next with { Numerator = numerator, Denominator = denominator };
        problems.Add($"{nameof(Shares)}[{place}]", $"{YearChanges.Words(rate)}の助成率は、「3/4」のように、1以下の分数で入力してください。");
        return next;
    }

    private static T Chosen<T>(string field, string? code, T was, Problems problems)
        where T : struct, Enum
    {
        if (code is null) return was;
        if (Codes.From<T>(code) is { } chosen) return chosen;
        problems.Add(field, "一覧から選び直してください。");
        return was;
    }

    private static DateOnly? Day(string field, string? value, string label, Problems problems)
    {
        if (string.IsNullOrWhiteSpace(value)) problems.Add(field, $"{label}を入力してください。");
        else if (!JapanTime.TryParseDate(value, out var day)) problems.Add(field, $"{label}は、実在する日付を「2026-06-01」のように入力してください。");
        else if (day.Year is < 2020 or > 2100) problems.Add(field, $"{label}は、2020年から2100年までの日付を入力してください。");
        else return day;
        return null;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
