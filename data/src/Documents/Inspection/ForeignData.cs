using System.Buffers.Binary;

namespace GrantPortal.Data.Documents.Inspection;

/// <summary>Data of another kind in a file: what makes it open as something else elsewhere (a polyglot).</summary>
public static class ForeignData
{
    /// <summary>The record that ends a ZIP archive, and the longest comment after it.</summary>
    private const int ZipEnd = 22, ZipComment = 65_535;

    private const int PdfHead = 1024;

    /// <summary>How far into what follows an image is looked for the beginnings of something else.</summary>
    private const int Looked = 1024 * 1024;

    private static readonly byte[][] Anywhere = ["%PDF-"u8.ToArray(), "PK\u0003\u0004"u8.ToArray(), "<script"u8.ToArray(), "<html"u8.ToArray(), "<?php"u8.ToArray(), "Rar!\u001a\u0007"u8.ToArray(), [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]];
    private static readonly byte[][] First = ["MZ"u8.ToArray(), "\u007fELF"u8.ToArray(), "#!"u8.ToArray()];

    /// <summary>Whether a ZIP reader opens the file: its last record ends where the file ends. Word files, JAR and APK are such archives.</summary>
    public static bool OpensAsZip(Stream file)
    {
        var tail = Tail(file, ZipEnd + ZipComment).AsSpan();
        for (var at = tail.Length - ZipEnd; at >= 0; at--)
        {
            if (tail[at..].StartsWith("PK\u0005\u0006"u8) && at + ZipEnd + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length) return true;
        }
        return false;
    }

    /// <summary>Whether something else begins behind an image. Cameras put their own data there, which is left alone: it is not shown.</summary>
    /// <param name="end">Where the image ends.</param>
    public static bool Follows(Stream file, long end)
    {
        file.Position = end;
        var rest = new byte[Math.Min(Looked, file.Length - end)];
        file.ReadExactly(rest);
        return First.Any(begins => rest.AsSpan().StartsWith(begins)) || Anywhere.Any(begins => rest.AsSpan().IndexOf(begins) >= 0);
    }

    /// <summary>Whether PDF readers open an image: they look for their mark in the first kibibyte.</summary>
    public static bool OpensAsPdf(Stream file)
    {
        file.Position = 0;
        var head = new byte[Math.Min(PdfHead, file.Length)];
        file.ReadExactly(head);
        return head.AsSpan().IndexOf("%PDF-"u8) >= 0;
    }

    private static byte[] Tail(Stream file, int most)
    {
        var tail = new byte[Math.Min(most, file.Length)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        return tail;
    }
}
