using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Npgsql;

namespace GrantPortal.Data.Documents;

/// <summary>A range of names, compared.</summary>
/// <param name="Began">When its rows were read.</param>
/// <param name="Files">Rows.</param>
/// <param name="Hashed">Files whose bytes were read.</param>
public sealed record ComparedRange(NameRange Range, DateTimeOffset Began, int Files, int Blobs, int Orphans, int Hashed, IReadOnlyList<FoundFault> Faults);

/// <summary>
/// Compares the rows of all stored files with the blobs of both containers, in the order of their names, range by range. A range's rows are read first and its
/// blobs listed then: a row follows its blob, so a blob that is not listed is missing, whatever is uploaded meanwhile. At most <see cref="MostRows"/>
/// rows and one page of blobs are in memory, however many there are.
/// </summary>
public sealed class FileComparison(Database database, BlobContainerClient container, QuarantineContainer quarantine, TimeProvider clock)
{
    /// <summary>Of one range; where a range has more, its sixteen parts are compared one after another.</summary>
    public const int MostRows = 8192;

    private const int BlobPage = 500;
    private const int ReadAtOnce = 4;

    /// <summary>A younger blob without a row may be an upload whose row is about to follow.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromHours(1);

    /// <param name="hashes">Read every file; otherwise only those that were altered when last read.</param>
    /// <param name="from">Digits of the first name to compare; what lies before was compared already.</param>
    /// <param name="orphan">Told of each blob without a row.</param>
    public async IAsyncEnumerable<ComparedRange> RunAsync(
        NameRange range, bool hashes, string from = "", Func<BlobItem, Task>? orphan = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (range.LiesBefore(from)) yield break;
        IReadOnlyList<StoredFile> rows;
        var began = clock.GetUtcNow();
        await using (var connection = await database.OpenAsync(cancel)) rows = await StoredFiles.OfAsync(connection, range, MostRows + 1, cancel: cancel);
        if (rows.Count > MostRows)
        {
            rows = [];
            foreach (var part in range.Parts)
                await foreach (var compared in RunAsync(part, hashes, from, orphan, cancel)) yield return compared;
        }
        else
        {
            yield return await CompareAsync(range, began, rows, hashes, orphan ?? (_ => Task.CompletedTask), cancel);
        }
    }

    /// <summary>Reads files and compares their hashes. What is not there and has its row still is missing.</summary>
    public async Task<IReadOnlyList<FoundFault>> ReadAsync(IReadOnlyCollection<StoredFile> files, CancellationToken cancel)
    {
        var (gone, altered) = (new ConcurrentBag<StoredFile>(), new ConcurrentBag<FoundFault>());
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancel }, async (file, stop) =>
        {
            if (await HashAsync(file, stop) is not { } hash) gone.Add(file);
            else if (hash != file.Sha256) altered.Add(new FoundFault(file.Id, FileFault.Altered, file.Sha256, hash));
        });
        await using var connection = await database.OpenAsync(cancel);
        return [.. await StillAsync(connection, gone, Missing, cancel), .. altered];
    }

    private async Task<ComparedRange> CompareAsync(NameRange range, DateTimeOffset began, IReadOnlyList<StoredFile> rows, bool hashes, Func<BlobItem, Task> orphan, CancellationToken cancel)
    {
        var (blobs, orphans) = (0, 0);
        var (missing, resized, same) = (new List<StoredFile>(), new Dictionary<StoredFile, long>(), new List<StoredFile>());
        foreach (var quarantined in new[] { false, true })
        {
            var own = rows.Where(row => row.Quarantined == quarantined).ToList();
            var next = 0;
            await foreach (var page in ContainerOf(quarantined).GetBlobsAsync(prefix: range.BlobPrefix, cancellationToken: cancel).AsPages(pageSizeHint: BlobPage).WithCancellation(cancel))
            {
                var strays = new Dictionary<Guid, BlobItem>();
                foreach (var blob in page.Values)
                {
                    // A name the portal did not give is somebody else's.
                    if (!Guid.TryParseExact(blob.Name, "D", out var id)) continue;
                    blobs++;
                    while (next < own.Count && own[next].Id.CompareTo(id) < 0) missing.Add(own[next++]);
                    if (next == own.Count || own[next].Id != id) strays.Add(id, blob);
                    else if (blob.Properties.ContentLength != own[next].Size) resized.Add(own[next++], blob.Properties.ContentLength ?? 0);
                    else same.Add(own[next++]);
                }
                orphans += await TellOrphansAsync(strays, quarantined, orphan, cancel);
            }
            missing.AddRange(own.Skip(next));
        }
        await using var connection = await database.OpenAsync(cancel);
        var altered = hashes ? null : await FileFaults.AlteredAsync(connection, range);
        var read = altered is null ? same : [.. same.Where(row => altered.Contains(row.Id))];
        FoundFault[] faults =
        [
            .. await StillAsync(connection, missing, Missing, cancel),
            .. await StillAsync(connection, resized.Keys, row => new FoundFault(row.Id, FileFault.Resized, Text(row.Size), Text(resized[row])), cancel),
            .. read.Count == 0 ? [] : await ReadAsync(read, cancel),
        ];
        return new ComparedRange(range, began, rows.Count, blobs, orphans, read.Count, faults);
    }

    /// <summary>Of these files, as their rows were read, those whose rows stand as they were: neither swept nor moved to the other container since.</summary>
    private static async Task<IEnumerable<FoundFault>> StillAsync(NpgsqlConnection connection, IReadOnlyCollection<StoredFile> files, Func<StoredFile, FoundFault> fault, CancellationToken cancel)
    {
        if (files.Count == 0) return [];
        var now = await StoredFiles.FindAsync(connection, [.. files.Select(file => file.Id)], cancel);
        return files.Where(file => now.GetValueOrDefault(file.Id)?.Quarantined == file.Quarantined).Select(fault);
    }

    /// <summary>Blobs that have settled and that no row names where they lie.</summary>
    private async Task<int> TellOrphansAsync(Dictionary<Guid, BlobItem> strays, bool quarantined, Func<BlobItem, Task> orphan, CancellationToken cancel)
    {
        // The store stamps its own, real time, whatever the portal's clock shows.
        var settled = TimeProvider.System.GetUtcNow() - Settling;
        var old = strays.Where(stray => stray.Value.Properties.CreatedOn <= settled).ToList();
        if (old.Count == 0) return 0;
        await using var connection = await database.OpenAsync(cancel);
        var rows = await StoredFiles.FindAsync(connection, [.. old.Select(stray => stray.Key)], cancel);
        var orphans = old.Where(stray => rows.GetValueOrDefault(stray.Key)?.Quarantined != quarantined).ToList();
        foreach (var stray in orphans) await orphan(stray.Value);
        return orphans.Count;
    }

    private BlobContainerClient ContainerOf(bool quarantined) => quarantined ? quarantine.Blobs : container;

    private async Task<string?> HashAsync(StoredFile file, CancellationToken cancel)
    {
        try
        {
            using var blob = (await ContainerOf(file.Quarantined).GetBlobClient(file.Id.ToString("D")).DownloadStreamingAsync(cancellationToken: cancel)).Value;
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(blob.Content, cancel));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static FoundFault Missing(StoredFile row) => new(row.Id, FileFault.Missing, Text(row.Size), null);

    private static string Text(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);
}
