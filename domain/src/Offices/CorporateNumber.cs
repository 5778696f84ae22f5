namespace GrantPortal.Domain.Offices;

/// <summary>法人番号: 13 digits, the first a check digit over the other twelve.</summary>
public sealed record CorporateNumber
{
    private CorporateNumber(string value) => Value = value;

    public string Value { get; }

    /// <summary>first = 9 − (Σ Pn·Qn mod 9), Pn the n-th digit from the right of the other twelve, Qn 1 for odd n and 2 for even n.</summary>
    public bool CheckDigitHolds
    {
        get
        {
            var sum = 0;
            for (var n = 1; n <= 12; n++) sum += (Value[^n] - '0') * (n % 2 == 1 ? 1 : 2);
            return Value[0] - '0' == 9 - (sum % 9);
        }
    }

    /// <summary>適格請求書発行事業者の登録番号 of this corporation: T and the 法人番号.</summary>
    public string RegistrationNumber => "T" + Value;

    /// <summary>What to ask the writer to look at, or null.</summary>
    public string? Warning => CheckDigitHolds ? null : "法人番号の検査数字が一致しません。番号に誤りがないかご確認ください。正しい場合はこのまま進められます。";

    public static bool TryParse(string? text, out CorporateNumber number)
    {
        number = new CorporateNumber(JapaneseText.Code(text));
        return number.Value.Length == 13 && number.Value.All(char.IsAsciiDigit);
    }

    public override string ToString() => Value;
}

/// <summary>登録番号 (適格請求書発行事業者): T and 13 digits; for a corporation T and its 法人番号.</summary>
public static class RegistrationNumber
{
    public static bool TryParse(string? text, out string number)
    {
        number = JapaneseText.Code(text);
        return number.Length == 14 && number[0] == 'T' && number.AsSpan(1).ToArray().All(char.IsAsciiDigit);
    }
}
