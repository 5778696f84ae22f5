using System.Threading.Channels;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Wakes this process's workers before their next tick. Jobs are found without it too, a second later.</summary>
public sealed class JobSignal
{
    private readonly Channel<bool>[] lanes = [.. Enum.GetValues<JobLane>().Select(_ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }))];

    public void Wake()
    {
        foreach (var lane in lanes) lane.Writer.TryWrite(true);
    }

    internal ValueTask<bool> WaitAsync(JobLane lane, CancellationToken cancel) => lanes[(int)lane].Reader.ReadAsync(cancel);
}
