namespace GrantPortal.Domain.Offices;

/// <summary>How a number's check digit came out. Never a reason to refuse, only to ask the writer to look again.</summary>
public enum CheckDigit
{
    /// <summary>Right over the first nine characters.</summary>
    Whole,

    /// <summary>Right over characters 4–9 only, as some prefectures compute it.</summary>
    Serial,

    /// <summary>Right by neither rule: most likely a slip of the finger.</summary>
    Wrong,
}

/// <summary>The check digit rule shared by 介護事業所番号 and 医療機関コード: weights 2,1,2,… from the right, digits of the products added.</summary>
internal static class CheckDigits
{
    /// <summary>Letters count A=10 … Z=32, skipping I, O and Q.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";

    public static bool IsKnown(char c) => Alphabet.Contains(c, StringComparison.Ordinal);

    /// <summary>The check digit 0–9 for <paramref name="body"/>.</summary>
    public static int Compute(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var product = Alphabet.IndexOf(body[^(i + 1)], StringComparison.Ordinal) * (i % 2 == 0 ? 2 : 1);
            sum += (product / 10) + (product % 10);
        }
        return (10 - (sum % 10)) % 10;
    }

    public static bool Matches(ReadOnlySpan<char> body, char check) => check - '0' == Compute(body);
}
