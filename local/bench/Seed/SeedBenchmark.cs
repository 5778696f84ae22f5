using System.Diagnostics;
using Dapper;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <summary><c>bench seed [N]</c>: how fast a database with N applications can be made, and how large it is.</summary>
internal static class SeedBenchmark
{
    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var count = arguments.Count(1_000_000, quick: 10_000);
        await using var place = await BenchServices.StartAsync(arguments, cancel);
        var watch = Stopwatch.StartNew();
        var seeded = await Seeding.RunAsync(place.ConnectionString, count, cancel);
        var seconds = watch.Elapsed.TotalSeconds;
        await using var connection = new NpgsqlConnection(place.ConnectionString);
        Report.Line("seed", new
        {
            applications = count,
            seconds = Math.Round(seconds, 1),
            rows = seeded.Rows,
            rowsPerSecond = Math.Round(seeded.Rows / seconds),
            applicationsPerSecond = Math.Round(count / seeded.Phases["applications"]),
            databaseBytes = await connection.ExecuteScalarAsync<long>("select pg_database_size(current_database())"),
            phases = seeded.Phases,
            tables = seeded.Tables,
            kept = arguments.DataDirectory,
        });
    }
}
