using System.Threading.Channels;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Wakes this process's worker before its next tick. Jobs are found without it too, a second later.</summary>
public sealed class JobSignal
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => channel.Writer.TryWrite(true);

    internal ValueTask<bool> WaitAsync(CancellationToken cancel) => channel.Reader.ReadAsync(cancel);
}
