using FsCheck;
using FsCheck.Fluent;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Domain.Tests.Documents;

/// <summary>PDF, JPEG or PNG by content, 1 byte to 20 MiB.</summary>
public class FileContentTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0];

    [Fact]
    public void The_three_types_are_recognised_by_their_first_bytes()
    {
        Assert.Equal(FileType.Pdf, FileContent.Recognise("%PDF-1.7\n"u8));
        Assert.Equal(FileType.Png, FileContent.Recognise([.. Png, 0, 0, 0, 13]));
        Assert.Equal(FileType.Jpeg, FileContent.Recognise(Jpeg));
        Assert.Equal(FileType.Jpeg, FileContent.Recognise([0xFF, 0xD8, 0xFF, 0xDB]));
    }

    public static TheoryData<string, byte[]> Others() => new()
    {
        { "empty", [] },
        { "an executable renamed to .pdf", [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0] },
        { "an ELF binary", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] },
        { "a zip or an Office file", [0x50, 0x4B, 3, 4, 0x14, 0, 6, 0] },
        { "a GIF with a PDF behind it", "GIF89a%PDF-1.7"u8.ToArray() },
        { "a web page", "<!DOCTYPE html>"u8.ToArray() },
        { "a web page with a PDF behind it", "<html>%PDF-1.4"u8.ToArray() },
        { "a PDF after a line break", "\n%PDF-1.4"u8.ToArray() },
        { "a PDF after a byte order mark", [0xEF, 0xBB, 0xBF, .. "%PDF-1.4"u8] },
        { "a PDF in lower case", "%pdf-1.4"u8.ToArray() },
        { "a cut PDF signature", "%PDF"u8.ToArray() },
        { "a cut PNG signature", Png[..7] },
        { "a PNG whose line ends were converted", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A, 0] },
        { "a cut JPEG signature", Jpeg[..2] },
        { "an SVG", "<svg xmlns="u8.ToArray() },
        { "a HEIC", [0, 0, 0, 0x18, .. "ftypheic"u8] },
        { "a TIFF", [0x49, 0x49, 0x2A, 0] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Anything_else_is_refused_whatever_its_name(string what, byte[] head) => Assert.True(FileContent.Recognise(head) is null, what);

    [Fact]
    public void A_type_is_recognised_only_by_a_signature_at_the_very_start() => Properties.Hold(
        Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(), bytes =>
            FileContent.Recognise(bytes) is null
            || bytes.AsSpan().StartsWith(Png) || bytes.AsSpan().StartsWith(Jpeg.AsSpan(0, 3)) || bytes.AsSpan().StartsWith("%PDF-"u8), 1000);

    [Fact]
    public void The_head_is_long_enough_for_every_signature() => Assert.True(FileContent.HeadBytes >= Png.Length);

    [Fact]
    public void The_largest_file_has_20_MiB() => Assert.Equal(20_971_520, FileContent.LargestBytes);

    [Fact]
    public void Each_type_has_its_media_type() => Assert.Equal(
        ["application/pdf", "image/jpeg", "image/png"], Enum.GetValues<FileType>().Select(t => t.MediaType()));

    [Fact]
    public void What_is_wrong_with_a_file_is_said_in_Japanese() => Assert.All(
        new[] { FileContent.TooLarge, FileContent.Empty, FileContent.WrongType }, words => Assert.True(words.EndsWith('。') || words.EndsWith("。）", StringComparison.Ordinal)));

    [Theory]
    [InlineData(DocumentKind.Passbook, "passbook", "通帳の写し")]
    [InlineData(DocumentKind.ServiceProof, "service-proof", "サービス種類が確認できる資料")]
    [InlineData(DocumentKind.BedProof, "bed-proof", "病床数が確認できる資料")]
    [InlineData(DocumentKind.Receipt, "receipt", "領収書")]
    [InlineData(DocumentKind.WebServiceScreen, "web-service-screen", "介護WEBサービスの画面コピー")]
    [InlineData(DocumentKind.CompletionProof, "completion-proof", "事業完了が確認できる資料")]
    public void A_kind_has_its_code_its_name_and_what_it_must_show(DocumentKind kind, string code, string name)
    {
        Assert.Equal((code, name), (kind.Code(), kind.Name()));
        Assert.Equal(kind, DocumentKinds.FromCode(code));
        Assert.NotEmpty(kind.MustShow());
    }

    [Fact]
    public void Unknown_codes_are_no_kind() => Assert.All(new[] { null, "", "Passbook" }, c => Assert.Null(DocumentKinds.FromCode(c)));
}
