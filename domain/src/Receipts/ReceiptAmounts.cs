using System.Text.RegularExpressions;

namespace GrantPortal.Domain.Receipts;

/// <summary>
/// The total of a receipt with tax. Every amount on it is a candidate; what stands before or above it, its marks (¥ 円 也 −), its size and whether the sums
/// come out speak for or against it. The weights were tried on the generated receipts of the tests and are nothing but that [choice].
/// </summary>
internal static partial class ReceiptAmounts
{
    /// <summary>Below this nothing speaks for a candidate enough to show it.</summary>
    private const int Enough = 25;

    /// <summary>At least this of a candidate that says something else than net and tax together: it has a label that says total.</summary>
    private const int SureEnough = 60;

    /// <summary>Label to weight. Each that stands in a label counts.</summary>
    private static readonly (Regex Words, int Weight)[] Labels =
    [
        (Totals(), 60), (Sum(), 50), (WithTax(), 20), (Amount(), 15), (PlainSum(), 15),
        (Subtotal(), -60), (WithoutTax(), -70), (Tax(), -80), (Cash(), -70), (Cut(), -70), (Part(), -40),
    ];

    private sealed record Candidate(ReceiptLine Line, int Start, int Length, long Value, int Marks, string Label)
    {
        public Box Box => Line.BoxOf(Start, Length);
    }

    public static Found<Yen>? FindTotal(IReadOnlyList<ReceiptLine> lines)
    {
        var candidates = lines.SelectMany((line, i) => Of(lines, i)).ToList();
        if (candidates.Count == 0) return null;
        var height = lines.Select(l => l.Height).Order().ElementAt(lines.Count / 2);
        var values = candidates.Select(c => c.Value).ToList();
        var best = candidates.Select(c => (Candidate: c, Score: Score(c, values, height))).OrderByDescending(c => c.Score).ThenByDescending(c => c.Candidate.Value).First();
        if (Inferred(candidates) is { } sum && best.Candidate.Value != sum.Value.Amount && best.Score < SureEnough) return sum;
        return best.Score < Enough ? null : best.Candidate.Line.Found(new Yen(best.Candidate.Value), best.Candidate.Start, best.Candidate.Length);
    }

    /// <summary>Where the total itself was misread: what is said to be without tax and its tax, which must be 8 or 10 % of it, give it.</summary>
    private static Found<Yen>? Inferred(List<Candidate> candidates)
    {
        foreach (var tax in candidates.Where(c => Tax().IsMatch(c.Label)))
        {
            var net = candidates.FirstOrDefault(c => (WithoutTax().IsMatch(c.Label) || Subtotal().IsMatch(c.Label)) && !Tax().IsMatch(c.Label)
                && (Math.Abs((c.Value / 10) - tax.Value) <= 1 || Math.Abs((c.Value * 8 / 100) - tax.Value) <= 1));
            if (net is not null) return tax.Line.Found(new Yen(net.Value + tax.Value), tax.Start, tax.Length);
        }
        return null;
    }

    private static int Score(Candidate candidate, List<long> values, double height)
    {
        var score = candidate.Marks + Labels.Sum(l => l.Words.IsMatch(candidate.Label) ? l.Weight : 0);
        var size = candidate.Box.Height / height;
        if (size > 1.35) score += size > 1.7 ? 30 : 15;
        if (candidate.Value < 100) score -= 40;
        if (values.Count(v => v == candidate.Value) > 1) score += 10;
        // 小計 + 消費税, or 10 % on top of another amount: the sums come out.
        if (values.Any(v => v < candidate.Value && v * 2 > candidate.Value && values.Contains(candidate.Value - v))) score += 15;
        if (values.Any(v => v > 0 && Math.Abs((v * 11 / 10) - candidate.Value) <= 1)) score += 15;
        return score;
    }

    private static IEnumerable<Candidate> Of(IReadOnlyList<ReceiptLine> lines, int index)
    {
        var line = lines[index];
        var text = Masked(line.Text);
        var from = 0;
        foreach (Match match in Number().Matches(text))
        {
            var number = match.Groups["number"];
            if (ReadDigits.Read(number.Value, 9) is not { } value) continue;
            var marked = match.Groups["mark"].Success;
            var grouped = number.ValueSpan.IndexOfAny(",.、") >= 0;
            if (!marked && !grouped && !match.Groups["after"].Success && number.Length < 4) continue;
            var label = Plain(text[from..match.Index]);
            // A table's head, or a label above a large amount, stands above it.
            if (!Labels.Any(l => l.Words.IsMatch(label))) label += Above(lines, index, line.BoxOf(match.Index, match.Length));
            var marks = (marked ? 12 : 0) + (grouped ? 5 : 0) + (match.Groups["after"].Value switch { "" => 0, "円" => 8, _ => 14 });
            yield return new Candidate(line, match.Index, match.Length, value, marks, label);
            from = match.Index + match.Length;
        }
    }

    /// <summary>What stands above a place, in the two lines before, without blanks.</summary>
    private static string Above(IReadOnlyList<ReceiptLine> lines, int index, Box box)
    {
        for (var i = index - 1; i >= Math.Max(0, index - 2); i--)
        {
            var line = lines[i];
            if (line.Page != lines[index].Page || box.Top - line.Box.Bottom > box.Height * 3) return "";
            var above = string.Concat(Column().Matches(line.Text).Where(m => line.BoxOf(m.Index, m.Length).SharedWidth(box) > 0.3).Select(m => m.Value));
            if (above.Length > 0 && !Number().IsMatch(above)) return Plain(above);
        }
        return "";
    }

    /// <summary>Dates, telephone, postal and 登録番号 digits are no amounts; what stands in their place is as long.</summary>
    private static string Masked(string text)
    {
        var chars = text.ToCharArray();
        foreach (var (start, length) in ReceiptDates.Spans(text).Concat(NoAmount().Matches(text).Select(m => (m.Index, m.Length))))
            Array.Fill(chars, '\u0001', start, length);
        return new string(chars);
    }

    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>¥ is often taken for a letter or a kanji of its shape.</summary>
    [GeneratedRegex(
        $@"(?:(?<mark>[¥\\半羊]|(?<![A-Za-z])Y|(?<![年月日料代])金)\s?)?(?<![A-Za-z0-9\-])(?<number>[0-9OoIl〇][{ReadDigits.Like}]{{0,2}}(?:\s?[,.、'][\s,.]?[{ReadDigits.Like}]{{3}})+(?![0-9])|[1-9][0-9OoIl|〇]{{1,8}}(?![0-9]))\s?(?<after>円\s?也|円|也|[\-−ー―—–](?![0-9]))?",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"(?:TEL|FAX|電話|Tel|Fax)[^\t]{0,20}|〒?\s?[0-9]{3}\s?[\-−ー―—–]\s?[0-9]{4}|0[0-9]{1,4}\s?[\-−(ー―—–)]\s?[0-9]{1,4}\s?[\-−)ー―—–]\s?[0-9]{3,4}|T\s?[0-9][0-9\s\-]{11,18}|(?:No|NO|№|番号|コード|伝票|型番|品番)[^\t]{0,24}|[0-9]+\s?(?:%|％|台|個|点|本|枚|セット|式|回|ヶ月|か月|号|階|丁目|番地)",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NoAmount();

    [GeneratedRegex(@"[^\t]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Column();

    [GeneratedRegex("領収金額|領収額|受領金額|[合台含][計討訂]金額|総[合台含]?[計討訂]|総額|支払い?(?:[合台含][計討訂]|金額|額|総額)|請求(?:金額|額|[合台含][計討訂])|買上げ?(?:[合台含]?[計討訂]|金額)|利用金額|税込[合台含][計討訂]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Totals();

    [GeneratedRegex("[合台含][計討訂]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sum();

    [GeneratedRegex("税込|込み", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithTax();

    [GeneratedRegex("金額|領収", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Amount();

    [GeneratedRegex("(?<![小合台含])計", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainSum();

    [GeneratedRegex("小[計討訂]|中計", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Subtotal();

    [GeneratedRegex("税抜|税別|本体|課税対象|対象", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithoutTax();

    [GeneratedRegex("消費税|内税|税額|うち税|外税|消費枯", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tax();

    [GeneratedRegex("預[りか]|お預|釣|つり|残高|繰越|前回", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cash();

    [GeneratedRegex("値引|割引|ポイント|クーポン", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cut();

    [GeneratedRegex("単価|数量|定価", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();
}
