using System.Globalization;

namespace GrantPortal.Domain.Receipts;

/// <summary>Digits as recognisers take them: letters that look like a digit are one where a number must stand.</summary>
internal static class ReadDigits
{
    /// <summary>A digit, or what is taken for one, inside a character class.</summary>
    public const string Like = "0-9OoQDIl|〇ＯSB";

    /// <summary>The number, without the marks and blanks in it; null where it is none, or none of at most <paramref name="most"/> digits.</summary>
    public static long? Read(string text, int most = 10)
    {
        var digits = Digits(text);
        // At least half of it must have been seen as digits: "Book" is no amount.
        if (digits.Length == 0 || digits.Length > most || text.Count(char.IsAsciiDigit) * 2 < digits.Length) return null;
        return long.Parse(digits, CultureInfo.InvariantCulture);
    }

    /// <summary>The digits alone.</summary>
    public static string Digits(string text) => string.Concat(text.Select(Digit).Where(char.IsAsciiDigit));

    private static char Digit(char c) => c switch
    {
        'O' or 'o' or 'Q' or 'D' or '〇' => '0',
        'I' or 'l' or '|' => '1',
        'S' => '5',
        'B' => '8',
        _ => c,
    };
}
