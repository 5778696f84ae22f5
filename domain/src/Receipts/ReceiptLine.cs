using System.Text;

namespace GrantPortal.Domain.Receipts;

/// <summary>
/// A line of a page: what stands side by side, from left to right. Its text is folded (NFKC); words that touch stand together, a blank between them is a
/// space, a wide one (another column) a tab.
/// </summary>
internal sealed class ReceiptLine
{
    /// <summary>In heights of the line: a gap that separates words. Recognisers cut Japanese anywhere, so smaller ones mean nothing.</summary>
    private const double Gap = 0.45;

    /// <summary>Likewise between Latin letters and digits, whose blank is narrow.</summary>
    private const double LatinGap = 0.2;

    /// <summary>In heights of the line: a gap that separates columns.</summary>
    private const double WideGap = 1.8;

    /// <summary>Characters: what is longer is no line of a receipt, and is cut.</summary>
    private const int Longest = 500;

    private readonly ReceiptPage page;
    private readonly List<ReceiptWord> words;
    private readonly List<int> wordAt = [];

    private ReceiptLine(ReceiptPage page, List<ReceiptWord> words)
    {
        this.page = page;
        this.words = words;
        Box = words.Aggregate(words[0].Box, (around, word) => around.Around(word.Box));
        // Seals and rules are higher than the text, dots are lower.
        Height = words.Select(w => w.Box.Height).Order().ElementAt(words.Count / 2);
        var text = new StringBuilder();
        for (var i = 0; i < words.Count && text.Length < Longest; i++)
        {
            if (i > 0 && words[i].Box.Left - words[i - 1].Box.Right is var gap && gap > (IsLatin(words[i - 1].Text, words[i].Text) ? LatinGap : Gap) * Height)
            {
                text.Append(gap > WideGap * Height ? '\t' : ' ');
                wordAt.Add(i);
            }
            var folded = Fold(words[i].Text);
            text.Append(folded);
            wordAt.AddRange(Enumerable.Repeat(i, folded.Length));
        }
        Text = text.ToString();
    }

    public string Text { get; }

    /// <summary>On the sheet in front of the reader.</summary>
    public Box Box { get; }

    /// <summary>Of its typical word.</summary>
    public double Height { get; }

    public int Page => page.Number;

    /// <summary>The rectangle around part of the text, on the sheet in front of the reader.</summary>
    public Box BoxOf(int start, int length)
    {
        var first = wordAt[Math.Clamp(start, 0, wordAt.Count - 1)];
        var last = wordAt[Math.Clamp(start + length - 1, 0, wordAt.Count - 1)];
        var box = words[first].Box;
        for (var i = first + 1; i <= last; i++) box = box.Around(words[i].Box);
        return box;
    }

    public Place PlaceOf(int start, int length) => new(page.Number, page.Pose.OnPage(BoxOf(start, length)), Text.Replace('\t', ' ').Trim());

    public Found<T> Found<T>(T value, int start, int length) => new(value, PlaceOf(start, length));

    /// <summary>The lines of a page from top to bottom.</summary>
    public static IReadOnlyList<ReceiptLine> Of(ReceiptPage page)
    {
        var lines = new List<List<ReceiptWord>>();
        var boxes = new List<Box>();
        var seen = page.Words.Where(w => w.Box is { Width: > 0, Height: > 0 } && !string.IsNullOrWhiteSpace(w.Text)).OrderBy(w => w.Box.CentreY).ToList();
        if (seen.Count == 0) return [];
        // A dash or a comma is lower than its line: it is taken to be nearly as high as most words.
        var usual = seen.Select(w => w.Box.Height).Order().ElementAt(seen.Count / 2) * 0.8;
        foreach (var word in seen)
        {
            // The line whose middle lies in the word, or the other way round; the nearest of them.
            var at = -1;
            for (var i = lines.Count - 1; i >= 0 && i >= lines.Count - 12; i--)
            {
                var distance = Math.Abs(boxes[i].CentreY - word.Box.CentreY);
                if (distance < Math.Max(Math.Min(boxes[i].Height, word.Box.Height), usual) * 0.5 && (at < 0 || distance < Math.Abs(boxes[at].CentreY - word.Box.CentreY))) at = i;
            }
            if (at < 0)
            {
                lines.Add([word]);
                boxes.Add(word.Box);
                continue;
            }
            lines[at].Add(word);
            // The middle follows the words, so that a line may be slightly slanted; its height stays that of text.
            var count = lines[at].Count;
            var (centre, height) = (boxes[at].CentreY + ((word.Box.CentreY - boxes[at].CentreY) / count), boxes[at].Height + ((word.Box.Height - boxes[at].Height) / count));
            boxes[at] = new Box(0, centre - (height / 2), 1, height);
        }
        return [.. lines.Select(l => new ReceiptLine(page, [.. l.OrderBy(w => w.Box.Left)])).OrderBy(l => l.Box.CentreY)];
    }

    private static bool IsLatin(string before, string behind) => char.IsAsciiLetterOrDigit(before[^1]) && char.IsAsciiLetterOrDigit(behind[0]);

    private static string Fold(string text)
    {
        var narrow = JapaneseText.Narrow(text);
        return narrow.Any(char.IsWhiteSpace) ? JapaneseText.Line(narrow) : narrow;
    }
}
