using GrantPortal.Data.Jobs;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Which jobs wait for which: each lane has workers of its own.</summary>
public enum JobLane
{
    /// <summary>Mails and all that is done in a moment.</summary>
    Light,

    /// <summary>What takes seconds of a processor: files are looked into and read. A thousand of them delay no mail.</summary>
    Heavy,
}

/// <summary>Runs the jobs of one kind. May run a job again that it had finished already, and must not mind.</summary>
public interface IJobHandler
{
    string Kind { get; }

    JobLane Lane => JobLane.Light;

    /// <summary>False: this instance lacks what these jobs need. It leaves them waiting for one that has it.</summary>
    bool IsAble => true;

    /// <exception cref="JobUnableException">What it needs is away: the job goes back uncounted, and waits.</exception>
    /// <exception cref="Exception">Whatever else it throws: the job is tried again later.</exception>
    Task RunAsync(ClaimedJob job, CancellationToken cancel);
}

/// <summary>What a job needs is away for now; its handler says so by <see cref="IJobHandler.IsAble"/> until it is back.</summary>
public sealed class JobUnableException(string message, Exception inner) : Exception(message, inner);

/// <summary>Work for every day, enqueued once for each date in Japan as <c>kind:yyyy-MM-dd</c>. Its handler has the same kind.</summary>
/// <param name="At">Not before this time of the day, JST.</param>
public sealed record DailyJob(string Kind, TimeOnly At);
