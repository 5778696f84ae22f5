using System.Text;
using GrantPortal.Domain;

namespace GrantPortal.Data.Offices.Files;

/// <summary>Brings what the lists say into the forms that the application form expects.</summary>
internal static class OfficeText
{
    /// <summary>One line, trimmed, without control characters (PostgreSQL refuses U+0000).</summary>
    public static string Line(string text)
    {
        var line = JapaneseText.Line(text);
        return line.Any(char.IsControl) ? string.Concat(line.Where(c => !char.IsControl(c))) : line;
    }

    /// <summary>
    /// Half-width digits and single hyphens, 10 or 11 digits beginning with 0; what follows a whole number (「（代表）」) is dropped. Empty where
    /// no such number stands: a wrong one, prefilled, would only stop its owner.
    /// </summary>
    public static string Phone(string text)
    {
        var (result, digits) = (new StringBuilder(16), 0);
        foreach (var c in JapaneseText.Narrow(text))
        {
            if (char.IsAsciiDigit(c))
            {
                result.Append(c);
                digits++;
            }
            else if (c is '-' or '‐' or '‑' or '–' or '—' or '―' or '−' or 'ー' or '(' or ')')
            {
                if (result.Length > 0 && result[^1] != '-') result.Append('-');
            }
            else if (c != ' ' && digits >= 10) break;
        }
        return digits is 10 or 11 && result[0] == '0' ? result.ToString().TrimEnd('-') : "";
    }

    /// <summary>7 digits, or empty.</summary>
    public static string Postcode(string text)
    {
        var digits = JapaneseText.Code(text).TrimStart('〒');
        return digits.Length == 7 && digits.All(char.IsAsciiDigit) ? digits : "";
    }

    /// <summary>The address with its prefecture and city, which one row in five leaves out, and its building, unless it is part of it already.</summary>
    public static string Address(string prefecture, string city, string street, string building)
    {
        var (pref, town, address, house) = (Line(prefecture), Line(city), Line(street), Line(building));
        if (!address.StartsWith(pref, StringComparison.Ordinal))
            address = address.Contains(town, StringComparison.Ordinal) ? pref + address : pref + town + address;
        return house.Length == 0 || address.Contains(house, StringComparison.Ordinal) ? address : $"{address} {house}";
    }
}

/// <summary>都道府県.</summary>
internal static class Prefectures
{
    private static readonly string[] Names =
    [
        "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
        "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
        "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ];

    /// <param name="code">都道府県番号, 01–47.</param>
    public static string Name(string code) => Names[int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) - 1];
}
