namespace GrantPortal.Domain.Documents;

/// <summary>What a file is by its first bytes, whatever its name says.</summary>
public enum FileType
{
    Pdf,
    Jpeg,
    Png,
}

public static class FileContent
{
    /// <summary>20 MiB, in bytes: the largest document accepted.</summary>
    public const long LargestBytes = 20L * 1024 * 1024;

    /// <summary>How many leading bytes <see cref="Recognise"/> wants to see.</summary>
    public const int HeadBytes = 16;

    public const string TooLarge = "ファイルが大きすぎます。20MiB（20,971,520バイト）以下のファイルを選んでください。スキャンの解像度を下げると小さくなります。";
    public const string Empty = "ファイルが空です（0バイト）。もう一度ファイルを選んでください。";
    public const string WrongType = "PDF、JPEG、PNGのいずれかのファイルを選んでください（ファイルの中身で判定しています。拡張子を変えただけのファイルは使えません）。";

    /// <summary>PDF, JPEG or PNG by the signature at the very start of the file; null for all else.</summary>
    public static FileType? Recognise(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(PngSignature)) return FileType.Png;
        if (head.StartsWith(JpegSignature)) return FileType.Jpeg;
        return head.StartsWith("%PDF-"u8) ? FileType.Pdf : null;
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    public static string MediaType(this FileType type) => type switch
    {
        FileType.Pdf => "application/pdf",
        FileType.Jpeg => "image/jpeg",
        _ => "image/png",
    };
}
