using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GrantPortal.Web.Shared.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Telemetry;

/// <summary>
/// The log on the console: an entry a line, with the reference number of its request, so that one search for what stands on an error page finds them all. As a
/// JSON object with the message's values, or plain for people. Scopes are left out: the framework's say addresses.
/// </summary>
public sealed class LogLines(IOptions<TelemetryOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "portal";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (options.Value.JsonLog) WriteJson(message, logEntry.LogLevel, logEntry.Category, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>, logEntry.Exception, textWriter);
        else WritePlain(message, logEntry.LogLevel, logEntry.Category, logEntry.Exception, textWriter);
    }

    private static void WritePlain(string message, LogLevel level, string category, Exception? exception, TextWriter writer)
    {
        var reference = Activity.Current is { } span ? $" {ErrorPages.ReferenceOf(span.TraceId)}" : "";
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Now():yyyy-MM-ddTHH:mm:ss.fffZ} {level.ToString().ToLowerInvariant()}{reference} {category}: {message}"));
        if (exception is not null) writer.WriteLine(exception);
    }

    private static void WriteJson(
        string message, LogLevel level, string category, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? exception, TextWriter writer)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", Now());
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteString("category", category);
            json.WriteString("message", message);
            if (Activity.Current is { } span)
            {
                json.WriteString("reference", ErrorPages.ReferenceOf(span.TraceId));
                json.WriteString("trace", span.TraceId.ToHexString());
                json.WriteString("span", span.SpanId.ToHexString());
            }
            if (values is { Count: > 0 })
            {
                json.WriteStartObject("values");
                foreach (var (name, value) in values) json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            if (exception is not null) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    /// <summary>The machine's time, whatever the portal's clock says: logs are compared with other machines'.</summary>
    private static DateTime Now() => TimeProvider.System.GetUtcNow().UtcDateTime;
}
