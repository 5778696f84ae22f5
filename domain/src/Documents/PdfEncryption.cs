namespace GrantPortal.Domain.Documents;

/// <summary>
/// Watches a PDF go by for the entry of its trailer that says it is encrypted. Trailers are never compressed nor encrypted, so that it can be told while
/// the bytes arrive; what hides it from here is found when the file is inspected.
/// </summary>
public sealed class PdfEncryption
{
    /// <summary>Longer than the entry with its spaces.</summary>
    private const int Overlap = 64;

    private readonly byte[] tail = new byte[Overlap];
    private int kept;

    /// <param name="block">The next bytes.</param>
    /// <returns>True when the entry stands in them, or began in the block before.</returns>
    public bool Passes(ReadOnlySpan<byte> block)
    {
        Span<byte> seam = stackalloc byte[2 * Overlap];
        tail.AsSpan(0, kept).CopyTo(seam);
        var begun = Math.Min(Overlap, block.Length);
        block[..begun].CopyTo(seam[kept..]);
        seam = seam[..(kept + begun)];
        var found = IsIn(seam) || IsIn(block);
        // Of a short block also what stood before it.
        ReadOnlySpan<byte> end = block.Length < Overlap ? seam : block;
        kept = Math.Min(Overlap, end.Length);
        end[^kept..].CopyTo(tail);
        return found;
    }

    private static bool IsIn(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf("/Encrypt"u8) is >= 0 and var at)
        {
            bytes = bytes[(at + "/Encrypt"u8.Length)..];
            var value = bytes.TrimStart(" \t\r\n\f\0"u8);
            // A reference to the dictionary, or the dictionary itself; not /EncryptMetadata.
            if (value.Length > 0 && (char.IsAsciiDigit((char)value[0]) && value.Length < bytes.Length || value.StartsWith("<<"u8))) return true;
        }
        return false;
    }
}
