using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Overview;
using GrantPortal.Web.Shared.Jobs;
using Npgsql;

namespace GrantPortal.Web.Features.Overview;

/// <summary>Counts the dashboard's figures anew: asked for by who looks at old ones, at most once in <see cref="Fresh"/>.</summary>
public sealed class FiguresJob(Database database, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "figures";

    /// <summary>Older figures are shown once more, and counted anew meanwhile.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Older figures are counted anew before they are shown.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    public string Kind => JobKind;

    public static Task EnqueueAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        JobQueue.EnqueueAsync(connection, [new Job(JobKind, string.Create(CultureInfo.InvariantCulture, $"figures:{now.UtcTicks / Fresh.Ticks}"), "{}", now)]);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await Figures.CountAsync(connection, clock.GetUtcNow());
    }
}
