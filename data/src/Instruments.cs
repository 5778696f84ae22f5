using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GrantPortal.Data;

/// <summary>
/// What the portal measures of itself, besides what its libraries do (ASP.NET Core, Npgsql, the Azure SDK). Costs nothing while nobody listens; who listens is
/// said by section <c>Telemetry</c> of the configuration. Tags are codes and counts, never what a person typed.
/// </summary>
public static class Instruments
{
    /// <summary>Of the spans' source and of the meter.</summary>
    public const string Name = "GrantPortal";

    private static readonly ActivitySource Spans = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Jobs = Meter.CreateHistogram<double>("grantportal.job.duration", "s", "Attempts at jobs, by kind and outcome.");
    private static readonly Counter<long> Mails = Meter.CreateCounter<long>("grantportal.mails", "{mail}", "Mails handed to the mail server, by outcome.");
    private static readonly Histogram<long> Uploads = Meter.CreateHistogram<long>("grantportal.upload.size", "By", "Files taken into the blob store.");
    private static readonly Histogram<double> Scans = Meter.CreateHistogram<double>("grantportal.scan.duration", "s", "Files scanned for malware, by verdict.");

    /// <summary>An attempt at a job, from here to its disposal.</summary>
    public static Attempt Job(string kind, long id, int attempts) => new(kind, id, attempts);

    public static void MailSent(bool taken) => Mails.Add(1, new KeyValuePair<string, object?>("outcome", taken ? "sent" : "failed"));

    /// <param name="bytes">Its size.</param>
    public static void FileStored(long bytes) => Uploads.Record(bytes);

    /// <param name="verdict">A code, as in <c>clean</c>.</param>
    public static void Scanned(TimeSpan took, string verdict) => Scans.Record(took.TotalSeconds, new KeyValuePair<string, object?>("verdict", verdict));

    /// <summary>See <see cref="Job"/>.</summary>
    public sealed class Attempt : IDisposable
    {
        private readonly string kind;
        private readonly long began = Stopwatch.GetTimestamp();
        private readonly Activity? span;

        internal Attempt(string kind, long id, int attempts)
        {
            this.kind = kind;
            // A root of its own: the worker that wakes has no request, and the loop it runs in is none.
            Activity.Current = null;
            span = Spans.StartActivity($"job {kind}", ActivityKind.Consumer);
            span?.SetTag("grantportal.job.id", id).SetTag("grantportal.job.attempt", attempts);
        }

        /// <summary><c>done</c>, unless said otherwise: <c>failed</c> or <c>released</c>.</summary>
        public string Outcome { get; set; } = "done";

        public void Dispose()
        {
            Jobs.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", Outcome));
            span?.SetTag("grantportal.job.outcome", Outcome);
            if (Outcome == "failed") span?.SetStatus(ActivityStatusCode.Error);
            span?.Dispose();
        }
    }
}
