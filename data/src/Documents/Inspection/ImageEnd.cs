using System.Buffers.Binary;

namespace GrantPortal.Data.Documents.Inspection;

/// <summary>Where an image ends, by its own structure. What it shows is left to the decoder.</summary>
public static class ImageEnd
{
    private const int Marker = 0xFF, Stuffed = 0x00, Temporary = 0x01, FirstRestart = 0xD0, Start = 0xD8, End = 0xD9;

    /// <returns>The offset behind it; null: it breaks off before.</returns>
    public static long? OfPng(Stream file)
    {
        file.Position = 8;
        var head = new byte[8];
        while (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8)
        {
            var next = file.Position + BinaryPrimitives.ReadUInt32BigEndian(head) + 4;
            if (next > file.Length) return null;
            if (head.AsSpan(4).SequenceEqual("IEND"u8)) return next;
            file.Position = next;
        }
        return null;
    }

    /// <inheritdoc cref="OfPng"/>
    public static long? OfJpeg(Stream file)
    {
        file.Position = 2;
        while (NextMarker(file) is { } marker)
        {
            if (marker == End) return file.Position;
            if (marker is Stuffed or Temporary or (>= FirstRestart and <= Start)) continue;
            var (high, low) = (file.ReadByte(), file.ReadByte());
            var length = (high << 8) + low;
            if (low < 0 || length < 2 || file.Position + length - 2 > file.Length) return null;
            file.Position += length - 2;
            // Behind the head of a scan follow the pixels, in which FF is stuffed or a restart: both are passed over above.
        }
        return null;
    }

    /// <summary>The code behind the next FF; null at the end.</summary>
    private static int? NextMarker(Stream file)
    {
        int read;
        do
        {
            read = file.ReadByte();
        }
        while (read != Marker && read >= 0);
        while (read == Marker) read = file.ReadByte();
        return read < 0 ? null : read;
    }
}
