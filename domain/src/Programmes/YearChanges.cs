using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Programmes;

/// <summary>お知らせ on the home page, plain text.</summary>
/// <param name="At">When it was put there; its date is shown.</param>
public sealed record Announcement(string Text, DateTimeOffset At)
{
    /// <summary>Characters.</summary>
    public const int Longest = 1000;
}

/// <summary>What a change of a year is measured by.</summary>
/// <param name="Committed">Granted already, yen.</param>
/// <param name="InUse">An application was received in it: it prices what was promised.</param>
/// <param name="Others">The programme's other years.</param>
public sealed record YearStanding(Yen Committed, bool InUse, IReadOnlyList<ProgrammeYear> Others);

/// <summary>One thing of a year that became another, as people read it.</summary>
public sealed record YearChange(string What, string Before, string After);

/// <summary>What an operator may change about a programme year (要綱 §15), and how a change reads.</summary>
public static class YearChanges
{
    /// <summary>The largest 予算, yen: 9,999,999,999,999. Larger than a single amount people type, for it is the sum of all.</summary>
    public const long LargestBudget = 9_999_999_999_999;

    /// <summary>Why the year may not become <paramref name="after"/>; null where it may.</summary>
    public static Refusal? Refuse(ProgrammeYear before, ProgrammeYear after, YearStanding standing)
    {
        if (after.Budget is { } budget && budget < standing.Committed) // 要綱 §15-1
            return new Refusal(RefusalCode.BudgetShort, $"すでに{standing.Committed}円の交付を決定しているため、予算額を{budget}円にすることはできません。{standing.Committed}円以上の額を入力してください。");
        if (standing.InUse && Fixed(before, after) is { Count: > 0 } changed)
            return new Refusal(RefusalCode.WrongState, $"この年度の申請をすでに受け付けているため、{string.Join('・', changed)}は変更できません。受け付けた申請の審査と金額が変わってしまうためです。");
        return Overlap(after, standing.Others);
    }

    /// <summary>要綱 §13: a draft belongs to the year that is open, so only one of a programme is.</summary>
    public static Refusal? Overlap(ProgrammeYear year, IEnumerable<ProgrammeYear> others) =>
        others.FirstOrDefault(o => o.Id != year.Id && o.Opens <= year.Closes && o.Closes >= year.Opens) is { } other
            ? new Refusal(RefusalCode.WrongState, $"申請期間が{other.YearName}の申請期間（{Day(other.Opens)}から{Day(other.Closes)}まで）と重なっています。重ならない期間を入力してください。")
            : null;

    /// <summary>要綱 §15-3: reception stops, with the reason everybody reads.</summary>
    public static Refusal? RefuseStop(ProgrammeYear year) =>
        year.StoppedBecause is null ? null : new Refusal(RefusalCode.WrongState, "この年度の受付は、すでに停止しています。");

    /// <summary>… and is opened again.</summary>
    public static Refusal? RefuseReopening(ProgrammeYear year) =>
        year.StoppedBecause is not null ? null : new Refusal(RefusalCode.WrongState, "この年度の受付は停止していません。");

    /// <summary>
    /// The next year on the model of this one: its figures, settings and documents, the period a year later, without budget, stop or announcement. Null where
    /// the year is not named as R8 is.
    /// </summary>
    public static ProgrammeYear? Next(ProgrammeYear year)
    {
        if (year.Year is not ['R', .. var digits] || !int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var number)) return null;
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"R{number + 1}");
        return year with
        {
            Id = $"{name}-{(year.Programme == Programme.Care ? "care" : "medical")}",
            Year = name,
            Opens = year.Opens.AddYears(1),
            Closes = year.Closes.AddYears(1),
            EarliestWorkDate = year.EarliestWorkDate?.AddYears(1),
            Budget = null,
            StoppedBecause = null,
            Announcement = null,
            Version = 1,
        };
    }

    /// <summary>Everything that differs, in the order of the page.</summary>
    public static IReadOnlyList<YearChange> Between(ProgrammeYear before, ProgrammeYear after)
    {
        var changes = new List<YearChange>();
        void Add(string what, string from, string to)
        {
            if (from != to) changes.Add(new YearChange(what, from, to));
        }

        Add("申請期間の初日", Day(before.Opens), Day(after.Opens));
        Add("申請期間の最終日", Day(before.Closes), Day(after.Closes));
        Add("対象となる完了日", before.EarliestWorkDate is { } was ? $"{Day(was)}以降" : "定めなし", after.EarliestWorkDate is { } now ? $"{Day(now)}以降" : "定めなし");
        Add("予算額", Words(before.Budget), Words(after.Budget));
        Add("1つの番号の申請", Words(before.NumberScope), Words(after.NumberScope));
        Add("複数のサービスの限度額", Words(before.CapBasis), Words(after.CapBasis));
        foreach (var (old, next) in before.Categories.Zip(after.Categories))
        {
            Add($"{old.Name}の助成限度額", $"{old.Cap}円", $"{next.Cap}円");
            Add($"{old.Name}の台数", $"{old.Readers}台", $"{next.Readers}台");
        }
        foreach (var (old, next) in before.Rates.Zip(after.Rates))
        {
            Add($"{Words(old)}の助成率", old.Label, next.Label);
            Add($"{Words(old)}の助成限度額", $"{old.Cap}円", $"{next.Cap}円");
        }
        Add("受付の停止", before.StoppedBecause ?? "停止していない", after.StoppedBecause ?? "停止していない");
        Add("お知らせ", before.Announcement?.Text ?? "なし", after.Announcement?.Text ?? "なし");
        return changes;
    }

    public static string Words(Yen? budget) => budget is { } amount ? $"{amount}円" : "上限なし";

    public static string Words(NumberScope scope) => scope == NumberScope.AllYears ? "すべての年度を通して1件" : "年度ごとに1件";

    public static string Words(CapBasis basis) => basis == CapBasis.Category ? "区分ごとに合計する" : "サービスの種類ごとに合計する";

    /// <summary>「病院（20～199床）」.</summary>
    public static string Words(MedicalRate rate) =>
        $"{(rate.Kind == InstitutionKind.Hospital ? "病院" : "診療所")}（{(rate.MaxBeds is { } most ? $"{rate.MinBeds}～{most}床" : $"{rate.MinBeds}床以上")}）";

    /// <summary>Names of what differs though it may not, once applications were received: they came in the period, under these prices and by this rule.</summary>
    private static List<string> Fixed(ProgrammeYear before, ProgrammeYear after)
    {
        var names = new List<string>();
        if (before.Opens != after.Opens) names.Add("申請期間の初日");
        if (before.NumberScope != after.NumberScope) names.Add("1つの番号の申請の数え方");
        if (before.CapBasis != after.CapBasis) names.Add("複数のサービスの限度額の数え方");
        if (!before.Categories.Select(c => (c.Key, c.Cap, c.Readers)).SequenceEqual(after.Categories.Select(c => (c.Key, c.Cap, c.Readers)))) names.Add("助成限度額と台数");
        if (!before.Rates.SequenceEqual(after.Rates)) names.Add("助成率と助成限度額");
        return names;
    }

    private static string Day(DateOnly day) => $"{day:yyyy年M月d日}";
}
