using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// Marks in the queue whose receipts another live application has too: the application's own mark and those of all it has a receipt in common with. A job and no
/// trigger, because two submissions at once would wait for each other's row.
/// </summary>
public sealed class ReceiptReuseJob(Database database) : IJobHandler
{
    public const string JobKind = "receipt-reuse";

    public string Kind => JobKind;

    /// <summary>After an act that changed what an application has, or whether it is live; none for the others.</summary>
    public static IEnumerable<Job> After(Application next, ApplicationEvent happened)
    {
        if (happened.Kind is EventKind.Submitted or EventKind.Edited or EventKind.Resubmitted or EventKind.Withdrawn or EventKind.Refused)
            yield return For(next.Id, $"{next.Version}", happened.At);
    }

    /// <param name="cause">Once for each.</param>
    public static Job For(Guid applicationId, string cause, DateTimeOffset now) => new(JobKind, $"{JobKind}:{applicationId}:{cause}", $$"""{"application": "{{applicationId}}"}""", now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        await using var connection = await database.OpenAsync(cancel);
        await ReceiptReuse.MarkAsync(connection, payload.RootElement.GetProperty("application").GetGuid());
    }
}
