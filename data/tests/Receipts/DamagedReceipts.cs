using System.Diagnostics;
using System.Globalization;
using System.Text;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Data.Tests.Receipts;

/// <summary>A receipt as it reaches the portal.</summary>
/// <param name="How">What was done to it, for the table.</param>
internal sealed record DamagedReceipt(GeneratedReceipt Receipt, FileType Type, string Path, string How);

/// <summary>Prints generated receipts and makes of them what people send: PDFs, scans and photos with noise, aslant, on their side, heavily compressed.</summary>
internal sealed class DamagedReceipts(int seed, string folder)
{
    private readonly Random random = new(seed);

    public async Task<IReadOnlyList<DamagedReceipt>> MakeAsync(IReadOnlyList<GeneratedReceipt> receipts)
    {
        await PrintAsync(receipts);
        var made = new List<DamagedReceipt>();
        foreach (var receipt in receipts) made.Add(await MakeAsync(receipt));
        return made;
    }

    /// <summary>As <c>all.pdf</c>, a page each.</summary>
    public async Task PrintAsync(IReadOnlyList<GeneratedReceipt> receipts)
    {
        await File.WriteAllTextAsync(At("all.html"), GeneratedReceipts.Document(receipts));
        await RunAsync("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", $"--user-data-dir={At("chromium")}", "--no-pdf-header-footer",
            $"--print-to-pdf={At("all.pdf")}", $"file://{At("all.html")}");
    }

    /// <summary>Every fifth as a PDF with its text, every tenth as a scan in a PDF, the others as photos.</summary>
    private async Task<DamagedReceipt> MakeAsync(GeneratedReceipt receipt)
    {
        var page = Text(receipt.Number);
        if (receipt.Number % 5 == 0)
        {
            await RunAsync("pdfseparate", "-f", page, "-l", page, At("all.pdf"), At($"{page}.pdf"));
            return new DamagedReceipt(receipt, FileType.Pdf, At($"{page}.pdf"), "PDF");
        }
        var (degrees, quarters, noise, quality, scale) = (Math.Round((random.NextDouble() * 10) - 5, 1), random.Next(4), Math.Round(6 + (random.NextDouble() * 12), 1), random.Next(35, 61), random.Next(3) == 0 ? 0.75 : 1);
        await RunAsync("pdftocairo", "-png", "-r", "200", "-f", page, "-l", page, "-singlefile", At("all.pdf"), At("page"));
        await RunAsync("vips", "similarity", At("page.png"), At("aslant.v"), "--angle", Text(degrees), "--scale", Text(scale), "--background", "250 250 245");
        await RunAsync("vips", "rot", At("aslant.v"), At("turned.v"), $"d{quarters * 90}");
        var (width, height) = ((await RunAsync("vipsheader", "-f", "width", At("turned.v"))).Trim(), (await RunAsync("vipsheader", "-f", "height", At("turned.v"))).Trim());
        await RunAsync("vips", "gaussnoise", At("noise.v"), width, height, "--sigma", Text(noise), "--mean", "0", "--seed", page);
        await RunAsync("vips", "add", At("turned.v"), At("noise.v"), At("noisy.v"));
        await RunAsync("vips", "cast", At("noisy.v"), At($"{page}.jpg[Q={Text(quality)}]"), "uchar");
        var how = string.Create(CultureInfo.InvariantCulture, $"{degrees:+0.0;-0.0}°, {quarters * 90}°, noise σ {noise:0.0}, JPEG {quality}, {width} × {height}");
        if (receipt.Number % 10 != 3) return new DamagedReceipt(receipt, FileType.Jpeg, At($"{page}.jpg"), how);
        await File.WriteAllBytesAsync(At($"{page}.pdf"), ScanOf(await File.ReadAllBytesAsync(At($"{page}.jpg")), int.Parse(width, CultureInfo.InvariantCulture), int.Parse(height, CultureInfo.InvariantCulture)));
        return new DamagedReceipt(receipt, FileType.Pdf, At($"{page}.pdf"), $"scan in a PDF, {how}");
    }

    /// <summary>A PDF of one page that is nothing but a JPEG of 200 dots per inch.</summary>
    internal static byte[] ScanOf(byte[] jpeg, int width, int height)
    {
        using var pdf = new MemoryStream();
        var offsets = new List<long>();
        var (wide, high) = (Text(width * 0.36), Text(height * 0.36));
        var content = $"q {wide} 0 0 {high} 0 0 cm /I Do Q";
        Write("%PDF-1.4\n");
        Object("<< /Type /Catalog /Pages 2 0 R >>");
        Object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        Object($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>");
        Object($"<< /Length {Text(content.Length)} >>\nstream\n{content}\nendstream");
        offsets.Add(pdf.Length);
        Write($"5 0 obj\n<< /Type /XObject /Subtype /Image /Width {Text(width)} /Height {Text(height)} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {Text(jpeg.Length)} >>\nstream\n");
        pdf.Write(jpeg);
        Write("\nendstream\nendobj\n");
        var start = pdf.Length;
        Write($"xref\n0 {Text(offsets.Count + 1)}\n0000000000 65535 f \n");
        foreach (var offset in offsets) Write(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        Write($"trailer\n<< /Size {Text(offsets.Count + 1)} /Root 1 0 R >>\nstartxref\n{Text(start)}\n%%EOF\n");
        return pdf.ToArray();

        void Write(string text) => pdf.Write(Encoding.ASCII.GetBytes(text));

        void Object(string body)
        {
            offsets.Add(pdf.Length);
            Write($"{Text(offsets.Count)} 0 obj\n{body}\nendobj\n");
        }
    }

    internal static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }

    private string At(string name) => Path.Combine(folder, name);

    private static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
