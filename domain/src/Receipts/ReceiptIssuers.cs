using System.Text.RegularExpressions;
using GrantPortal.Domain.Offices;

namespace GrantPortal.Domain.Receipts;

/// <summary>発行者 and 登録番号: a company's name that is not the addressee's, near its number, telephone or address.</summary>
internal static partial class ReceiptIssuers
{
    /// <summary>Characters.</summary>
    private const int LongestName = 60;

    public static Found<ReadRegistration>? FindRegistration(IReadOnlyList<ReceiptLine> lines)
    {
        Found<ReadRegistration>? first = null;
        foreach (var line in lines)
        {
            foreach (Match match in Registration().Matches(line.Text))
            {
                var digits = ReadDigits.Digits(match.Groups["digits"].Value);
                if (digits.Length != 13 || !CorporateNumber.TryParse(digits, out var number)) continue;
                var found = line.Found(new ReadRegistration(number.RegistrationNumber, number.CheckDigitHolds), match.Index, match.Length);
                if (number.CheckDigitHolds) return found;
                first ??= found;
            }
        }
        return first;
    }

    public static Found<string>? FindIssuer(IReadOnlyList<ReceiptLine> lines)
    {
        var contacts = lines.Where(l => Contact().IsMatch(l.Text)).ToList();
        var best = lines.SelectMany((line, i) => Candidates(line, i + 1 < lines.Count ? lines[i + 1] : null))
            .Select(c => (Candidate: c, Score: Score(c, contacts))).OrderByDescending(c => c.Score).FirstOrDefault();
        return best.Candidate is { } name ? name.Line.Found(name.Name, name.Start, name.Length) : null;
    }

    private sealed record Candidate(ReceiptLine Line, int Start, int Length, string Name, bool Company, bool Labelled);

    private static double Score(Candidate candidate, List<ReceiptLine> contacts)
    {
        var box = candidate.Line.BoxOf(candidate.Start, candidate.Length);
        // In heights of its line: an address block stands together.
        var near = contacts.Where(c => c.Page == candidate.Line.Page).Select(c => Math.Abs(c.Box.CentreY - box.CentreY) / candidate.Line.Height).DefaultIfEmpty(100).Min();
        return (candidate.Company ? 10 : 0) + (candidate.Labelled ? 8 : 0) + Math.Max(0, 8 - near);
    }

    private static IEnumerable<Candidate> Candidates(ReceiptLine line, ReceiptLine? below)
    {
        foreach (Match column in Column().Matches(line.Text))
        {
            // 御中 and 様 are said to the addressee, in the same column or right behind it.
            var behind = line.Text[(column.Index + column.Length)..].TrimStart();
            if (Addressee().IsMatch(column.Value) || Honorific().IsMatch(behind)) continue;
            if (below is not null && Honorific().IsMatch(below.Text.TrimStart()) && below.Box.SharedWidth(line.BoxOf(column.Index, column.Length)) > 0) continue;
            if (Name(column.Value) is not (var start, var length, var name, var company)) continue;
            yield return new Candidate(line, column.Index + start, length, name, company, Label().IsMatch(column.Value));
        }
    }

    /// <summary>The name in a column without what is written around it; null where there is none.</summary>
    private static (int Start, int Length, string Name, bool Company)? Name(string column)
    {
        var label = Label().Match(column);
        var start = label.Success ? label.Index + label.Length : 0;
        var end = Behind().Match(column, start) is { Success: true } cut ? cut.Index : column.Length;
        var text = column[start..end];
        var company = Company().IsMatch(text);
        if (!company && !Shop().IsMatch(text.TrimEnd()) && !label.Success) return null;
        var name = string.Concat(text.Where((c, i) => !char.IsWhiteSpace(c) || IsLatin(text, i))).Trim(' ', ':', '・', '。', '.', ',', '|', '_', '-', '「', '」', '"', '\'');
        return name.Length is < 3 or > LongestName ? null : (start, Math.Max(1, end - start), name, company);
    }

    /// <summary>A blank between Latin words is part of a name.</summary>
    private static bool IsLatin(string text, int i) => i > 0 && i + 1 < text.Length && char.IsAsciiLetterOrDigit(text[i - 1]) && char.IsAsciiLetterOrDigit(text[i + 1]);

    [GeneratedRegex($@"(?:(?<![A-Za-z0-9])[TtI丁]|(?<=番号\s?[:\s]?\s?)[7了1]?)\s?[\-:]?\s?(?<digits>(?:[{ReadDigits.Like}][\s\-]?){{12}}[{ReadDigits.Like}])(?![0-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Registration();

    [GeneratedRegex("登録番号|〒|TEL|Tel|電話|FAX|0[0-9]{1,3}-[0-9]{2,4}-[0-9]{3,4}|T[0-9]{13}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Contact();

    [GeneratedRegex(@"[^\t]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Column();

    [GeneratedRegex(@"御\s?中|様|殿|宛", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Addressee();

    [GeneratedRegex(@"^(御\s?中|様|殿)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Honorific();

    [GeneratedRegex(@"(?:発\s?行\s?者|発行元|販売元|販売店|領収者)\s?[:\s]?\s?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"株\s?式\s?会\s?社|有\s?限\s?会\s?社|合\s?同\s?会\s?社|合\s?資\s?会\s?社|合\s?名\s?会\s?社|社団法人|財団法人|社会福祉法人|医療法人|非営利活動法人|協同組合|\([株有同]\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Company();

    [GeneratedRegex("(?:商店|電器|電機|商会|商事|販売|システムズ?|サービス|センター|ストア|薬局|[^本支各当]店|堂|屋)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shop();

    [GeneratedRegex(@"登\s?録\s?番\s?号|T\s?[0-9]{6}|〒|TEL|Tel|FAX|電\s?話|[0-9]{2,4}[\-−][0-9]{2,4}[\-−]|代表|担当|\s?印\s?$|領収|東京都|北海道|大阪府|京都府|[一-龠]{2,3}県", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Behind();
}
