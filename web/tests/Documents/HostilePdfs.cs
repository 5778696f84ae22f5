using System.Globalization;
using System.IO.Compression;
using System.Text;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>PDFs by their first bytes that are taken, and found out when a process of its own looks into them.</summary>
internal static class HostilePdfs
{
    private const string Pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", Page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>";
    private const string Script = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

    public static IEnumerable<HostileFile> All()
    {
        var pdf = TestFiles.Pdf("text");
        foreach (var (what, bytes, words) in new (string, byte[], string)[]
        {
            ("JavaScript when it is opened", Catalog($"/OpenAction {Script}"), DocumentFaults.ActivePdf),
            // Found by the inspection too; clamd calls names that hide malware of themselves.
            ("JavaScript with its name in hexadecimal", Catalog("/OpenAction << /S /Java#53cript /J#53 (1) >>"), DocumentStates.QuarantinedWords),
            ("JavaScript in a compressed object", Compressed(Catalog($"/OpenAction {Script}")), DocumentFaults.ActivePdf),
            ("JavaScript among the names", Catalog($"/Names << /JavaScript << /Names [(a) {Script}] >> >>"), DocumentFaults.ActivePdf),
            ("JavaScript when a page is turned to", OfPage($"/AA << /O {Script} >>"), DocumentFaults.ActivePdf),
            ("JavaScript in the field of a form", OfPage($"/Annots [<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 9 9] /AA << /K {Script} >> >>]"), DocumentFaults.ActivePdf),
            ("JavaScript behind another action", Catalog($"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next {Script} >>"), DocumentFaults.ActivePdf),
            ("JavaScript in an object nothing leads to", Build($"<< /Type /Catalog /Pages 2 0 R >>", Pages, Page, Script), DocumentFaults.ActivePdf),
            ("a program started when it is opened", Catalog("/OpenAction << /S /Launch /F (cmd.exe) >>"), DocumentFaults.ActivePdf),
            ("a program started by a link", OfPage("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /Win << /F (cmd.exe) >> >> >>]"), DocumentFaults.ActivePdf),
            ("an embedded file", HostileFile.Through(pdf, "qpdf", "IN", "--add-attachment", "/etc/hostname", "--", "OUT"), DocumentFaults.FilesInside),
            ("an embedded file in compressed objects", Compressed(HostileFile.Through(pdf, "qpdf", "IN", "--add-attachment", "/etc/hostname", "--", "OUT")), DocumentFaults.FilesInside),
            ("a file pinned to a page", OfPage("/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /Type /Filespec /F (a.exe) /EF << /F 4 0 R >> >> >>]"), DocumentFaults.FilesInside),
            ("a film player", OfPage("/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]"), DocumentFaults.FilesInside),
            ("no pages", Build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), DocumentFaults.NoPages),
            ("pages that contain themselves", Build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), DocumentFaults.BrokenPdf),
            ("no catalog", Build("<< /Type /Nothing >>", Pages, Page), DocumentFaults.NoPages),
            ("the head alone", "%PDF-1.7\n"u8.ToArray(), DocumentFaults.BrokenPdf),
            ("half a PDF", pdf[..(pdf.Length / 2)], DocumentFaults.BrokenPdf),
            ("zeros behind the head", TestFiles.OfSize(5000), DocumentFaults.BrokenPdf),
            ("noise behind the head", [.. "%PDF-1.7\n"u8, .. Noise(100_000)], DocumentFaults.BrokenPdf),
            ("HTML behind the head", [.. "%PDF-1.7\n"u8, .. "<html><script>alert(1)</script></html>"u8], DocumentFaults.BrokenPdf),
            ("a table of objects that points nowhere", Replaced(pdf, "startxref\n", "startxref\n9"), DocumentFaults.BrokenPdf),
            ("a page that is cut out", Replaced(pdf, "4 0 obj", "9 0 obj"), DocumentFaults.BrokenPdf),
            ("text compressed by a method that is none", Build("<< /Type /Catalog /Pages 2 0 R >>", Pages, Contents, Stream("noise that inflates to nothing", "/Filter /FlateDecode")), DocumentFaults.BrokenPdf),
            ("100,000 lists inside each other", Catalog($"/Deep {new string('[', 100_000)}{new string(']', 100_000)}"), DocumentFaults.BrokenPdf),
            ("a page of one gibibyte, compressed twice to a few kilobytes", Bomb(1L << 30), DocumentFaults.TooComplex),
            ("a ZIP reader opens it as well", [.. pdf, .. HostileArrivals.Zip("a.exe")], DocumentFaults.SomethingElseInside),
            ("a Word file as well", [.. pdf, .. HostileArrivals.Zip("[Content_Types].xml")], DocumentFaults.SomethingElseInside),
        }) yield return new($"PDF: {what}", "書類.pdf", bytes, words);
    }

    private const string Contents = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>";

    private static byte[] Catalog(string entry) => Build($"<< /Type /Catalog /Pages 2 0 R {entry} >>", Pages, Page);

    private static byte[] OfPage(string entry) => Build("<< /Type /Catalog /Pages 2 0 R >>", Pages, $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {entry} >>", Stream("MZ", "/Type /EmbeddedFile"));

    private static byte[] Compressed(byte[] pdf) => HostileFile.Through(pdf, "qpdf", "--object-streams=generate", "IN", "OUT");

    private static byte[] Bomb(long size)
    {
        using var inner = new MemoryStream();
        using (var deflate = new ZLibStream(inner, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var written = 0L; written < size; written += zeros.Length) deflate.Write(zeros);
        }
        using var outer = new MemoryStream();
        using (var deflate = new ZLibStream(outer, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(inner.ToArray());
        return Build("<< /Type /Catalog /Pages 2 0 R >>", Pages, Contents, Stream(Encoding.Latin1.GetString(outer.ToArray()), "/Filter [/FlateDecode /FlateDecode]"));
    }

    private static string Stream(string content, string entries) => string.Create(CultureInfo.InvariantCulture, $"<< /Length {content.Length} {entries} >>\nstream\n{content}\nendstream");

    private static byte[] Replaced(byte[] pdf, string old, string by)
    {
        var text = Encoding.Latin1.GetString(pdf);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text.Replace(old, by, StringComparison.Ordinal));
    }

    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        new Random(20260526).NextBytes(noise);
        return noise;
    }

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
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }
}
