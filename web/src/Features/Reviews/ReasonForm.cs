using System.Globalization;
using System.Text.RegularExpressions;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Reviews;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One reason on its page.</summary>
/// <param name="Row">As it is stored; null: a new one.</param>
public sealed record ReasonPage(ReturnReasonRow? Row, ReasonForm Form)
{
    /// <summary>その他 stays as it is: it is the way out where nothing else fits.</summary>
    public bool Fixed => Row?.Code == ReturnReason.Other;

    /// <summary>After a refusal the form is saved over what stands now.</summary>
    public int Version => Row?.Version ?? 0;
}

/// <summary>What the page of a reason posts.</summary>
public sealed partial record ReasonForm
{
    private const int LongestLabel = 60;
    private const int LongestWords = 500;

    public string? Version { get; init; }
    public string? Code { get; init; }

    /// <summary>As in <see cref="ReturnReason.Fits"/>.</summary>
    public string? Fits { get; init; }
    public string? Label { get; init; }
    public string? Words { get; init; }
    public bool Active { get; init; }

    public int Seen => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    /// <summary>What a reason can be meant for: any item, all documents, or one item of either programme.</summary>
    public static IReadOnlyList<Choice> Targets { get; } =
    [
        new("", "すべての項目"), new("Documents", "すべての書類"), new("Office", "①事業所・医療機関のすべての項目"), new("Amount", "②金額のすべての項目"),
        .. ApplicationItems.All.Select(i => new Choice(i.Key, i.Name)),
    ];

    public static ReasonForm Of(ReturnReasonRow row) => new() { Code = row.Code, Fits = row.Fits, Label = row.Label, Words = row.Words, Active = row.Active };

    public static string NameOf(string fits) => Targets.FirstOrDefault(t => t.Value == fits)?.Label ?? fits;

    /// <param name="code">Null: a new reason, whose code is typed.</param>
    /// <returns>Null with at least one problem.</returns>
    public ReturnReason? Read(string? code, Problems problems)
    {
        if (code == ReturnReason.Other) problems.Add(nameof(Label), "「その他」は変更できません。ほかの理由を追加してください。");
        var typed = code ?? JapaneseText.Narrow(Code).Trim();
        if (code is null && (!CodeForm().IsMatch(typed) || typed == "new")) problems.Add(nameof(Code), "コードは、小文字の英字で始まる2～40文字の英数字とハイフンで入力してください（例：receipt-lump-sum）。");
        if (Targets.All(t => t.Value != (Fits ?? ""))) problems.Add(nameof(Fits), "対象の項目を、一覧から選び直してください。");
        var label = problems.Text(nameof(Label), Label, "理由の名前", LongestLabel);
        var words = (Words ?? "").ReplaceLineEndings("\n").Trim();
        if (words.Length > LongestWords) problems.Add(nameof(Words), $"申請者に伝える文は{LongestWords}文字以内で入力してください（いまは{words.Length}文字です）。");
        else if (!JapaneseText.IsWritable(words, lines: true)) problems.Add(nameof(Words), "申請者に伝える文に使えない文字が含まれています。入力し直してください。");
        return problems.Any ? null : new ReturnReason(typed, Fits ?? "", label, words, Active);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,39}$", RegexOptions.None, 1000)]
    private static partial Regex CodeForm();
}
