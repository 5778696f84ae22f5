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

    /// <summary>Why a name does not fit what the file is, in words that say what to do; null when it does, or has no ending at all.</summary>
    /// <param name="name">As it came, with its ending.</param>
    public static string? Lie(string name, FileType type)
    {
        var ending = Path.GetExtension(name).ToLowerInvariant();
        // A date or a number at the end (「領収書 2026.5.10」) is none.
        if (ending.Length == 0 || ending.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 || type.Endings().Contains(ending)) return null;
        var known = Enum.GetValues<FileType>().Where(t => t.Endings().Contains(ending)).Select(t => (FileType?)t).FirstOrDefault();
        return known is null
            ? $"ファイル名の終わりが「{ending}」ですが、PDF、JPEG、PNGのファイルではない名前です。ファイルを開き、PDF、JPEG、PNGのいずれかで保存し直してから選んでください。"
            : $"ファイル名の終わりは「{ending}」ですが、中身は{type.Name()}です。中身に合わせてファイル名の終わりを「{type.Endings()[0]}」に直すか、{known.Value.Name()}で保存し直してから選んでください。";
    }

    /// <summary>As people call it.</summary>
    public static string Name(this FileType type) => type.ToString().ToUpperInvariant();

    /// <summary>Endings of names, lower case with their dot; the usual one first.</summary>
    public static IReadOnlyList<string> Endings(this FileType type) => type switch
    {
        FileType.Pdf => [".pdf"],
        FileType.Jpeg => [".jpg", ".jpeg", ".jpe", ".jfif"],
        _ => [".png"],
    };

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    public static string MediaType(this FileType type) => type switch
    {
        FileType.Pdf => "application/pdf",
        FileType.Jpeg => "image/jpeg",
        _ => "image/png",
    };
}
