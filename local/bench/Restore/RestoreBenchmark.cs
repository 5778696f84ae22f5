using System.Diagnostics;
using Dapper;
using GrantPortal.Bench.Seed;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Restore;

/// <summary>
/// The drill of docs/operations.md: a country's database is backed up while it runs, written to, and then hit by an accident (a table emptied). A second server
/// is made from the backup and the archived log as it was the moment before, and compared.
/// </summary>
internal static class RestoreBenchmark
{
    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var count = arguments.Count(whole: 100_000, quick: 2_000);
        await using var place = await BenchServices.StartAsync(arguments, cancel);
        var archive = new PostgresArchive(place.Services, Path.Combine(place.Services.DataDirectory, "backup"));
        await archive.BeginAsync(cancel);
        await Seeding.RunAsync(place.ConnectionString, count, cancel);

        Report.Progress($"backing up");
        var (backUp, backUpBytes) = await TimedAsync(() => archive.BackUpAsync(cancel));
        var (moment, before) = await WriteAndRuinAsync(place.ConnectionString, cancel);
        var logBytes = await archive.CatchUpAsync(cancel);
        Report.Progress($"restoring the moment before the accident");
        var (restore, restored) = await TimedAsync(() => archive.RestoreAsync(moment, cancel));
        await using (restored)
        {
            await using var connection = new NpgsqlConnection(restored.ConnectionString("portal") + ";Pooling=false");
            var after = await StateAsync(connection);
            Report.Line("restore", new
            {
                applications = count,
                backUpSeconds = Math.Round(backUp, 1),
                backUpMiB = backUpBytes >> 20,
                logMiB = logBytes >> 20,
                restoreSeconds = Math.Round(restore, 1),
                events = after.Events,
                lastWritten = after.Last,
                lost = before.Last - after.Last,
                same = before == after,
                takesWrites = await connection.ExecuteAsync("insert into drill default values") == 1,
            });
        }
    }

    /// <summary>Writes for a while, notes the moment, writes on, and empties a table that no trigger protects.</summary>
    private static async Task<(DateTimeOffset Moment, State Before)> WriteAndRuinAsync(string connectionString, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync("create table drill (n bigint generated always as identity primary key, at timestamptz not null default clock_timestamp())");
        for (var i = 0; i < 500; i++) await connection.ExecuteAsync("insert into drill default values");
        var before = await StateAsync(connection);
        var moment = await connection.QuerySingleAsync<DateTime>("select clock_timestamp()");
        await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        await connection.ExecuteAsync("insert into drill default values; truncate working_sections; delete from jobs");
        return (new DateTimeOffset(moment, TimeSpan.Zero), before);
    }

    private static Task<State> StateAsync(NpgsqlConnection connection) => connection.QuerySingleAsync<State>(
        """
        select (select count(*) from applications) as applications, (select count(*) from events) as events, (select count(*) from working_sections) as sections,
          (select count(*) from jobs) as jobs, (select max(n) from drill) as last
        """);

    private static async Task<(double Seconds, T Result)> TimedAsync<T>(Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        var result = await act();
        return (watch.Elapsed.TotalSeconds, result);
    }

    private sealed record State(long Applications, long Events, long Sections, long Jobs, long Last);
}
