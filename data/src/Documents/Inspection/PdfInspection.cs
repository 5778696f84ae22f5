using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using GrantPortal.Data.Tools;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Data.Documents.Inspection;

/// <summary>Looks into a PDF by qpdf: it opens, has pages, is not encrypted, does nothing and carries no other file.</summary>
public static class PdfInspection
{
    public const string Tool = "qpdf";

    /// <summary>qpdf's own: 0 good, 3 good with warnings.</summary>
    private const int Warned = 3;

    private static readonly HashSet<string> Acts = new(StringComparer.Ordinal) { "/JS", "/JavaScript", "/Launch" };
    private static readonly HashSet<string> Carries = new(StringComparer.Ordinal) { "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia" };

    /// <param name="path">Of the file, in the folder.</param>
    public static async Task<Finding> RunAsync(string path, WorkFolder folder, CancellationToken cancel)
    {
        await using (var file = File.OpenRead(path))
            if (ForeignData.OpensAsZip(file)) return new Finding.Unusable(DocumentFaults.SomethingElseInside);
        var content = new Content();
        var read = await BoundedTool.RunAsync(
            Tool, ["--json=2", "--json-key=pages", "--json-key=encrypt", "--json-key=qpdf", "--json-stream-data=none", path], ToolLimits.Usual, folder, content.ReadAsync, cancel);
        if (read.Exceeded || content.TooLong) return new Finding.Unusable(DocumentFaults.TooComplex);
        if (content.Encrypted || read.Errors.Contains("invalid password", StringComparison.Ordinal)) return new Finding.Unusable(DocumentFaults.Encrypted);
        // Repaired by guessing: what it shows may be less than what was sent.
        if (read.ExitCode is not (0 or Warned) || read.Errors.Contains("file is damaged", StringComparison.Ordinal)) return new Finding.Unusable(DocumentFaults.BrokenPdf);
        if (content.Pages == 0) return new Finding.Unusable(DocumentFaults.NoPages);
        if (content.Active) return new Finding.Unusable(DocumentFaults.ActivePdf);
        if (content.Files) return new Finding.Unusable(DocumentFaults.FilesInside);
        var streams = await BoundedTool.RunAsync(Tool, ["--check", path], ToolLimits.Usual, folder, cancel: cancel);
        return streams.Exceeded || streams.Errors.Contains("bad_alloc", StringComparison.Ordinal) ? new Finding.Unusable(DocumentFaults.TooComplex)
            : streams.ExitCode is 0 or Warned ? new Finding.Sound(content.Pages)
            : new Finding.Unusable(DocumentFaults.BrokenPdf);
    }

    /// <summary>What qpdf writes of a file's objects, read as it comes. Names stand in it as they are meant, however they were written.</summary>
    private sealed class Content
    {
        private JsonReaderState state;
        /// <summary>Inside these parts; at the value of the entry <c>encrypted</c>.</summary>
        private bool pages, encryption, encrypted;

        public int Pages { get; private set; }
        public bool Encrypted { get; private set; }
        public bool Active { get; private set; }
        public bool Files { get; private set; }
        public bool TooLong { get; private set; }

        /// <summary>Bytes of one string.</summary>
        private const int Longest = 64 * 1024 * 1024;

        public async Task ReadAsync(Stream json, CancellationToken cancel)
        {
            var reader = PipeReader.Create(json);
            try
            {
                while (true)
                {
                    var result = await reader.ReadAsync(cancel);
                    var consumed = Take(result.Buffer, result.IsCompleted);
                    TooLong = result.Buffer.Slice(consumed).Length > Longest;
                    reader.AdvanceTo(consumed, result.Buffer.End);
                    if (result.IsCompleted || TooLong) return;
                }
            }
            catch (JsonException)
            {
                // It broke off; how it ended says why.
            }
            finally
            {
                await reader.CompleteAsync();
            }
        }

        private SequencePosition Take(ReadOnlySequence<byte> bytes, bool last)
        {
            var reader = new Utf8JsonReader(bytes, last, state);
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        var name = reader.GetString()!;
                        if (reader.CurrentDepth == 1) (pages, encryption) = (name == "pages", name == "encrypt");
                        Note(name);
                        break;
                    case JsonTokenType.String:
                        Note(reader.GetString()!);
                        break;
                    case JsonTokenType.StartObject when pages && reader.CurrentDepth == 2:
                        Pages++;
                        break;
                    case JsonTokenType.True when encrypted:
                        Encrypted = true;
                        break;
                    default:
                        break;
                }
                encrypted = reader.TokenType == JsonTokenType.PropertyName && encryption && reader.CurrentDepth == 2 && reader.ValueTextEquals("encrypted"u8);
            }
            state = reader.CurrentState;
            return reader.Position;
        }

        private void Note(string name)
        {
            if (name.Length == 0 || name[0] != '/') return;
            Active |= Acts.Contains(name);
            Files |= Carries.Contains(name);
        }
    }
}
