using System.Globalization;
using System.Text;
using GrantPortal.Data.Documents.Inspection;
using GrantPortal.Data.Tools;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Documents;

/// <summary>Sound, broken and hostile files, looked into by the real tools.</summary>
public sealed class InspectionTests
{
    private const string Pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", Page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>";

    public static TheoryData<string, FileType, byte[], string?> Files()
    {
        var (pdf, png, jpeg) = (TestFiles.Pdf("text"), TestFiles.Png(), TestFiles.Jpeg());
        return new()
        {
            { "a PDF", FileType.Pdf, pdf, null },
            { "a PNG", FileType.Png, png, null },
            { "a JPEG", FileType.Jpeg, jpeg, null },
            { "JavaScript when it is opened", FileType.Pdf, Pdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), DocumentFaults.ActivePdf },
            { "JavaScript with its name in hexadecimal", FileType.Pdf, Pdf("/OpenAction << /S /Java#53cript /J#53 (1) >>"), DocumentFaults.ActivePdf },
            { "a launch action", FileType.Pdf, Pdf("/OpenAction << /S /Launch /F (cmd.exe) >>"), DocumentFaults.ActivePdf },
            { "an embedded file", FileType.Pdf, Pdf("/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << >> >>] >> >>"), DocumentFaults.FilesInside },
            { "no pages", FileType.Pdf, Build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), DocumentFaults.NoPages },
            { "pages that contain themselves", FileType.Pdf, Build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), DocumentFaults.BrokenPdf },
            { "half a PDF", FileType.Pdf, pdf[..(pdf.Length / 2)], DocumentFaults.BrokenPdf },
            { "zeros behind a PDF's head", FileType.Pdf, TestFiles.OfSize(5000), DocumentFaults.BrokenPdf },
            { "a PDF that a ZIP reader opens", FileType.Pdf, [.. pdf, .. ZipEnd()], DocumentFaults.SomethingElseInside },
            { "half a PNG", FileType.Png, png[..(png.Length / 2)], DocumentFaults.BrokenImage },
            { "a PNG with a flipped bit", FileType.Png, Flipped(png), DocumentFaults.BrokenImage },
            { "a PNG that a ZIP reader opens", FileType.Png, [.. png, .. ZipEnd()], DocumentFaults.SomethingElseInside },
            { "a PNG with a PDF behind it", FileType.Png, [.. png, .. pdf], DocumentFaults.SomethingElseInside },
            { "a PNG of 101 megapixels", FileType.Png, TestFiles.Png(10_100, 10_000), DocumentFaults.TooManyPixels },
            { "half a JPEG", FileType.Jpeg, jpeg[..(jpeg.Length * 3 / 4)], DocumentFaults.BrokenImage },
            { "a JPEG with a program behind it", FileType.Jpeg, [.. jpeg, .. "MZ program"u8], DocumentFaults.SomethingElseInside },
        };
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_sound_or_unusable_in_words_that_say_what_to_do(string what, FileType type, byte[] bytes, string? fault)
    {
        using var folder = WorkFolder.Create();
        var path = await folder.SaveAsync("file", new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var finding = type == FileType.Pdf
            ? await PdfInspection.RunAsync(path, folder, TestContext.Current.CancellationToken)
            : await ImageInspection.RunAsync(path, type, folder, TestContext.Current.CancellationToken);
        Assert.True((finding as Finding.Unusable)?.Words == fault, $"{what}: {finding}");
    }

    [Fact]
    public async Task A_tool_that_takes_too_long_is_ended()
    {
        using var folder = WorkFolder.Create();
        var run = await BoundedTool.RunAsync("sleep", ["60"], new ToolLimits(TimeSpan.FromSeconds(0.3), 1L << 30, 1 << 20), folder, cancel: TestContext.Current.CancellationToken);
        Assert.True(run.Exceeded);
    }

    private static byte[] Pdf(string entry) => Build($"<< /Type /Catalog /Pages 2 0 R {entry} >>", Pages, Page);

    private static byte[] Build(params string[] objects)
    {
        var pdf = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder();
        foreach (var (body, i) in objects.Select((body, i) => (body, i)))
        {
            table.Append(CultureInfo.InvariantCulture, $"{pdf.Length:D10} 00000 n \n");
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{body}\nendobj\n");
        }
        var start = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }

    private static byte[] Flipped(byte[] png)
    {
        var flipped = png.ToArray();
        flipped[png.AsSpan().IndexOf("IDAT"u8) + 10] ^= 0xFF;
        return flipped;
    }

    private static byte[] ZipEnd() => [.. "PK\u0005\u0006"u8, .. new byte[18]];
}
