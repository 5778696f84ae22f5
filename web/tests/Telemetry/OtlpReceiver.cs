using System.Collections.Concurrent;
using System.Text;
using GrantPortal.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace GrantPortal.Web.Tests.Telemetry;

internal sealed record ReceivedSpan(string Trace, string Id, string Name, IReadOnlyDictionary<string, string> Tags);

internal sealed record ReceivedLog(string Trace, string Body, IReadOnlyDictionary<string, string> Values);

/// <summary>A collector on a loopback port that takes OTLP as http/protobuf and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Bytes)> taken = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    public IReadOnlyList<ReceivedSpan> Spans => [.. Messages("/v1/traces").SelectMany(m => m.At(1, 2, 2)).Select(s => new ReceivedSpan(s.Hex(1), s.Hex(2), s.Text(5), Values(s, 9)))];

    public IReadOnlyList<ReceivedLog> Logs => [.. Messages("/v1/logs").SelectMany(m => m.At(1, 2, 2)).Select(l => new ReceivedLog(l.Hex(9), l.All(5).First().Text(1), Values(l, 6)))];

    public IReadOnlySet<string> Metrics => Messages("/v1/metrics").SelectMany(m => m.At(1, 2, 2)).Select(m => m.Text(1)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Everything that arrived, as text.</summary>
    public string Everything => string.Join('\n', taken.Select(t => Encoding.UTF8.GetString(t.Bytes)));

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(server);
        server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver.taken.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await server.StartAsync();
        return receiver;
    }

    /// <summary>Makes a host send what it has.</summary>
    public static void Flush(PortalHost host)
    {
        Assert.True(host.Services.GetRequiredService<TracerProvider>().ForceFlush(10_000));
        Assert.True(host.Services.GetRequiredService<MeterProvider>().ForceFlush(10_000));
        Assert.True(host.Services.GetRequiredService<LoggerProvider>().ForceFlush(10_000));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private List<Protobuf> Messages(string path) => [.. taken.Where(t => t.Path == path).Select(t => new Protobuf(t.Bytes))];

    /// <summary>Attributes that are texts or whole numbers.</summary>
    private static Dictionary<string, string> Values(Protobuf message, int field) =>
        message.All(field).GroupBy(pair => pair.Text(1), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().All(2).FirstOrDefault() is { } value ? value.Text(1) is { Length: > 0 } text ? text : value.Hex(3) : "", StringComparer.Ordinal);
}
