using System.Diagnostics;
using System.Text.Json;
using GrantPortal.Web.Shared.Errors;
using GrantPortal.Web.Shared.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Telemetry;

public sealed class LogLinesTests
{
    [Fact]
    public void A_line_of_json_carries_the_number_that_stands_on_the_error_page()
    {
        using var span = new Activity("request").Start();

        var line = JsonDocument.Parse(Write(json: true)).RootElement;

        Assert.Equal(ErrorPages.ReferenceOf(span.TraceId), line.GetProperty("reference").GetString());
        Assert.Equal(span.TraceId.ToHexString(), line.GetProperty("trace").GetString());
        Assert.Equal(("warning", "Files", "3 files were removed"), (line.GetProperty("level").GetString(), line.GetProperty("category").GetString(), line.GetProperty("message").GetString()));
        Assert.Equal("3", line.GetProperty("values").GetProperty("Count").GetString());
        Assert.Contains("InvalidOperationException", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_line_carries_it_too_and_none_outside_a_request()
    {
        Assert.Null(Activity.Current);
        Assert.Contains(" warning Files: 3 files were removed", Write(json: false), StringComparison.Ordinal);
        using var span = new Activity("request").Start();
        Assert.Contains($" warning {ErrorPages.ReferenceOf(span.TraceId)} Files: 3 files were removed", Write(json: false), StringComparison.Ordinal);
    }

    private static string Write(bool json)
    {
        using var writer = new StringWriter();
        IReadOnlyList<KeyValuePair<string, object?>> state = [new("Count", 3), new("{OriginalFormat}", "{Count} files were removed")];
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Warning, "Files", default, state, new InvalidOperationException("away"), (_, _) => "3 files were removed");
        new LogLines(Options.Create(new TelemetryOptions { JsonLog = json })).Write(entry, null, writer);
        return writer.ToString();
    }
}
