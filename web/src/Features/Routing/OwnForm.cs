using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Offices;

namespace GrantPortal.Web.Features.Routing;

/// <summary>自分の不在と利害関係.</summary>
public sealed record OwnPage(IReadOnlyList<Absence> Absences, IReadOnlyList<DeclaredConflict> Conflicts, AbsenceForm Absence, ConflictForm Conflict, DateOnly Today);

/// <summary>What the administrators see of all clerks.</summary>
public sealed record ClerksPage(IReadOnlyList<ClerkLine> Clerks, IReadOnlyList<Absence> Absences, IReadOnlyList<DeclaredConflict> Conflicts, AbsenceForm Form, DateOnly Today);

/// <summary>不在: from a day to a day, both included.</summary>
public sealed record AbsenceForm
{
    private const int LongestDays = 366;

    /// <summary>Whose; only administrators name one.</summary>
    public string? Person { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }

    /// <returns>Null with at least one problem.</returns>
    public (DateOnly From, DateOnly To)? Read(DateOnly today, Problems problems)
    {
        var from = Day(nameof(From), From, "初日", problems);
        var to = Day(nameof(To), To, "最終日", problems);
        if (to < today) problems.Add(nameof(To), $"最終日は、今日（{today:yyyy年M月d日}）以降の日付を入力してください。");
        else if (to < from) problems.Add(nameof(To), "最終日は、初日と同じ日かそれより後の日付を入力してください。");
        else if (from is { } begins && to is { } ends && ends.DayNumber - begins.DayNumber > LongestDays) problems.Add(nameof(To), "不在は1年以内の期間で入力してください。");
        return problems.Any ? null : (from!.Value, to!.Value);
    }

    private static DateOnly? Day(string field, string? value, string label, Problems problems)
    {
        if (string.IsNullOrWhiteSpace(value)) problems.Add(field, $"{label}を入力してください。");
        else if (JapanTime.TryParseDate(value, out var day)) return day;
        else problems.Add(field, $"{label}は、実在する日付を「2026-06-01」のように入力してください。");
        return null;
    }
}

/// <summary>利害関係の届出: by one of the two numbers.</summary>
public sealed record ConflictForm
{
    private const int LongestWords = 500;

    /// <summary>法人番号, 介護事業所番号 or 医療機関コード.</summary>
    public string? About { get; init; }
    public string? Words { get; init; }

    /// <returns>Null with at least one problem.</returns>
    public (string? CorporateNumber, string? Number, string Words)? Read(Problems problems)
    {
        var code = JapaneseText.Code(About ?? "");
        var corporate = code.Length == 13 && code.All(char.IsAsciiDigit);
        if (code.Length == 0) problems.Add(nameof(About), "法人番号、介護事業所番号、医療機関コードのいずれかを入力してください。");
        else if (!corporate && !(code.Length == 10 && code.All(char.IsAsciiLetterOrDigit) && Prefectures.NameOf(code[..2]) is not null))
            problems.Add(nameof(About), "法人番号は13桁の数字、介護事業所番号と医療機関コードは都道府県番号で始まる10桁です。番号をご確認ください。");
        var words = problems.Text(nameof(Words), Words, "理由", LongestWords);
        return problems.Any ? null : (corporate ? code : null, corporate ? null : code, words);
    }
}
