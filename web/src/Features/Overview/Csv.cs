using CsvHelper;

namespace GrantPortal.Web.Features.Overview;

/// <summary>Writes CSV for spreadsheets, row by row: UTF-8 with BOM, CRLF, quotes where needed (RFC 4180). What begins like a formula is shown, not reckoned.</summary>
/// <param name="stream">Left open.</param>
public sealed class Csv(Stream stream) : IAsyncDisposable
{
    private readonly CsvWriter writer = CsvWriter.Create(stream, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true);

    /// <param name="values">Null: empty. Numbers stay numbers; text that begins with a formula's sign gets an apostrophe in front.</param>
    public async Task WriteAsync(IReadOnlyList<object?> values, CancellationToken cancel)
    {
        foreach (var value in values) writer.WriteField(value is string text ? Shown(text) : value);
        await writer.EndRecordAsync(cancel);
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    /// <summary>The library knows the signs of ASCII at the very beginning; spreadsheets pass over space in front, and Japanese ones take full-width signs too.</summary>
    private static string Shown(string text) =>
        text.TrimStart() is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '|', ..] || text is ['\t' or '\r' or '\n', ..] ? "'" + text : text;
}
