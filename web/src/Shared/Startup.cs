using Azure;
using Azure.Storage.Blobs;
using GrantPortal.Data;
using GrantPortal.Web.Features.Demo;
using GrantPortal.Web.Shared.Clock;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared;

/// <summary>What must have happened before the first request.</summary>
public sealed class Startup(ClockStart clock, BlobContainerClient container, QuarantineContainer quarantine, DemoSeed demo, IOptions<DemoOptions> options, ILogger<Startup> log) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await clock.SetAsync(cancellationToken);
        await MakeContainersAsync(cancellationToken);
        if (options.Value.Enabled) await demo.RunAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A store that is away now does not stop the portal: it starts, says that it is not ready, and everything but files works.</summary>
    private async Task MakeContainersAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            foreach (var each in new[] { container, quarantine.Blobs }) await each.CreateIfNotExistsAsync(cancellationToken: deadline.Token);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested && exception is RequestFailedException or AggregateException or OperationCanceledException)
        {
            log.LogError(exception, "The blob store cannot be reached.");
        }
    }
}
