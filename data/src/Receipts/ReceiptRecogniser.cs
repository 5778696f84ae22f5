using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GrantPortal.Data.Tools;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Data.Receipts;

/// <summary>What was recognised of a receipt.</summary>
/// <param name="Fingerprint">Of how its first page looks, upright; see <see cref="GreyImage.Fingerprint"/>.</param>
public sealed record RecognisedReceipt(IReadOnlyList<ReceiptPage> Pages, long Fingerprint);

/// <summary>
/// Words of a receipt by poppler where a PDF has them, by tesseract otherwise. Scans and photos are made grey, rid of noise, enlarged where they are small,
/// and turned upright: by quarters and by up to 6.5 degrees, both measured on the picture itself. Every tool runs bounded.
/// </summary>
public static partial class ReceiptRecogniser
{
    /// <summary>A receipt says what it has to say on its first pages.</summary>
    private const int MostPages = 3;

    /// <summary>Pixels of the longer side in front of tesseract: a sheet of A5 at 300 dpi, and what one of A4 can be read with.</summary>
    private const int Side = 2600;

    /// <summary>Pixels of the longer side for measuring how a page lies.</summary>
    private const int LeanSide = 1000;

    /// <summary>Characters on all pages: a PDF with fewer is a scan.</summary>
    private const int LeastText = 30;

    /// <summary>Tesseract's own measure of how sure it is of the way up; below, both ways are read.</summary>
    private const double SureOfWay = 3;

    /// <summary>Tesseract's way of looking: the sheet is one block of lines, as most receipts are.</summary>
    private const string LineByLine = "6";

    /// <summary>Tesseract's way of looking: words anywhere, in no order.</summary>
    private const string LooseWords = "11";

    private static readonly string[] Tools = ["pdftotext", "pdftocairo", "vips", "vipsthumbnail", "vipsheader", "tesseract"];
    private static readonly ToolLimits Quick = ToolLimits.Usual;
    private static readonly ToolLimits Slow = ToolLimits.Usual with { Time = TimeSpan.FromSeconds(60) };

    /// <summary>Names of the tools that are not there. Any missing one switches reading off.</summary>
    public static IReadOnlyList<string> Missing => [.. Tools.Where(t => !BoundedTool.IsThere(t))];

    /// <summary>Null: nothing can be made of it.</summary>
    public static async Task<RecognisedReceipt?> ReadAsync(Stream bytes, FileType type, CancellationToken cancel)
    {
        using var folder = WorkFolder.Create();
        try
        {
            if (type == FileType.Pdf)
            {
                await folder.SaveAsync("file.pdf", bytes, cancel);
                return await ReadPdfAsync(folder, cancel);
            }
            var name = type == FileType.Jpeg ? "file.jpg" : "file.png";
            await folder.SaveAsync(name, bytes, cancel);
            var (page, fingerprint) = await ReadPictureAsync(folder, name, 1, cancel);
            return new RecognisedReceipt([page], fingerprint);
        }
        catch (ToolFailedException)
        {
            return null;
        }
    }

    private static async Task<RecognisedReceipt> ReadPdfAsync(WorkFolder folder, CancellationToken cancel)
    {
        await RunAsync("pdftotext", ["-tsv", "-f", "1", "-l", Text(MostPages), "file.pdf", "text.tsv"], Quick, folder, cancel);
        var written = RecognisedText.OfPdf(await File.ReadAllTextAsync(folder["text.tsv"], cancel));
        // Of each page a picture: the first for its looks, all where there is no text.
        var isScan = written.Sum(p => p.Words.Sum(w => w.Text.Length)) < LeastText;
        await RunAsync("pdftocairo", ["-png", "-gray", "-scale-to", Text(isScan ? Side : LeanSide), "-f", "1", "-l", isScan ? Text(MostPages) : "1", "file.pdf", "page"], Quick, folder, cancel);
        var pictures = Directory.GetFiles(folder.Path, "page-*.png").Order(StringComparer.Ordinal).Select(p => Path.GetFileName(p)!).ToList();
        if (pictures.Count == 0) throw new ToolFailedException();
        if (!isScan) return new RecognisedReceipt(written, await FingerprintAsync(folder, pictures[0], cancel));
        var read = new List<(ReceiptPage Page, long Fingerprint)>();
        foreach (var picture in pictures) read.Add(await ReadPictureAsync(folder, picture, read.Count + 1, cancel));
        return new RecognisedReceipt([.. read.Select(r => r.Page)], read[0].Fingerprint);
    }

    private static async Task<(ReceiptPage Page, long Fingerprint)> ReadPictureAsync(WorkFolder folder, string picture, int number, CancellationToken cancel)
    {
        // Upright as its camera says, as browsers show it; never larger than what is read.
        await RunAsync("vipsthumbnail", [picture, "--size", $"{Side}x{Side}>", "-o", $"{folder.Path}/shown.jpg[Q=95,background=255,strip]"], Quick, folder, cancel);
        await RunAsync("vips", ["colourspace", "shown.jpg", "grey.png", "b-w"], Quick, folder, cancel);
        await RunAsync("vips", ["rank", "grey.png", "clean.png", "3", "3", "4"], Quick, folder, cancel);
        var (width, height) = (await SizeAsync(folder, "clean.png", "width", cancel), await SizeAsync(folder, "clean.png", "height", cancel));
        var longer = (double)Math.Max(width, height);
        await RunAsync("vips", ["resize", "clean.png", "small.pgm", Text(LeanSide / longer)], Quick, folder, cancel);
        var (quarter, degrees) = GreyImage.Read(await File.ReadAllBytesAsync(folder["small.pgm"], cancel)).Lean();
        var scale = Side / longer;

        var way = await StraightenAsync(folder, quarter ? 1 : 0, degrees, scale, cancel);
        var turns = (quarter ? 1 : 0) + (way.Over ? 2 : 0);
        if (way.Over) await TurnAsync(folder, cancel);
        var text = await RecogniseAsync(folder, "sheet.png", cancel);
        if (!way.Sure)
        {
            await TurnAsync(folder, cancel);
            var other = await RecogniseAsync(folder, "sheet.png", cancel);
            if (RecognisedText.Certainty(other) > RecognisedText.Certainty(text)) (text, turns) = (other, (turns + 2) % 4);
            else await TurnAsync(folder, cancel);
        }
        var pose = new PagePose(width * scale, height * scale, turns, degrees);
        var page = Page(text);
        // Frames and tables hide words from who reads line by line; who looks for single words finds them.
        if (ReceiptReader.Read([page]).Total is null) page = RecognisedText.Together(page, Page(await RecogniseAsync(folder, "sheet.png", cancel, LooseWords)));
        return (page, await FingerprintAsync(folder, "sheet.png", cancel));

        ReceiptPage Page(string words) => RecognisedText.Pages(words, (_, _, _) => pose) is [var first, ..] ? first with { Number = number } : new ReceiptPage(number, pose, []);
    }

    /// <summary>Makes <c>sheet.png</c>: level, and large enough to read.</summary>
    /// <returns>Whether it stands on its head, and whether tesseract is sure of that.</returns>
    private static async Task<(bool Over, bool Sure)> StraightenAsync(WorkFolder folder, int quarters, double degrees, double scale, CancellationToken cancel)
    {
        var source = "clean.png";
        if (quarters == 1)
        {
            await RunAsync("vips", ["rot", "clean.png", "turned.png", "d90"], Quick, folder, cancel);
            source = "turned.png";
        }
        await RunAsync("vips", ["similarity", source, "sheet.png", "--angle", Text(degrees), "--scale", Text(scale), "--background", "255"], Quick, folder, cancel);
        var way = "";
        // It ends with 1 where it sees too little to tell.
        _ = await BoundedTool.RunAsync("tesseract", ["sheet.png", "-", "--psm", "0"], Slow, folder, async (output, stop) =>
        {
            using var reader = new StreamReader(output, Encoding.UTF8, leaveOpen: true);
            way = await reader.ReadToEndAsync(stop);
        }, cancel);
        var match = Orientation().Match(way);
        if (!match.Success || !double.TryParse(match.Groups["sure"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var sure)) return (false, false);
        return (match.Groups["turn"].Value == "180", sure >= SureOfWay && match.Groups["turn"].Value is "0" or "180");
    }

    private static async Task TurnAsync(WorkFolder folder, CancellationToken cancel)
    {
        await RunAsync("vips", ["rot", "sheet.png", "over.png", "d180"], Quick, folder, cancel);
        File.Move(folder["over.png"], folder["sheet.png"], overwrite: true);
    }

    private static async Task<string> RecogniseAsync(WorkFolder folder, string sheet, CancellationToken cancel, string segmentation = LineByLine)
    {
        await RunAsync("tesseract", [sheet, "read", "-l", "jpn", "--psm", segmentation, "--dpi", "300", "tsv"], Slow, folder, cancel);
        return await File.ReadAllTextAsync(folder["read.tsv"], cancel);
    }

    private static async Task<long> FingerprintAsync(WorkFolder folder, string picture, CancellationToken cancel)
    {
        await RunAsync("vipsthumbnail", [picture, "--size", "32x32!", "-o", $"{folder.Path}/tiny.png"], Quick, folder, cancel);
        await RunAsync("vips", ["colourspace", "tiny.png", "tiny.pgm", "b-w"], Quick, folder, cancel);
        return unchecked((long)GreyImage.Read(await File.ReadAllBytesAsync(folder["tiny.pgm"], cancel)).Fingerprint());
    }

    private static async Task<int> SizeAsync(WorkFolder folder, string picture, string field, CancellationToken cancel)
    {
        var text = "";
        var run = await BoundedTool.RunAsync("vipsheader", ["-f", field, picture], Quick, folder, async (output, stop) =>
        {
            using var reader = new StreamReader(output, Encoding.ASCII, leaveOpen: true);
            text = await reader.ReadToEndAsync(stop);
        }, cancel);
        return run.ExitCode == 0 && int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size : throw new ToolFailedException();
    }

    private static async Task RunAsync(string tool, IReadOnlyList<string> arguments, ToolLimits limits, WorkFolder folder, CancellationToken cancel)
    {
        var run = await BoundedTool.RunAsync(tool, arguments, limits, folder, cancel: cancel);
        if (run.ExitCode != 0 || run.Exceeded) throw new ToolFailedException($"{tool}: {run.Errors}");
    }

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>The file is not one a tool can do something with; whether that matters is not decided here.</summary>
    private sealed class ToolFailedException(string message = "") : Exception(message);

    [GeneratedRegex(@"Rotate: (?<turn>\d+)\s+Orientation confidence: (?<sure>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Orientation();
}
