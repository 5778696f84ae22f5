using GrantPortal.Data.Jobs;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Runs the jobs of one kind. May run a job again that it had finished already, and must not mind.</summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>False: this instance lacks what these jobs need. It leaves them waiting for one that has it.</summary>
    bool IsAble => true;

    /// <exception cref="Exception">Whatever it throws: the job is tried again later.</exception>
    Task RunAsync(ClaimedJob job, CancellationToken cancel);
}

/// <summary>Work for every day, enqueued once for each date in Japan as <c>kind:yyyy-MM-dd</c>. Its handler has the same kind.</summary>
/// <param name="At">Not before this time of the day, JST.</param>
public sealed record DailyJob(string Kind, TimeOnly At);
