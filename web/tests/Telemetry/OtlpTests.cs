using System.Net;
using System.Text.RegularExpressions;
using GrantPortal.Data.Jobs;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace GrantPortal.Web.Tests.Telemetry;

/// <summary>What a collector gets, and how a request's parts find each other.</summary>
public sealed class OtlpTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_metrics_and_logs_of_a_request_arrive_and_join_by_the_number_on_the_error_page()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var portal = await StartAsync(collector);
        var user = await portal.Given.AnApplicantUser();
        var browser = await portal.SignInAsync(user);

        using var answer = await browser.GetAsync(new Uri($"/applications/{Guid.NewGuid()}", UriKind.Relative), Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var reference = Regex.Match(page, "[0-9A-F]{5}-[0-9A-F]{5}", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        OtlpReceiver.Flush(portal);

        var request = Assert.Single(collector.Spans, s => s.Tags.GetValueOrDefault("grantportal.reference") == reference);
        Assert.StartsWith(reference.Replace("-", "", StringComparison.Ordinal), request.Trace.ToUpperInvariant(), StringComparison.Ordinal);
        Assert.Equal("GET applications/{id:guid}", request.Name);
        var trace = collector.Spans.Where(s => s.Trace == request.Trace).ToList();
        Assert.Contains(trace, s => s.Tags.GetValueOrDefault("db.query.text")?.Contains("from applications", StringComparison.Ordinal) == true);
        Assert.Contains(collector.Logs, l => l.Trace == request.Trace && l.Values.GetValueOrDefault("Reference") == reference);
        Assert.Contains("http.server.request.duration", collector.Metrics);
        Assert.Contains("db.client.operation.duration", collector.Metrics);
    }

    [Fact]
    public async Task Blobs_jobs_and_mails_are_measured()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var portal = await StartAsync(collector);
        await portal.ASubmittedApplication();
        await portal.Jobs.RunDueAsync(Cancel);
        await using (var connection = await portal.Database.OpenAsync(Cancel))
            await JobQueue.EnqueueAsync(connection, [new Mail("a@test.example", "件名", "本文").ToJob("waits", portal.Clock.GetUtcNow())]);
        await portal.Services.GetRequiredService<JobGauges>().ReadAsync(Cancel);
        OtlpReceiver.Flush(portal);

        Assert.Contains(collector.Spans, s => s.Name == "job mail");
        Assert.Contains(collector.Spans, s => s.Name.StartsWith("BlockBlobClient.", StringComparison.Ordinal));
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "grantportal.job.duration", "grantportal.mails", "grantportal.upload.size", "grantportal.jobs.waiting", "grantportal.jobs.oldest", "grantportal.jobs.dead" },
            new HashSet<string>(collector.Metrics, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_a_collector_nothing_listens_and_a_wrong_address_keeps_the_portal_from_starting()
    {
        await using (var off = await PortalHost.StartAsync(services, _ => { }))
            Assert.Null(off.Services.GetService<TracerProvider>());
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            PortalHost.StartRefusedAsync(services, host => host.Settings["Telemetry:Endpoint"] = "ftp://collector"));
        Assert.Contains("Telemetry:Endpoint", refused.Message, StringComparison.Ordinal);
    }

    private Task<PortalHost> StartAsync(OtlpReceiver collector) => PortalHost.StartAsync(services, host =>
    {
        host.Settings["Telemetry:Endpoint"] = collector.Url;
        host.Settings["Logging:LogLevel:Default"] = "Information";
        host.Settings["Logging:Console:LogLevel:Default"] = "None";
    });
}
