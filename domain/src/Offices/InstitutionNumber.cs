using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Offices;

/// <summary>
/// The number an application is filed under, 10 characters: a 介護事業所番号 (prefecture 2 + kind 1 + district 2 + serial 4 + check digit)
/// or a 医療機関コード (prefecture 2 + 点数表 1 + 7 digits, the last the check digit).
/// </summary>
public sealed record InstitutionNumber
{
    private InstitutionNumber(Programme programme, string value) => (Programme, Value) = (programme, value);

    public Programme Programme { get; }

    /// <summary>10 characters, ASCII digits and capitals.</summary>
    public string Value { get; }

    /// <summary>都道府県番号, 01–47.</summary>
    public string Prefecture => Value[..2];

    /// <summary>Whether the check digit holds by either rule in use.</summary>
    public CheckDigit CheckDigit
    {
        get
        {
            if (CheckDigits.Matches(Value.AsSpan(0, 9), Value[9])) return CheckDigit.Whole;
            var serialCounts = Programme == Programme.Care || Prefecture is "11" or "12" or "13" or "14";
            return serialCounts && CheckDigits.Matches(Value.AsSpan(3, 6), Value[9]) ? CheckDigit.Serial : CheckDigit.Wrong;
        }
    }

    /// <summary>点数表 3: a dental institution, accepted with a word of warning.</summary>
    public bool IsDental => Programme == Programme.Medical && Value[2] == '3';

    /// <summary>What to ask the writer to look at, or null.</summary>
    public string? Warning =>
        IsDental ? "歯科の医療機関コードです。医科のコードをお持ちの場合は、医科のコードを入力してください。"
        : CheckDigit == CheckDigit.Wrong ? "番号の検査数字が一致しません。指定通知書などと見比べて、番号に誤りがないかご確認ください。正しい場合はこのまま進められます。"
        : null;

    /// <summary>Reads a number as typed (full-width, hyphens and spaces allowed).</summary>
    /// <param name="problem">In Japanese, what is wrong and what to do; empty when the number is good.</param>
    public static bool TryParse(Programme programme, string? text, out InstitutionNumber number, out string problem)
    {
        var value = JapaneseText.Code(text);
        number = new InstitutionNumber(programme, value);
        problem = programme == Programme.Care ? CareProblem(value) : MedicalProblem(value);
        return problem.Length == 0;
    }

    private static string CareProblem(string value)
    {
        if (value.Length == 0) return "介護事業所番号を入力してください。";
        if (value.Length != 10) return $"介護事業所番号は10桁で入力してください（いまは{value.Length}桁です）。";
        if (!value.All(char.IsAsciiLetterOrDigit) || !value.AsSpan(0, 9).ToArray().All(CheckDigits.IsKnown) || !char.IsAsciiDigit(value[9]))
            return "介護事業所番号は数字（一部は英字）10桁で入力してください。指定通知書に書かれています。";
        if (!IsPrefecture(value)) return "介護事業所番号の最初の2桁（都道府県番号）は01から47です。番号をご確認ください。";
        // 要綱 別添: 介護予防・日常生活支援総合事業 is excluded.
        return value[2] == 'A' ? "介護予防・日常生活支援総合事業の番号（3桁目がA）は助成の対象外です。介護サービスの事業所番号を入力してください。" : "";
    }

    private static string MedicalProblem(string value)
    {
        if (value.Length == 0) return "医療機関コードを入力してください。";
        if (value.Length != 10 || !value.All(char.IsAsciiDigit))
            return $"医療機関コードは、都道府県番号（2桁）と点数表番号（1桁）を付けた数字10桁で入力してください（いまは{value.Length}文字です）。";
        if (!IsPrefecture(value)) return "医療機関コードの最初の2桁（都道府県番号）は01から47です。コードをご確認ください。";
        return value[2] switch
        {
            '1' or '3' => "",
            '4' => "薬局のコード（3桁目が4）は助成の対象外です。",
            _ => "医療機関コードの3桁目（点数表番号）は、医科は1です。コードをご確認ください。",
        };
    }

    private static bool IsPrefecture(string value) =>
        char.IsAsciiDigit(value[0]) && char.IsAsciiDigit(value[1]) && ((value[0] - '0') * 10) + (value[1] - '0') is >= 1 and <= 47;

    public override string ToString() => Value;
}
