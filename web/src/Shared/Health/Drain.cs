using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Health;

/// <summary>Section <c>Shutdown</c> of the configuration.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>Seconds between saying "not ready" and closing the door, so that load balancers have noticed. 0 on a single machine.</summary>
    public int DrainSeconds { get; set; }

    /// <summary>Seconds that running requests and jobs get to end.</summary>
    public int GraceSeconds { get; set; } = 30;
}

/// <summary>The first step of stopping: readiness turns 503 while requests are still taken.</summary>
public sealed class Drain(IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options) : IHostedLifecycleService
{
    public bool Begun => lifetime.ApplicationStopping.IsCancellationRequested || stopping;

    private volatile bool stopping;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        return Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
