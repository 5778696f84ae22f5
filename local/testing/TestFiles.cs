using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace GrantPortal.Testing;

/// <summary>Small real files that every reader opens.</summary>
public static class TestFiles
{
    /// <summary>A PDF of one page with a line of text.</summary>
    public static byte[] Pdf(string text) => Pages(text);

    /// <summary>A PDF with a page for each line of text; of the text only ASCII.</summary>
    public static byte[] Pages(params string[] lines) =>
        PagesOf([.. lines.Select(line => $"BT /F1 24 Tf 72 760 Td (GrantPortal {new string([.. line.Where(char.IsAscii)])}) Tj ET")]);

    /// <summary>A PDF whose page looks like no other's: dark patches at places of chance.</summary>
    public static byte[] Drawing()
    {
        var content = new StringBuilder();
        for (var i = 0; i < 12; i++)
        {
            var (x, y, width, height) = (Random.Shared.Next(0, 450), Random.Shared.Next(0, 650), Random.Shared.Next(60, 200), Random.Shared.Next(60, 200));
            content.Append(CultureInfo.InvariantCulture, $"{x} {y} {width} {height} re f ");
        }
        return PagesOf([content.ToString()]);
    }

    private static byte[] PagesOf(IReadOnlyList<string> contents)
    {
        var kids = string.Join(' ', contents.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{4 + (2 * i)} 0 R")));
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            string.Create(CultureInfo.InvariantCulture, $"<< /Type /Pages /Kids [{kids}] /Count {contents.Count} >>"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        };
        foreach (var (content, i) in contents.Select((content, i) => (content, i)))
        {
            objects.Add(string.Create(CultureInfo.InvariantCulture, $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + (2 * i)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"));
            objects.Add(string.Create(CultureInfo.InvariantCulture, $"<< /Length {content.Length} >>\nstream\n{content}\nendstream"));
        }
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var start = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }

    /// <summary>A PNG of one colour.</summary>
    public static byte[] Png(int width = 320, int height = 200, byte shade = 0xD9) => Png(width, height, row => row.Fill(shade));

    /// <summary>A PNG of grey noise: about as many bytes as it has pixels.</summary>
    public static byte[] Png(int width, int height, Random random) => Png(width, height, random.NextBytes);

    private static byte[] Png(int width, int height, RowFiller fill)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 0); // eight bits of grey
        Chunk(png, "IHDR", header);
        using var pixels = new MemoryStream();
        using (var deflate = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var y = 0; y < height; y++)
            {
                fill(row.AsSpan(1));
                deflate.Write(row);
            }
        }
        Chunk(png, "IDAT", pixels.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>A JPEG of 16 × 16 grey pixels.</summary>
    public static byte[] Jpeg() => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAASABIAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AP7+KKKKKKKK/9k=");

    /// <summary>A file of exactly this many bytes that begins as a PDF.</summary>
    public static byte[] OfSize(long bytes)
    {
        var file = new byte[bytes];
        "%PDF-1.4\n"u8.CopyTo(file);
        return file;
    }

    private delegate void RowFiller(Span<byte> row);

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), System.IO.Hashing.Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        png.Write(chunk);
    }
}
