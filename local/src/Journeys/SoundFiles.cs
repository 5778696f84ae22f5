using System.Globalization;
using System.Text;

namespace GrantPortal.Local;

/// <summary>Files of any size that every reader finds sound, each with bytes of its own.</summary>
public static class SoundFiles
{
    /// <summary>A PDF of one page that is as large as a scan: beside the page stands a stream nobody draws.</summary>
    /// <param name="size">Bytes of that stream; the file has about 700 more.</param>
    public static byte[] Pdf(int size, Random random)
    {
        List<byte[]> objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>"u8.ToArray(), "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"u8.ToArray(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"u8.ToArray(),
            "<< /Length 44 >>\nstream\nBT /F1 24 Tf 72 760 Td (GrantPortal scan) Tj\nendstream"u8.ToArray(), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"u8.ToArray(),
            [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<< /Length {size} >>\nstream\n")), .. Noise(size, random), .. "\nendstream"u8],
        ];
        using var pdf = new MemoryStream(size + 2048);
        pdf.Write("%PDF-1.4\n"u8);
        var offsets = new List<long>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n")));
            pdf.Write(objects[i]);
            pdf.Write("\nendobj\n"u8);
        }
        var start = pdf.Length;
        var table = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in offsets) table.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        table.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        pdf.Write(Encoding.ASCII.GetBytes(table.ToString()));
        return pdf.ToArray();
    }

    /// <summary>A picture that is as large as a photograph: behind its head stand comments.</summary>
    /// <param name="size">Bytes it has at least.</param>
    public static byte[] Photograph(int size, Random random)
    {
        const int Longest = 65_000;
        var picture = Convert.FromBase64String(SmallPicture);
        using var jpeg = new MemoryStream();
        jpeg.Write(picture.AsSpan(0, 2));
        while (jpeg.Length < size)
        {
            jpeg.Write([0xFF, 0xFE, (Longest + 2) >> 8, (Longest + 2) & 0xFF]);
            jpeg.Write(Noise(Longest, random));
        }
        jpeg.Write(picture.AsSpan(2));
        return jpeg.ToArray();
    }

    /// <summary>No ASCII in it: noise must not happen to begin an archive or a script.</summary>
    private static byte[] Noise(int size, Random random)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        for (var i = 0; i < bytes.Length; i++) bytes[i] |= 0x80;
        return bytes;
    }

    /// <summary>16 × 16 grey pixels.</summary>
    private const string SmallPicture =
        "/9j/4AAQSkZJRgABAQAASABIAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AP7+KKKKKKKK/9k=";
}
