namespace GrantPortal.Domain;

/// <summary>What is wrong with one field, in Japanese words that say what to do.</summary>
/// <param name="Field">The field's name in its form, as in <c>Amount.Readers</c>.</param>
public sealed record Problem(string Field, string Message);

/// <summary>Collects what is wrong (refuses) and what to look at (warns) while answers are read.</summary>
public sealed class Problems
{
    private readonly List<Problem> errors = [];
    private readonly List<Problem> warnings = [];
    private string prefix = "";

    /// <summary>Characters: 11 digits with more hyphens than anybody writes.</summary>
    private const int LongestPhone = 20;

    public IReadOnlyList<Problem> Errors => errors;
    public IReadOnlyList<Problem> Warnings => warnings;
    public bool Any => errors.Count > 0;

    public void Add(string field, string message) => errors.Add(new Problem(prefix + field, message));

    public void Warn(string field, string message) => warnings.Add(new Problem(prefix + field, message));

    /// <summary>Runs <paramref name="read"/> with every field named below <paramref name="section"/>.</summary>
    public T Within<T>(string section, Func<T> read)
    {
        var outer = prefix;
        prefix = outer + section + ".";
        try
        {
            return read();
        }
        finally
        {
            prefix = outer;
        }
    }

    /// <summary>Required single-line text.</summary>
    public string Text(string field, string? value, string label, int longest)
    {
        var text = JapaneseText.Line(value);
        if (text.Length == 0) Add(field, $"{label}を入力してください。");
        else if (text.Length > longest) Add(field, $"{label}は{longest}文字以内で入力してください（いまは{text.Length}文字です）。");
        else if (!JapaneseText.IsWritable(text)) Add(field, $"{label}に使えない文字が含まれています。入力し直してください。");
        return text;
    }

    /// <summary>Japanese telephone number: 10 or 11 digits beginning with 0, hyphens optional; kept as typed in half width.</summary>
    public string Phone(string field, string? value)
    {
        var text = new string(JapaneseText.Narrow(value).Select(c => c is '‐' or '‑' or '–' or '—' or '―' or '−' or 'ー' or '(' or ')' ? '-' : c).Where(c => c != ' ').ToArray()).Trim('-');
        var digits = text.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length == 0) Add(field, "電話番号を入力してください。");
        else if (digits.Length is < 10 or > 11 || text.Length > LongestPhone || digits[0] != '0' || !digits.All(char.IsAsciiDigit))
            Add(field, "電話番号は市外局番から10桁または11桁の数字で入力してください（例：03-1234-5678）。");
        return text;
    }

    /// <summary>Amount in yen; blank is zero.</summary>
    public Yen Yen(string field, string? value, string label)
    {
        if (Domain.Yen.TryParse(value, out var yen)) return yen;
        Add(field, $"{label}は、円単位の整数で入力してください（例：64,000）。マイナスや小数は使えません。");
        return Domain.Yen.Zero;
    }

    /// <summary>Whole number from 0 to <paramref name="largest"/>; blank is zero.</summary>
    public int Count(string field, string? value, string label, int largest)
    {
        var text = JapaneseText.Narrow(value);
        if (text.Length == 0) return 0;
        if (text.Length <= 6 && text.All(char.IsAsciiDigit) && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var count && count <= largest)
            return count;
        Add(field, $"{label}は0から{largest}までの整数で入力してください。");
        return 0;
    }

    /// <summary>Required date that is not in the future.</summary>
    public DateOnly? PastDate(string field, string? value, string label, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(value)) Add(field, $"{label}を入力してください。");
        else if (!JapanTime.TryParseDate(value, out var date)) Add(field, $"{label}は、実在する日付を「2026-06-01」のように入力してください。");
        else if (date > today) Add(field, $"{label}に未来の日付は入力できません。今日（{today:yyyy年M月d日}）までの日付を入力してください。");
        else return date;
        return null;
    }
}
