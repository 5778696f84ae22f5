using System.Buffers.Binary;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>Images by their first bytes that are taken, and found out when they are decoded.</summary>
internal static class HostileImages
{
    public static IEnumerable<HostileFile> All()
    {
        var (pdf, png, jpeg, zip) = (TestFiles.Pdf("text"), TestFiles.Png(), TestFiles.Jpeg(), HostileArrivals.Zip("a.exe"));
        foreach (var (what, bytes, words) in new (string, byte[], string)[]
        {
            ("half of it", png[..(png.Length / 2)], DocumentFaults.BrokenImage),
            ("its head alone", png[..33], DocumentFaults.BrokenImage),
            ("one byte of its pixels changed", Changed(png, png.AsSpan().IndexOf("IDAT"u8) + 10), DocumentFaults.BrokenImage),
            ("a wrong checksum", Changed(png, 30), DocumentFaults.BrokenImage),
            ("no pixels", [.. png.AsSpan(0, 33), .. png.AsSpan(png.Length - 12)], DocumentFaults.BrokenImage),
            ("a width of zero", Sized(png, 0, 200), DocumentFaults.BrokenImage),
            ("a height it does not have", Sized(png, 320, 4000), DocumentFaults.BrokenImage),
            ("101 megapixels", TestFiles.Png(10_100, 10_000), DocumentFaults.TooManyPixels),
            ("3.6 gigapixels in a hundred bytes", Sized(png, 60_000, 60_000), DocumentFaults.TooManyPixels),
            ("a ZIP reader opens it as well", [.. png, .. zip], DocumentFaults.SomethingElseInside),
            ("a PDF behind it", [.. png, .. pdf], DocumentFaults.SomethingElseInside),
            ("a program behind it", [.. png, .. "MZ program"u8], DocumentFaults.SomethingElseInside),
            ("a web page behind it", [.. png, .. "<html><script>alert(1)</script>"u8], DocumentFaults.SomethingElseInside),
        }) yield return new($"PNG: {what}", "画面.png", bytes, words);
        foreach (var (what, bytes, words) in new (string, byte[], string)[]
        {
            ("three quarters of it", jpeg[..(jpeg.Length * 3 / 4)], DocumentFaults.BrokenImage),
            ("its mark alone", jpeg[..4], DocumentFaults.BrokenImage),
            ("no end", jpeg[..^2], DocumentFaults.BrokenImage),
            ("a length that points behind its end", Changed(jpeg, 4, 0xFF), DocumentFaults.BrokenImage),
            ("4.3 gigapixels in a few hundred bytes", JpegSized(jpeg, 65_500), DocumentFaults.TooManyPixels),
            ("a program behind it", [.. jpeg, .. "MZ program"u8], DocumentFaults.SomethingElseInside),
            ("PHP behind it", [.. jpeg, .. "\n<?php system($_GET[0]);"u8], DocumentFaults.SomethingElseInside),
            ("a RAR archive behind it", [.. jpeg, .. "Rar!\u001a\u0007\0"u8], DocumentFaults.SomethingElseInside),
            ("a ZIP reader opens it as well", [.. jpeg, .. zip], DocumentFaults.SomethingElseInside),
            ("a PDF reader opens it as well: its head stands in a comment", Commented(jpeg, "%PDF-1.4\n"u8), DocumentFaults.SomethingElseInside),
        }) yield return new($"JPEG: {what}", "写真.jpg", bytes, words);
    }

    private static byte[] Changed(byte[] image, int at, byte? to = null)
    {
        var changed = image.ToArray();
        changed[at] = to ?? (byte)(changed[at] ^ 0xFF);
        return changed;
    }

    /// <summary>Says another size, under a checksum that fits.</summary>
    private static byte[] Sized(byte[] png, int width, int height)
    {
        var sized = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(sized.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(sized.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(sized.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(sized.AsSpan(12, 17)));
        return sized;
    }

    private static byte[] JpegSized(byte[] jpeg, ushort side)
    {
        var sized = jpeg.ToArray();
        var frame = sized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(sized.AsSpan(frame + 5), side);
        BinaryPrimitives.WriteUInt16BigEndian(sized.AsSpan(frame + 7), side);
        return sized;
    }

    private static byte[] Commented(byte[] jpeg, ReadOnlySpan<byte> comment) =>
        [.. jpeg.AsSpan(0, 2), 0xFF, 0xFE, 0, (byte)(comment.Length + 2), .. comment, .. jpeg.AsSpan(2)];
}
