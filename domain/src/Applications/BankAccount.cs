namespace GrantPortal.Domain.Applications;

/// <summary>預金種目.</summary>
public enum AccountKind
{
    /// <summary>普通</summary>
    Ordinary,

    /// <summary>当座</summary>
    Current,
}

/// <summary>The account a grant is transferred to (要綱 §8), always in the form banks use; Yucho accounts converted.</summary>
/// <param name="BankCode">4 digits; 9900 for ゆうちょ銀行.</param>
/// <param name="BranchCode">3 digits.</param>
/// <param name="Number">7 digits.</param>
/// <param name="Holder">Full-width katakana, digits, capitals, space and ( ) - .</param>
/// <param name="Symbol">記号 as entered; null unless Yucho.</param>
/// <param name="YuchoNumber">番号 as entered; null unless Yucho.</param>
public sealed record BankAccount(
    string BankCode, string BranchCode, AccountKind Kind, string Number, string Holder, string? Symbol = null, string? YuchoNumber = null)
{
    public const string YuchoBank = "9900";

    public bool IsYucho => BankCode == YuchoBank;

    /// <summary>The number as it stands on pages that do not need it.</summary>
    public string MaskedNumber => Mask(Number);

    /// <summary>記号・番号 likewise; null unless Yucho.</summary>
    public string? MaskedYucho => Symbol is null || YuchoNumber is null ? null : $"{Symbol[..1]}＊＊＊＊　{Mask(YuchoNumber)}";

    /// <summary>All but the last three characters hidden; of a shorter one everything.</summary>
    public static string Mask(string number) => number.Length <= 3 ? new string('＊', number.Length) : new string('＊', number.Length - 3) + number[^3..];

    /// <summary>普通 or 当座.</summary>
    public string KindName => Kind == AccountKind.Ordinary ? "普通" : "当座";

    /// <summary>
    /// Converts ゆうちょ's 記号・番号: 1xxxx gives branch digits 2–3 followed by 8, 普通, the number without its last digit;
    /// 0xxxx gives digits 2–3 followed by 9, 当座, the whole number; both padded to 7.
    /// </summary>
    /// <returns>Null where 記号 or 番号 cannot be such a pair.</returns>
    public static (string Branch, AccountKind Kind, string Number)? ConvertYucho(string symbol, string number)
    {
        if (symbol.Length != 5 || !symbol.All(char.IsAsciiDigit) || number.Length == 0 || !number.All(char.IsAsciiDigit)) return null;
        return symbol[0] switch
        {
            '1' when number.Length is >= 2 and <= 8 => (symbol[1..3] + "8", AccountKind.Ordinary, number[..^1].PadLeft(7, '0')),
            '0' when number.Length <= 7 => (symbol[1..3] + "9", AccountKind.Current, number.PadLeft(7, '0')),
            _ => null,
        };
    }

    /// <summary>Reads the answers of step ③; null with at least one problem.</summary>
    public static BankAccount? Read(AccountAnswers answers, Problems problems)
    {
        var holder = JapaneseText.AccountHolder(answers.Holder);
        if (holder.Length == 0) problems.Add(nameof(answers.Holder), "口座名義をカタカナで入力してください。");
        else if (!JapaneseText.IsAccountHolder(holder))
            problems.Add(nameof(answers.Holder), "口座名義は、通帳に書かれているとおりカタカナで入力してください（漢字は使えません。英数字と「（）－．」は使えます）。");
        else if (holder.Length > 60) problems.Add(nameof(answers.Holder), "口座名義は60文字以内で入力してください。");
        return answers.Institution == "yucho" ? ReadYucho(answers, holder, problems) : ReadBank(answers, holder, problems);
    }

    private static BankAccount? ReadBank(AccountAnswers answers, string holder, Problems problems)
    {
        var bank = Digits(nameof(answers.BankCode), answers.BankCode, "銀行コード", 4, problems);
        var branch = Digits(nameof(answers.BranchCode), answers.BranchCode, "支店コード", 3, problems);
        if (bank == YuchoBank)
            problems.Add(nameof(answers.BankCode), "ゆうちょ銀行の口座は、上の「ゆうちょ銀行」を選び、記号と番号を入力してください。");
        var number = JapaneseText.Code(answers.Number);
        if (number.Length == 0) problems.Add(nameof(answers.Number), "口座番号を入力してください。");
        else if (number.Length > 7 || !number.All(char.IsAsciiDigit))
            problems.Add(nameof(answers.Number), "口座番号は数字7桁以内で入力してください（7桁に満たない場合は、先頭に0を補います）。");
        AccountKind? kind = answers.Kind switch { "ordinary" => AccountKind.Ordinary, "current" => AccountKind.Current, _ => null };
        if (kind is null) problems.Add(nameof(answers.Kind), "預金種目（普通・当座）を選んでください。");
        return problems.Any ? null : new BankAccount(bank, branch, kind!.Value, number.PadLeft(7, '0'), holder);
    }

    private static BankAccount? ReadYucho(AccountAnswers answers, string holder, Problems problems)
    {
        var symbol = JapaneseText.Code(answers.Symbol);
        var number = JapaneseText.Code(answers.YuchoNumber);
        if (symbol.Length == 0) problems.Add(nameof(answers.Symbol), "記号を入力してください。");
        else if (symbol.Length != 5 || !symbol.All(char.IsAsciiDigit) || symbol[0] is not ('0' or '1'))
            problems.Add(nameof(answers.Symbol), "記号は、1または0で始まる数字5桁で入力してください。通帳の表紙の裏に書かれています。");
        if (number.Length == 0) problems.Add(nameof(answers.YuchoNumber), "番号を入力してください。");
        if (problems.Any) return null;
        if (ConvertYucho(symbol, number) is not { } converted)
        {
            problems.Add(nameof(answers.YuchoNumber), symbol[0] == '1'
                ? "番号は、数字2桁から8桁で入力してください（記号が1で始まる通帳の番号は、末尾が1です）。"
                : "番号は、数字7桁以内で入力してください。");
            return null;
        }
        return new BankAccount(YuchoBank, converted.Branch, converted.Kind, converted.Number, holder, symbol, number);
    }

    private static string Digits(string field, string? value, string label, int length, Problems problems)
    {
        var code = JapaneseText.Code(value);
        if (code.Length == 0) problems.Add(field, $"{label}を入力してください。銀行名・支店名からも選べます。");
        else if (code.Length != length || !code.All(char.IsAsciiDigit)) problems.Add(field, $"{label}は数字{length}桁で入力してください。");
        return code;
    }
}
