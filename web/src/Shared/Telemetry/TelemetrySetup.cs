using GrantPortal.Data;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GrantPortal.Web.Shared.Telemetry;

/// <summary>
/// Spans, metrics and logs by OpenTelemetry's protocol where a collector is configured; the log on the console in any case. No name, address, number or
/// text that a person typed goes there (docs/adr/0037): of addresses only their pattern, of statements only their text, of exceptions no values.
/// </summary>
public static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsole(console => console.FormatterName = LogLines.FormatterName).AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
        // These lines say addresses with their queries, where names are searched for and mailed links carry their tokens. What they say is in spans and metrics.
        foreach (var category in new[] { "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.StaticFiles", "System.Net.Http" })
            builder.Logging.AddFilter(category, LogLevel.Warning);

        // Of 12.17 the storage client makes spans only where this was said before its first use; nobody listening, it makes none.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        if (options.Endpoint is not { IsAbsoluteUri: true } endpoint) return; // nothing wanted, or refused at the start
        builder.Services.AddSingleton<JobGauges>();
        builder.Services.AddHostedService(s => s.GetRequiredService<JobGauges>());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(options.Service, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore", "Npgsql", "Azure.*", Instruments.Name).SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Traced))))
            .WithMetrics(metrics => metrics.AddMeter(
                "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime", "System.Net.Http", "Npgsql", Instruments.Name))
            .WithLogging(configureBuilder: null, logging => logging.IncludeFormattedMessage = true)
            .UseOtlpExporter(options.Protocol, endpoint);
    }

    /// <summary>Names each request's span by the pattern of its address; first in the pipeline.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        if (app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<TelemetryOptions>>().Value.IsOn) app.UseMiddleware<RequestSpan>();
    }
}
