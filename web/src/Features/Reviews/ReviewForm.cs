using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Reviews;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>A first review as typed, understood.</summary>
/// <param name="Amount">Null for a refusal.</param>
public sealed record ReviewReading(Verdict Verdict, Yen? Amount, string? Reason);

/// <summary>A return as typed, understood.</summary>
public sealed record ReturnReading(IReadOnlyList<ReturnedItem> Items, DateOnly AnswerBy);

/// <summary>Everything the forms of a case's page can post; each act reads its own part.</summary>
public sealed record ReviewForm
{
    /// <summary>How many days a return asks an answer within, unless the clerk says otherwise [choice].</summary>
    public const int DaysToAnswer = 14;
    private const int LongestReason = 2000;
    private const int LongestWords = 500;

    /// <summary>The version the page was made from. What is no number is stale.</summary>
    public string? Version { get; init; }

    /// <summary><c>grant</c> or <c>refuse</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>交付額, yen.</summary>
    public string? Amount { get; init; }

    /// <summary>理由: of the act; in a return, of every ticked item without words of its own.</summary>
    public string? Reason { get; init; }

    /// <summary>差戻し: keys of the ticked items.</summary>
    public List<string> Items { get; init; } = [];

    /// <summary>差戻し: code of the reason by item key; none: その他.</summary>
    public Dictionary<string, string?> Codes { get; init; } = [];

    /// <summary>差戻し: own words by item key.</summary>
    public Dictionary<string, string?> Words { get; init; } = [];

    /// <summary>差戻し: 回答期限.</summary>
    public string? AnswerBy { get; init; }

    /// <summary>取下げの説明.</summary>
    public string? Explanation { get; init; }

    /// <summary>内部メモ.</summary>
    public string? Note { get; init; }

    /// <summary>Anything: the act was asked for once more, and this is the answer.</summary>
    public string? Confirmed { get; init; }

    /// <summary>Anything: the answer is no; back to the form.</summary>
    public string? Back { get; init; }

    /// <summary>Whether the act still has to be asked for once more: those that tell the applicant something cannot be taken back.</summary>
    public bool IsUnconfirmed => string.IsNullOrEmpty(Confirmed);

    /// <summary>Name and value of what an act was typed with, so that the question carries it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Typed()
    {
        foreach (var (name, value) in new[] { (nameof(Version), Version), (nameof(Verdict), Verdict), (nameof(Amount), Amount), (nameof(Reason), Reason), (nameof(AnswerBy), AnswerBy) })
            if (!string.IsNullOrEmpty(value)) yield return new(name, value);
        foreach (var item in Items) yield return new(nameof(Items), item);
        foreach (var (field, values) in new[] { (nameof(Codes), Codes), (nameof(Words), Words) })
            foreach (var (item, value) in values)
                if (!string.IsNullOrEmpty(value)) yield return new($"{field}[{item}]", value);
    }

    public int Seen => int.TryParse(Version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    private Verdict? ChosenVerdict => Verdict switch { "grant" => Domain.Applications.Verdict.Grant, "refuse" => Domain.Applications.Verdict.Refuse, _ => null };

    /// <summary>一次審査 and 決裁: a refusal and a lower amount need a reason. An amount above the one applied for is the domain's to refuse.</summary>
    /// <returns>Null with at least one problem.</returns>
    public ReviewReading? ReadVerdict(Yen applied, Problems problems)
    {
        if (ChosenVerdict is not { } verdict)
        {
            problems.Add(nameof(Verdict), "「交付」か「不交付」を選んでください。");
            ReadReason(problems);
            return null;
        }
        if (verdict == Domain.Applications.Verdict.Refuse)
        {
            var why = ReadReason(problems, "不交付とする理由を入力してください。");
            return problems.Any ? null : new ReviewReading(verdict, null, why);
        }
        var amount = ReadAmount(problems);
        var reason = ReadReason(problems, amount is { } lower && lower < applied ? $"申請額（{applied}円）より少ない額にする理由を入力してください。" : null);
        return problems.Any ? null : new ReviewReading(verdict, amount, reason);
    }

    /// <summary>差し戻す: at least one item, a coded reason for each, and words: the reason's, its own, or 「理由」.</summary>
    /// <param name="reasons">Those that can be chosen now.</param>
    /// <returns>Null with at least one problem.</returns>
    public ReturnReading? ReadReturn(ProgrammeYear year, IReadOnlyList<ReturnReason> reasons, DateOnly today, Problems problems)
    {
        var known = ApplicationItems.For(year);
        var ticked = known.Where(i => Items.Contains(i.Key, StringComparer.Ordinal)).ToList();
        if (ticked.Count == 0) problems.Add(nameof(Items), "差し戻す項目を1つ以上選んでください。");
        var reason = ReadReason(problems);
        var items = new List<ReturnedItem>();
        foreach (var item in ticked)
        {
            var own = Text(Words.GetValueOrDefault(item.Key));
            if (own.Length > LongestWords) problems.Add($"{nameof(Words)}[{item.Key}]", $"{item.Name}について伝えることは{LongestWords}文字以内で入力してください（いまは{own.Length}文字です）。");
            if (!JapaneseText.IsWritable(own, lines: true)) problems.Add($"{nameof(Words)}[{item.Key}]", $"{item.Name}について伝えることに使えない文字が含まれています。入力し直してください。");
            if (ReadCode(item, reasons, problems) is { } chosen) items.Add(new ReturnedItem(item.Key, chosen.Say(own.Length > 0 ? own : reason ?? ""), chosen.Code));
        }
        if (items.FirstOrDefault(i => i.Reason.Length == 0) is { } bare)
            problems.Add(nameof(Reason), $"差し戻す理由を入力してください（「{known.First(i => i.Key == bare.Key).Name}」に伝えることがありません）。");
        var answerBy = ReadAnswerBy(today, problems);
        return problems.Any ? null : new ReturnReading(items, answerBy);
    }

    /// <returns>Null with a problem.</returns>
    public string? ReadHandBack(Problems problems) => ReadReason(problems, "審査に戻す理由を入力してください。");

    /// <returns>Null with a problem.</returns>
    public string? ReadWithdrawal(Problems problems) =>
        Required(nameof(Explanation), Text(Explanation), "取下げの説明", "取下げの説明を入力してください。申請者にこのまま伝わります。", problems);

    /// <returns>Null with a problem.</returns>
    public string? ReadNote(Problems problems) => Required(nameof(Note), Text(Note), "内部メモ", "メモに残すことを入力してください。", problems);

    private ReturnReason? ReadCode(ApplicationItem item, IReadOnlyList<ReturnReason> reasons, Problems problems)
    {
        var code = Codes.GetValueOrDefault(item.Key) is { Length: > 0 } chosen ? chosen : ReturnReason.Other;
        if (reasons.FirstOrDefault(r => r.Code == code && r.FitsItem(item.Key)) is { } known) return known;
        problems.Add($"{nameof(Codes)}[{item.Key}]", $"「{item.Name}」の区分を、一覧から選び直してください。");
        return null;
    }

    private Yen? ReadAmount(Problems problems)
    {
        if (string.IsNullOrWhiteSpace(Amount)) problems.Add(nameof(Amount), "交付額を入力してください。");
        else if (!Yen.TryParse(Amount, out var amount)) problems.Add(nameof(Amount), "交付額は、円単位の整数で入力してください（例：64,000）。");
        else if (amount == Yen.Zero) problems.Add(nameof(Amount), "交付額は1円以上で入力してください。交付しない場合は「不交付」としてください。");
        else return amount;
        return null;
    }

    private string? ReadReason(Problems problems, string? missing = null) => Required(nameof(Reason), Text(Reason), "理由", missing, problems);

    private DateOnly ReadAnswerBy(DateOnly today, Problems problems)
    {
        if (string.IsNullOrWhiteSpace(AnswerBy)) problems.Add(nameof(AnswerBy), "回答期限を入力してください。");
        else if (!JapanTime.TryParseDate(AnswerBy, out var date)) problems.Add(nameof(AnswerBy), "回答期限は、実在する日付を「2026-06-01」のように入力してください。");
        else if (date < today) problems.Add(nameof(AnswerBy), $"回答期限は、今日（{today:yyyy年M月d日}）以降の日付にしてください。");
        else return date;
        return default;
    }

    private static string? Required(string field, string text, string label, string? missing, Problems problems)
    {
        if (text.Length > LongestReason) problems.Add(field, $"{label}は{LongestReason}文字以内で入力してください（いまは{text.Length}文字です）。");
        else if (!JapaneseText.IsWritable(text, lines: true)) problems.Add(field, $"{label}に使えない文字が含まれています。入力し直してください。");
        else if (text.Length == 0 && missing is not null) problems.Add(field, missing);
        else return text.Length == 0 ? null : text;
        return null;
    }

    private static string Text(string? typed) => (typed ?? "").ReplaceLineEndings("\n").Trim();
}
