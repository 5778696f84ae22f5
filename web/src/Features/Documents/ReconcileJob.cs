using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Blobs;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>
/// The nightly comparison of rows and blobs: names and sizes of all, the hashes of some, going on each night where the last one stopped. Each day's job enqueues one
/// for each first digit of the names; one that has not come to its digit's end in time enqueues the rest of it. So each ends well within its lease,
/// however many files there are. The last part writes the day's numbers into the audit.
/// </summary>
public sealed class ReconcileJob(Database database, BlobContainerClient container, QuarantineContainer quarantine, TimeProvider clock, ILogger<ReconcileJob> log) : IJobHandler
{
    public const string JobKind = "reconcile";

    private const int ReadPage = 50;

    public string Kind => JobKind;

    public JobLane Lane => JobLane.Heavy;

    /// <summary>How long a job goes on comparing.</summary>
    public TimeSpan Comparing { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a job goes on reading files after that, at most.</summary>
    public TimeSpan Reading { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Files of one digit read in a night: 32,000 of all digits together, so that 1.3 million are read in 41 nights where the time allows.</summary>
    public int MostRead { get; init; } = 2000;

    /// <inheritdoc cref="FileComparison.Settling"/>
    public TimeSpan Settling { get; init; } = TimeSpan.FromHours(1);

    private FileComparison Comparison => new(database, container, quarantine, clock) { Settling = Settling };

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        if (JsonSerializer.Deserialize<Part>(job.Payload) is { Digit: { } digit, Run: { } run } part) await CompareAsync(run, digit, part.From ?? "", cancel);
        else await BeginAsync(job, cancel);
    }

    private async Task BeginAsync(ClaimedJob job, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await FileRounds.PurgeAsync(connection, clock.GetUtcNow());
        await JobQueue.EnqueueAsync(connection, [.. NameRange.All.Parts.Select(digit => JobFor(job.Key, digit.Digits, null))]);
    }

    private async Task CompareAsync(string run, string digit, string from, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        var result = ReconcileResult.Nothing;
        string? goesOnFrom = null;
        await foreach (var range in Comparison.RunAsync(new NameRange(digit), hashes: false, from, cancel: cancel))
        {
            // Its rows were read when it was already late: that range is the first of the rest.
            if (result.Files > 0 && TimeProvider.System.GetElapsedTime(began) > Comparing)
            {
                goesOnFrom = range.Range.Digits;
                break;
            }
            result = result.And(range);
            await using var connection = await database.OpenAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await FileFaults.RecordAsync(connection, range.Range, range.Faults, range.Began, clock.GetUtcNow());
            await transaction.CommitAsync(cancel);
        }
        if (goesOnFrom is null) result = await ReadSomeAsync(digit, result, cancel);
        await EndPartAsync(run, digit, from, goesOnFrom, result, cancel);
    }

    /// <summary>Reads the next files of a digit. Each page of them stands before the next one is read: a job that is cut off repeats one page.</summary>
    private async Task<ReconcileResult> ReadSomeAsync(string digit, ReconcileResult result, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var read = 0; read < MostRead && TimeProvider.System.GetElapsedTime(began) < Reading;)
        {
            IReadOnlyList<StoredFile> files;
            await using (var connection = await database.OpenAsync(cancel))
                files = await StoredFiles.OfAsync(connection, new NameRange(digit), Math.Min(ReadPage, MostRead - read), await FileRounds.PositionAsync(connection, digit), cancel);
            var faults = await Comparison.ReadAsync(files, cancel);
            await using (var connection = await database.OpenAsync(cancel))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await FileFaults.RecordReadAsync(connection, [.. files.Select(file => file.Id)], faults, clock.GetUtcNow());
                await FileRounds.MoveAsync(connection, digit, files.Count == 0 ? null : files[^1].Id, clock.GetUtcNow());
                await transaction.CommitAsync(cancel);
            }
            // What names and sizes told of already is not told twice.
            result = result.AndRead(files.Count, [.. faults.Where(fault => fault.Fault == FileFault.Altered)]);
            read += files.Count;
            // The round is complete: the next one begins tomorrow.
            if (files.Count == 0) break;
        }
        return result;
    }

    private async Task EndPartAsync(string run, string digit, string from, string? goesOnFrom, ReconcileResult result, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var whole = await FileRounds.AddPartAsync(connection, run, digit, from, goesOnFrom, result, now);
        if (goesOnFrom is not null) await JobQueue.EnqueueAsync(connection, [JobFor(run, digit, goesOnFrom)]);
        if (whole is not null) await AuditLog.AppendAsync(connection, new AuditEntry(null, "reconciled", ReconcileCommand.ObjectKind, ReconcileCommand.ObjectId, Detail: whole), now);
        await transaction.CommitAsync(cancel);
        if (result.Faults > 0) log.LogError("Of the files whose names begin with {Digit}, {Missing} are missing and {Altered} altered.", digit, result.Missing, result.Differing + result.Altered);
    }

    private Job JobFor(string run, string digit, string? from) => new(
        Kind, string.Create(CultureInfo.InvariantCulture, $"{run}:{from ?? digit}"), JsonSerializer.Serialize(new Part(run, digit, from)), clock.GetUtcNow());

    /// <param name="Run">Key of the day's job.</param>
    /// <param name="From">Digits the part begins with; null: at the digit's beginning.</param>
    private sealed record Part([property: JsonPropertyName("run")] string? Run, [property: JsonPropertyName("digit")] string? Digit, [property: JsonPropertyName("from")] string? From);
}
