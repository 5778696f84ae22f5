using GrantPortal.Data.Documents.Inspection;
using GrantPortal.Data.Tools;

namespace GrantPortal.Web.Features.Documents;

/// <summary>A program of the system that documents need.</summary>
/// <param name="Package">Debian's.</param>
/// <param name="Without">What does not work without it, in Japanese.</param>
public sealed record DocumentTool(string Name, string Package, string Without)
{
    public bool IsThere => BoundedTool.IsThere(Name);
}

public static class DocumentTools
{
    public static IReadOnlyList<DocumentTool> All { get; } =
    [
        new(PdfInspection.Tool, "qpdf", "PDFの検査"),
        new(ImageInspection.Decoder, "libvips-tools", "画像の検査と表示"),
        new("prlimit", "util-linux", "書類の検査と読み取り"),
        new("pdftotext", "poppler-utils", "PDFの領収書の読み取り"),
        new("tesseract", "tesseract-ocr", "画像の領収書の読み取り"),
    ];

    /// <summary>Whether this instance can inspect files.</summary>
    public static bool CanInspect => new[] { PdfInspection.Tool, ImageInspection.Decoder, ImageInspection.Header, "prlimit", "setpriv" }.All(BoundedTool.IsThere);
}
