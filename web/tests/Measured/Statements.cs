using System.Collections.Concurrent;
using System.Diagnostics;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Web.Tests.Measured;

/// <summary>What a portal asks of its database while somebody listens, by Npgsql's own tracing: one entry a round trip, whatever number of statements it carries.</summary>
public sealed class Statements : IDisposable
{
    private readonly ActivityListener listener;
    private readonly ConcurrentQueue<string> asked = [];

    public Statements(PortalHost portal)
    {
        var database = new NpgsqlConnectionStringBuilder(portal.ConnectionString).Database;
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            // Other classes' portals run in this process too, each on a database of its own.
            ActivityStopped = activity =>
            {
                var text = activity.GetTagItem("db.query.text") as string ?? activity.GetTagItem("db.statement") as string;
                var where = activity.GetTagItem("db.namespace") as string ?? activity.GetTagItem("db.name") as string;
                if (text is not null && where?.StartsWith(database!, StringComparison.Ordinal) == true) asked.Enqueue(text);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Since the last time, in order.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (asked.TryDequeue(out var text)) taken.Add(text);
        return taken;
    }

    public void Dispose() => listener.Dispose();
}
