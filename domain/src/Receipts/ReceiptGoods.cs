using System.Text.RegularExpressions;

namespace GrantPortal.Domain.Receipts;

/// <summary>What was bought, as far as single words tell: model names, 「一式」, and goods that are not paid for (手引き).</summary>
internal static partial class ReceiptGoods
{
    /// <summary>Of a kind: more would only be noise.</summary>
    private const int Most = 10;

    public static IReadOnlyList<Found<string>> FindModels(IReadOnlyList<ReceiptLine> lines) =>
        Find(lines, Model(), m => !NoModel().IsMatch(m.Value) && m.Value.Any(char.IsAsciiDigit) && m.Value.Count(char.IsAsciiLetterUpper) >= 2, behind: Numbering());

    public static IReadOnlyList<Found<string>> FindLumpSums(IReadOnlyList<ReceiptLine> lines) => Find(lines, LumpSum(), _ => true);

    public static IReadOnlyList<Found<string>> FindExcluded(IReadOnlyList<ReceiptLine> lines) => Find(lines, Excluded(), _ => true);

    /// <param name="behind">What may not stand right before it.</param>
    private static IReadOnlyList<Found<string>> Find(IReadOnlyList<ReceiptLine> lines, Regex words, Func<Match, bool> good, Regex? behind = null) =>
    [
        .. lines.SelectMany(line => words.Matches(line.Text)
            .Where(m => good(m) && behind?.IsMatch(line.Text[..m.Index]) != true)
            .Select(m => line.Found(string.Concat(m.Value.Where(c => !char.IsWhiteSpace(c))), m.Index, m.Length)))
            .DistinctBy(f => f.Value).Take(Most),
    ];

    [GeneratedRegex(@"(?<![A-Za-z0-9\-])[A-Z][A-Z0-9]*(?:-?[A-Za-z0-9]+){0,4}(?![A-Za-z0-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Model();

    /// <summary>登録番号, telephone and the like begin with letters too.</summary>
    [GeneratedRegex("^(?:T[0-9O]{6,}|TEL|FAX|NO|No|INV|REG|ID)|^.{0,3}$|^.{25,}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NoModel();

    [GeneratedRegex(@"(?:No\.?|NO\.?|№|(?<!型|品)番号?|伝票|番号)\s?[:\s]?\s?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbering();

    [GeneratedRegex(@"(?:一|壱|(?<![0-9])1)\s?式", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LumpSum();

    /// <summary>PC/SC is how card readers are driven, リリース is no lease.</summary>
    [GeneratedRegex(
        @"パソコン|ノートPC|デスクトップ|(?<![A-Za-z0-9])(?-i:PC)(?![A-Za-z0-9/])|タブレット|iPad|iPhone|スマートフォン|スマホ|Chromebook|Surface|Android端末|中\s?古|リユース|再生品|リファービッシュ|リファビッシュ|(?<![リフ])リース|レンタル",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Excluded();
}
