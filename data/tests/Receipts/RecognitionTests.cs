using System.Globalization;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Data.Tests.Receipts;

/// <summary>Receipts are read with the real tools: printed, scanned, photographed, aslant, on their side, upside down.</summary>
public sealed class RecognitionTests : IDisposable
{
    private const int Seed = 20260520;
    private const int Count = 40;

    /// <summary>Of 40.</summary>
    private const int LeastTotals = 36;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("grantportal-receipts-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Of_forty_receipts_the_total_of_at_least_36_is_found()
    {
        var made = await new DamagedReceipts(Seed, folder.FullName).MakeAsync(new GeneratedReceipts(Seed).Make(Count));
        Assert.True(made.Select(m => m.Receipt.Layout).Distinct(StringComparer.Ordinal).Count() >= 5);
        var read = new ReceiptFindings?[Count];
        await Parallel.ForEachAsync(made, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (receipt, cancel) =>
            read[receipt.Receipt.Number - 1] = await ReadAsync(receipt.Path, receipt.Type, cancel));
        var output = TestContext.Current.TestOutputHelper!;
        var (totals, dates, issuers, registrations) = (0, 0, 0, 0);
        foreach (var (made1, found) in made.Zip(read))
        {
            var truth = made1.Receipt;
            var total = found?.Total?.Value.Amount == truth.Total;
            if (total) totals++;
            if (found?.Date?.Value == truth.Date) dates++;
            if (found?.Issuer?.Value == truth.Issuer) issuers++;
            if (found?.Registration?.Value.Number == truth.Registration) registrations++;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {truth.Number} | {truth.Layout} | {made1.How} | {truth.Total:#,0} | {found?.Total?.Value.ToString() ?? "–"} | {(total ? "found" : "missed")} |"));
        }
        output.WriteLine($"totals {totals}, dates {dates}, issuers {issuers}, registration numbers {registrations} of {Count}");
        Assert.True(totals >= LeastTotals, $"{totals} of {Count} totals were found.");
    }

    [Fact]
    public async Task What_was_found_is_where_it_stands_on_the_page_as_shown_and_looks_the_same_however_it_lies()
    {
        var receipt = new GeneratedReceipts(Seed).Make(2)[1];
        await new DamagedReceipts(Seed, folder.FullName).PrintAsync([receipt]);
        await DamagedReceipts.RunAsync("pdftocairo", "-png", "-r", "200", "-singlefile", At("all.pdf"), At("upright"));
        await DamagedReceipts.RunAsync("vips", "rot", At("upright.png"), At("over.png"), "d90");
        var upright = (await RecogniseAsync(At("upright.png"), FileType.Png))!;
        var written = (await ReadAsync(At("all.pdf"), FileType.Pdf, TestContext.Current.CancellationToken))!.Total!;
        var read = ReceiptReader.Read(upright.Pages).Total!;
        var turned = (await ReadAsync(At("over.png"), FileType.Png, TestContext.Current.CancellationToken))!.Total!;
        Assert.Equal((receipt.Total, receipt.Total, receipt.Total), (written.Value.Amount, read.Value.Amount, turned.Value.Amount));

        // Where the PDF itself says it stands; a quarter clockwise, what was at the top is at the right.
        var (there, here, over) = (Middle(written), Middle(read), Middle(turned));
        Assert.InRange(Math.Abs(there.X - here.X) + Math.Abs(there.Y - here.Y), 0, 0.06);
        Assert.InRange(Math.Abs(1 - here.Y - over.X) + Math.Abs(here.X - over.Y), 0, 0.06);

        await DamagedReceipts.RunAsync("vips", "jpegsave", At("upright.png"), At("again.jpg"), "--Q", "55");
        var again = (await RecogniseAsync(At("again.jpg"), FileType.Jpeg))!;
        Assert.InRange(System.Numerics.BitOperations.PopCount((ulong)(again.Fingerprint ^ upright.Fingerprint)), 0, 3);
    }

    [Fact]
    public async Task What_is_no_picture_and_no_document_is_unreadable_and_harms_nothing()
    {
        foreach (var type in new[] { FileType.Pdf, FileType.Jpeg, FileType.Png })
        {
            using var broken = new MemoryStream("%PDF-1.4 this is nothing at all"u8.ToArray());
            Assert.Null(await ReceiptRecogniser.ReadAsync(broken, type, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_picture_without_words_says_nothing()
    {
        using var blank = new MemoryStream(GrantPortal.Testing.TestFiles.Png());
        var read = await ReceiptRecogniser.ReadAsync(blank, FileType.Png, TestContext.Current.CancellationToken);
        Assert.True(ReceiptReader.Read(read!.Pages).IsEmpty);
    }

    private static (double X, double Y) Middle<T>(Found<T> found) => (found.Place.Box.Left + (found.Place.Box.Width / 2), found.Place.Box.CentreY);

    private static async Task<ReceiptFindings?> ReadAsync(string path, FileType type, CancellationToken cancel)
    {
        await using var bytes = File.OpenRead(path);
        return await ReceiptRecogniser.ReadAsync(bytes, type, cancel) is { } read ? ReceiptReader.Read(read.Pages) : null;
    }

    private static async Task<RecognisedReceipt?> RecogniseAsync(string path, FileType type)
    {
        await using var bytes = File.OpenRead(path);
        return await ReceiptRecogniser.ReadAsync(bytes, type, TestContext.Current.CancellationToken);
    }

    private string At(string name) => Path.Combine(folder.FullName, name);
}
