using System.Text;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Domain.Tests.Documents;

public sealed class DocumentStateTests
{
    [Theory]
    [InlineData(Structure.Waiting, Malware.Waiting, DocumentState.Checking, false, true)]
    [InlineData(Structure.Sound, Malware.Waiting, DocumentState.Checking, false, true)]
    [InlineData(Structure.Waiting, Malware.Clean, DocumentState.Checking, false, true)]
    [InlineData(Structure.Sound, Malware.Clean, DocumentState.Safe, true, true)]
    [InlineData(Structure.Unusable, Malware.Waiting, DocumentState.Unusable, false, false)]
    [InlineData(Structure.Unusable, Malware.Clean, DocumentState.Unusable, false, false)]
    [InlineData(Structure.Sound, Malware.Infected, DocumentState.Quarantined, false, false)]
    [InlineData(Structure.Waiting, Malware.Infected, DocumentState.Quarantined, false, false)]
    public void Staff_open_what_is_safe_and_what_is_unchecked_only_where_that_is_allowed(Structure structure, Malware malware, DocumentState state, bool opened, bool openedUnchecked)
    {
        Assert.Equal(state, DocumentStates.Of(structure, malware));
        Assert.Equal(opened, state.MayBeOpened(openUnchecked: false));
        Assert.Equal(openedUnchecked, state.MayBeOpened(openUnchecked: true));
    }

    [Theory]
    [InlineData(0, 0, false, true)]
    [InlineData(1, 0, false, false)]
    [InlineData(1, 0, true, true)]
    [InlineData(0, 1, true, false)]
    public void A_grant_waits_for_safe_documents(int checking, int bad, bool openUnchecked, bool allowed) =>
        Assert.Equal(allowed ? (RefusalCode?)null : RefusalCode.DocumentsNotSafe, new SubmittedDocuments(checking, bad).Refusal(openUnchecked)?.Code);

    [Theory]
    [InlineData("trailer << /Encrypt 12 0 R >>", true)]
    [InlineData("<< /Encrypt<< /V 4 >> >>", true)]
    [InlineData("<< /Encrypt\r\n 3 0 R >>", true)]
    [InlineData("<< /EncryptMetadata true >>", false)]
    [InlineData("words on /Encryption", false)]
    public void The_entry_of_an_encrypted_trailer_is_seen_wherever_blocks_divide_it(string text, bool encrypted)
    {
        var bytes = Encoding.ASCII.GetBytes(new string(' ', 100) + text + new string(' ', 100));
        for (var cut = 90; cut < bytes.Length - 80; cut++)
        {
            var watch = new PdfEncryption();
            Assert.Equal(encrypted, watch.Passes(bytes.AsSpan(0, cut)) | watch.Passes(bytes.AsSpan(cut)));
        }
        foreach (var size in new[] { 1, 3, 7, 63, 64, 65 })
        {
            var watch = new PdfEncryption();
            Assert.Equal(encrypted, bytes.Chunk(size).Aggregate(false, (seen, block) => watch.Passes(block) | seen));
        }
    }

    [Theory]
    [InlineData("領収書.pdf", FileType.Pdf, true)]
    [InlineData("写真.JPEG", FileType.Jpeg, true)]
    [InlineData("領収書", FileType.Png, true)]
    [InlineData("領収書.pdf", FileType.Png, false)]
    [InlineData("領収書.pdf.exe", FileType.Pdf, false)]
    public void A_name_that_lies_is_told(string name, FileType type, bool honest) => Assert.Equal(honest, FileContent.Lie(name, type) is null);
}
