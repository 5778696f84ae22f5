using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Retention;
using GrantPortal.Domain;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Retention;

/// <summary>
/// Each night: deletes what is kept no longer (docs/documents.md), one application at a time. Where its time does not suffice, as on the first of April, it enqueues
/// the rest. One that cannot be deleted does not keep the others; the job fails at its end, and is tried again.
/// </summary>
public sealed class RetentionJob(Database database, DeleteApplication delete, TimeProvider clock, ILogger<RetentionJob> log) : IJobHandler
{
    public const string JobKind = "retention";

    private const int Batch = 100;
    private const int BatchOfJobs = 5000;
    private static readonly TimeSpan DoneJobsKept = TimeSpan.FromDays(400);

    public string Kind => JobKind;

    public JobLane Lane => JobLane.Heavy;

    /// <summary>How long one job goes on, well within its lease.</summary>
    public TimeSpan Enough { get; init; } = TimeSpan.FromMinutes(2);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var part = JsonSerializer.Deserialize<Part>(job.Payload) ?? new Part(null, 0);
        var began = TimeProvider.System.GetTimestamp();
        var today = JapanTime.DateOf(clock.GetUtcNow());
        var failed = new List<Exception>();
        var deleted = 0;
        var all = await DeleteAllAsync<EndedApplication>((reading, last) => reading.AskAsync(RetentionQueries.Due(today, last is null ? null : (last.EndedAt, last.Id), Batch), cancel), delete.RunAsync)
            && await DeleteAllAsync<UntouchedDraft>((reading, last) => reading.AskAsync(RetentionQueries.DraftsDue(today, last?.Id, Batch), cancel), delete.RunAsync)
            && await DeleteDoneJobsAsync();
        if (deleted > 0) log.LogInformation("{Count} applications and drafts were deleted after their time.", deleted);
        if (failed.Count > 0) throw new AggregateException("Some applications could not be deleted.", failed);
        if (all) return;
        await using var connection = await database.OpenAsync(cancel);
        var (run, next) = (part.Run ?? job.Key, part.Number + 1);
        await JobQueue.EnqueueAsync(connection, [new Job(Kind, string.Create(CultureInfo.InvariantCulture, $"{run}:{next}"), JsonSerializer.Serialize(new Part(run, next)), clock.GetUtcNow())]);

        bool IsLate() => TimeProvider.System.GetElapsedTime(began) > Enough;

        // Pages by the last one seen: what must stay, or cannot go, is not met twice.
        async Task<bool> DeleteAllAsync<T>(Func<Npgsql.NpgsqlConnection, T?, Task<IReadOnlyList<T>>> read, Func<T, CancellationToken, Task<bool>> run)
            where T : class
        {
            T? last = null;
            while (true)
            {
                IReadOnlyList<T> due;
                await using (var page = await database.OpenAsync(cancel)) due = await read(page, last);
                if (due.Count == 0) return true;
                foreach (var one in due)
                {
                    if (IsLate()) return false;
                    try
                    {
                        if (await run(one, cancel)) deleted++;
                    }
#pragma warning disable CA1031 // Whatever went wrong with one: it is told, and the others go on.
                    catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
                    {
                        log.LogError(exception, "{What} could not be deleted.", one);
                        failed.Add(exception);
                    }
                }
                last = due[^1];
            }
        }

        async Task<bool> DeleteDoneJobsAsync()
        {
            while (!IsLate())
            {
                await using var jobs = await database.OpenAsync(cancel);
                if (await RetentionStore.DeleteDoneJobsAsync(jobs, clock.GetUtcNow() - DoneJobsKept, BatchOfJobs) < BatchOfJobs) return true;
            }
            return false;
        }
    }

    /// <param name="Run">Key of the day's job; null: this is it.</param>
    private sealed record Part([property: JsonPropertyName("run")] string? Run, [property: JsonPropertyName("number")] int Number);
}
