using System.IO.Compression;
using System.Text;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>What is told from the first bytes, the name or the length, while the file arrives.</summary>
internal static class HostileArrivals
{
    public static IEnumerable<HostileFile> All()
    {
        var (pdf, png, jpeg) = (TestFiles.Pdf("text"), TestFiles.Png(), TestFiles.Jpeg());
        yield return HostileFile.Refused("nothing at all", "領収書.pdf", [], FileContent.Empty);
        foreach (var (what, name, bytes) in new (string, string, byte[])[]
        {
            ("one byte", "領収書.pdf", [0x25]),
            ("a signature cut short", "画面.png", [0x89, 0x50, 0x4E]),
            ("spaces", "領収書.pdf", "        "u8.ToArray()),
            ("a Windows program called PDF", "請求書.pdf", [.. "MZ\u0090\0"u8, .. new byte[100]]),
            ("a Linux program called PNG", "画面.png", [.. "\u007fELF\u0002\u0001"u8, .. new byte[100]]),
            ("a shell script called JPEG", "写真.jpg", "#!/bin/sh\nrm -rf /\n"u8.ToArray()),
            ("a ZIP called PDF", "書類.pdf", Zip("a.txt")),
            ("a Word file called PDF", "申立書.pdf", Zip("[Content_Types].xml")),
            ("a Java archive called PNG", "画面.png", Zip("META-INF/MANIFEST.MF")),
            ("an old Office file", "一覧.pdf", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[100]]),
            ("a RAR archive", "書類.pdf", [.. "Rar!\u001a\u0007\0"u8, .. new byte[100]]),
            ("a 7z archive", "書類.pdf", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, .. new byte[100]]),
            ("gzip", "書類.pdf", [0x1F, 0x8B, 8, .. new byte[100]]),
            ("HTML with a script called PDF", "通知.pdf", "<html><script>alert(1)</script>"u8.ToArray()),
            ("SVG with a script called PNG", "画面.png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray()),
            ("XML with an external entity", "通知.pdf", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"u8.ToArray()),
            ("PostScript", "通知.pdf", "%!PS-Adobe-3.0\n"u8.ToArray()),
            ("a GIF", "画面.png", [.. "GIF89a"u8, .. new byte[50]]),
            ("a BMP", "画面.png", [.. "BM"u8, .. new byte[50]]),
            ("a WebP", "画面.jpg", [.. "RIFF\0\0\0\0WEBPVP8 "u8, .. new byte[50]]),
            ("a HEIC as telephones make them", "IMG_0001.HEIC", [0, 0, 0, 0x18, .. "ftypheic"u8, .. new byte[50]]),
            ("a TIFF", "スキャン.jpg", [.. "II*\0"u8, .. new byte[50]]),
            ("a film", "動画.jpg", [0, 0, 0, 0x18, .. "ftypmp42"u8, .. new byte[50]]),
            ("a mail", "お知らせ.pdf", "From: a@example.jp\r\nSubject: x\r\n\r\n"u8.ToArray()),
            ("JSON", "データ.pdf", "{\"a\": 1}"u8.ToArray()),
            ("a PDF behind a byte order mark", "通知.pdf", [0xEF, 0xBB, 0xBF, .. pdf]),
            ("a PDF behind a script", "通知.pdf", [.. "<script>alert(1)</script>\n"u8, .. pdf]),
            ("a PNG whose line ends were changed on the way", "画面.png", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, .. png.AsSpan(8)]),
        }) yield return HostileFile.Refused(what, name, bytes, FileContent.WrongType);
        yield return HostileFile.Refused("one byte more than 20 MiB", "大きい.pdf", TestFiles.OfSize(FileContent.LargestBytes + 1), FileContent.TooLarge);
        yield return HostileFile.Lying("a PNG called PDF", "通帳.pdf", png);
        yield return HostileFile.Lying("a PDF called JPEG", "領収書.jpg", pdf);
        yield return HostileFile.Lying("a JPEG called PNG", "画面.png", jpeg);
        yield return HostileFile.Lying("a PDF called a program", "領収書.pdf.exe", pdf);
        yield return HostileFile.Lying("a PDF called a web page", "領収書.html", pdf);
        yield return HostileFile.Lying("a PNG called a Word file with macros", "通帳.docm", png);
        yield return HostileFile.Refused("a PDF whose name is turned around to hide its ending", "領収書\u202Efdp.exe", pdf, FileContent.Lie("領収書fdp.exe", FileType.Pdf)!);
        foreach (var (what, arguments) in new (string, string[])[]
        {
            ("a PDF with a password (AES, 256 bits)", ["--encrypt", "secret", "owner", "256", "--", "IN", "OUT"]),
            ("a PDF with a password (AES, 128 bits)", ["--encrypt", "secret", "owner", "128", "--use-aes=y", "--", "IN", "OUT"]),
            ("a PDF with a password (RC4, 40 bits)", ["--allow-weak-crypto", "--encrypt", "secret", "owner", "40", "--", "IN", "OUT"]),
            ("a PDF that opens but may not be printed", ["--encrypt", "", "owner", "256", "--print=none", "--", "IN", "OUT"]),
            ("a PDF with a password, its table compressed", ["--object-streams=generate", "--encrypt", "secret", "owner", "256", "--", "IN", "OUT"]),
        }) yield return HostileFile.Refused(what, "保護.pdf", HostileFile.Through(pdf, "qpdf", arguments), DocumentFaults.Encrypted);
    }

    internal static byte[] Zip(string entry)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var stream = zip.CreateEntry(entry).Open()) stream.Write(Encoding.UTF8.GetBytes("text"));
        return bytes.ToArray();
    }
}
