using System.Diagnostics;
using GrantPortal.Data.Offices.Files;
using Npgsql;

namespace GrantPortal.Data.Offices;

/// <summary>
/// Reads the ministry's lists of care offices and the regional bureaus' lists of medical institutions into the master, all files in one
/// transaction. Running it again with the same files changes nothing. An office that stands in none of the files stays as it is: a list of
/// one prefecture must not empty the rest of the country, and a closed office in the master harms nobody.
/// </summary>
public sealed class OfficeImport(Database database, TimeProvider clock)
{
    /// <summary>How many rejected rows a report lists; the rest is only counted.</summary>
    public const int MostListed = 100;

    /// <param name="paths">Files, or directories whose <c>*.csv</c> are read, subdirectories included.</param>
    /// <exception cref="ImportException">A path or a file cannot be read at all; nothing was changed.</exception>
    public Task<ImportReport> RunAsync(IReadOnlyList<string> paths, CancellationToken cancel = default) => RunAsync(paths, (_, _) => Task.CompletedTask, cancel);

    /// <inheritdoc cref="RunAsync(IReadOnlyList{string}, CancellationToken)"/>
    /// <param name="keep">Writes what is to be kept of the report in the import's own transaction.</param>
    public async Task<ImportReport> RunAsync(IReadOnlyList<string> paths, Func<NpgsqlConnection, ImportReport, Task> keep, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var files = Find(paths).Select(OfficeFile.Recognise).ToList(); // all before the first row: an unknown file stops the import early
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var merge = new OfficeMerge(connection);
        await merge.BeginAsync(cancel);
        var rejected = new List<RejectedRow>();
        var counts = new List<(int Rows, int Rejected)>();
        await using (var rows = await merge.CopyAsync(cancel))
        {
            foreach (var file in files)
            {
                var (read, refused) = (0, 0);
                await foreach (var line in file.ReadAsync(cancel))
                {
                    read++;
                    if (line.Office is { } office)
                    {
                        await rows.AddAsync(counts.Count, office, cancel);
                        continue;
                    }
                    refused++;
                    if (rejected.Count < MostListed) rejected.Add(new RejectedRow(file.Path, line.Line, line.Reason));
                }
                counts.Add((read, refused));
            }
            await rows.CompleteAsync(cancel);
        }
        var (total, perFile) = await merge.ApplyAsync([.. files.Select(f => f.Service).OfType<string>().Distinct(StringComparer.Ordinal)], clock.GetUtcNow(), cancel);
        var report = new ImportReport(
            [.. files.Select((file, i) => new FileReport(file.Path, file.Service, counts[i].Rows, perFile.GetValueOrDefault(i, default), counts[i].Rejected))],
            total, counts.Sum(c => c.Rejected), rejected, watch.Elapsed);
        await keep(connection, report);
        await transaction.CommitAsync(cancel);
        return report;
    }

    /// <summary>The files in a fixed order: paths as given, a directory's files by name. The first one to say something of an office wins.</summary>
    private static List<string> Find(IReadOnlyList<string> paths)
    {
        var found = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path)) found.Add(path);
            else if (!Directory.Exists(path)) throw new ImportException($"「{path}」が見つかりません。ファイルかフォルダーの場所を確認してください。");
            else
            {
                var inside = Directory.GetFiles(path, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
                if (inside.Count == 0) throw new ImportException($"フォルダー「{path}」にCSVファイルがありません。");
                found.AddRange(inside);
            }
        }
        if (found.Count == 0) throw new ImportException("取り込むCSVファイルかフォルダーを指定してください。");
        return [.. found.DistinctBy(Path.GetFullPath, StringComparer.Ordinal)];
    }
}

/// <summary>Why an import cannot run, in Japanese, for the operator. Nothing was changed.</summary>
public sealed class ImportException : Exception
{
    public ImportException()
    {
    }

    public ImportException(string message)
        : base(message)
    {
    }

    public ImportException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>What became of the offices a file or an import names.</summary>
/// <param name="Unchanged">Already in the master, exactly so.</param>
public readonly record struct OfficeCounts(int New, int Changed, int Unchanged);

/// <param name="Service">Service code the file is about; null for medical institutions.</param>
/// <param name="Rows">Rows below the heading, rejected ones included.</param>
/// <param name="Offices">An office in several files counts in each.</param>
public sealed record FileReport(string Path, string? Service, int Rows, OfficeCounts Offices, int Rejected);

/// <param name="Line">Of the file, from 1: where the row begins.</param>
/// <param name="Reason">In Japanese.</param>
public sealed record RejectedRow(string Path, int Line, string Reason);

/// <param name="Offices">Each office once.</param>
/// <param name="Rejected">All rejected rows; <paramref name="FirstRejected"/> lists the first <see cref="OfficeImport.MostListed"/>.</param>
public sealed record ImportReport(
    IReadOnlyList<FileReport> Files, OfficeCounts Offices, int Rejected, IReadOnlyList<RejectedRow> FirstRejected, TimeSpan Took);
