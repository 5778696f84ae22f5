using System.Globalization;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Data.Receipts;

/// <summary>The table of words that <c>pdftotext -tsv</c> and <c>tesseract … tsv</c> both write: level, page, block, paragraph, line, word, left, top, width, height, conf, text.</summary>
internal static class RecognisedText
{
    private const int Columns = 12;
    private const string PageLevel = "1";
    private const string WordLevel = "5";

    /// <summary>Per cent: what tesseract doubts more is mostly dirt and rules.</summary>
    private const double LeastConfidence = 20;

    /// <summary>A PDF's own text. Fonts say how high their highest character is, often twice the text: words are taken to be as high as their characters are wide.</summary>
    public static IReadOnlyList<ReceiptPage> OfPdf(string tsv) =>
        [.. Pages(tsv, (_, width, height) => new PagePose(width, height)).Select(page => page with { Words = [.. page.Words.Select(Trimmed)] })];

    private static ReceiptWord Trimmed(ReceiptWord word)
    {
        var wide = word.Text.Sum(c => c < 0x2000 ? 0.55 : 1);
        var height = wide > 0 ? Math.Min(word.Box.Height, word.Box.Width / wide * 1.1) : word.Box.Height;
        return word with { Box = new Box(word.Box.Left, word.Box.CentreY - (height / 2), word.Box.Width, height) };
    }

    /// <param name="pose">How the sheet lies, from its width and height in the table's unit.</param>
    public static IReadOnlyList<ReceiptPage> Pages(string tsv, Func<int, double, double, PagePose> pose)
    {
        var pages = new List<(int Number, double Width, double Height, List<ReceiptWord> Words)>();
        foreach (var row in tsv.Split('\n'))
        {
            var cells = row.TrimEnd('\r').Split('\t');
            if (cells.Length < Columns || !Number(cells[6], out var left) || !Number(cells[7], out var top) || !Number(cells[8], out var width) || !Number(cells[9], out var height)) continue;
            if (cells[0] == PageLevel && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && width > 0 && height > 0) pages.Add((number, width, height, []));
            else if (cells[0] == WordLevel && pages.Count > 0 && Number(cells[10], out var confidence) && confidence >= LeastConfidence)
                pages[^1].Words.Add(new ReceiptWord(cells[11], new Box(left, top, width, height)));
        }
        return [.. pages.Select(p => new ReceiptPage(p.Number, pose(p.Number, p.Width, p.Height), p.Words))];
    }

    /// <summary>The words of the first, and of the second what lies where the first has none.</summary>
    public static ReceiptPage Together(ReceiptPage first, ReceiptPage second) => first with
    {
        Words = [.. first.Words, .. second.Words.Where(w => !first.Words.Any(f => Covers(f.Box, w.Box) && f.Text.Any(char.IsLetterOrDigit) && f.Box.Height < w.Box.Height * 2))],
    };

    private static bool Covers(Box one, Box other)
    {
        var (width, height) = (Math.Min(one.Right, other.Right) - Math.Max(one.Left, other.Left), Math.Min(one.Bottom, other.Bottom) - Math.Max(one.Top, other.Top));
        return width > 0 && height > 0 && width * height > 0.3 * Math.Min(one.Width * one.Height, other.Width * other.Height);
    }

    /// <summary>How sure the recogniser is over all: the sum of what it is sure of. The right way up gives the most.</summary>
    public static double Certainty(string tsv)
    {
        var sum = 0.0;
        foreach (var row in tsv.Split('\n'))
        {
            var cells = row.Split('\t');
            if (cells.Length >= Columns && cells[0] == WordLevel && Number(cells[10], out var confidence) && confidence > 60) sum += (confidence - 60) * cells[11].Trim().Length;
        }
        return sum;
    }

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
