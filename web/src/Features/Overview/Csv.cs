using System.Text;

namespace GrantPortal.Web.Features.Overview;

/// <summary>Writes CSV for spreadsheets: UTF-8 with BOM, CRLF, quotes where needed (RFC 4180). What begins like a formula is shown, not reckoned.</summary>
/// <param name="stream">Left open.</param>
public sealed class Csv(Stream stream) : IAsyncDisposable
{
    private const int FlushEvery = 64 * 1024;

    private readonly StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 16 * 1024, leaveOpen: true) { NewLine = "\r\n" };
    private readonly StringBuilder line = new();
    private int unsent;

    /// <param name="values">Null: empty. Numbers stay numbers; text that begins with a formula's sign gets an apostrophe in front.</param>
    public async Task WriteAsync(IReadOnlyList<object?> values, CancellationToken cancel)
    {
        line.Clear();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) line.Append(',');
            line.Append(Field(values[i]));
        }
        await writer.WriteLineAsync(line, cancel);
        if ((unsent += line.Length) < FlushEvery) return;
        await writer.FlushAsync(cancel);
        unsent = 0;
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    /// <summary>One value as it stands in the file.</summary>
    public static string Field(object? value)
    {
        if (value is not string text) return value is IFormattable number ? number.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : "";
        // Spreadsheets pass over space in front; full-width signs count in Japanese ones.
        if (text.TrimStart() is [var first, ..] && first is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '|' || text is ['\t' or '\r' or '\n', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
