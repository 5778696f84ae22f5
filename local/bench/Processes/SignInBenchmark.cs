using System.Diagnostics;
using GrantPortal.Bench.Surge;
using GrantPortal.Data.Accounts;
using GrantPortal.Local;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Bench.Processes;

/// <summary>
/// ログイン by mail address and password. Its cost is the password's hash, which is meant to cost that; the floor is that hash alone, verified on all cores in
/// the same run. The ratio says what the portal adds.
/// </summary>
internal static class SignInBenchmark
{
    private static readonly int[] Clients = [1, 8];

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var each = arguments.Count(whole: 400, quick: 40);
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        await Accounts.AddAsync(services.ConnectionString, each, SurgeBenchmark.LastEvening, cancel);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
        {
            ConnectionString = services.ConnectionString,
            Clock = SurgeBenchmark.LastEvening,
            Environment = new Dictionary<string, string>(SurgeBenchmark.Settings, StringComparer.Ordinal) { ["Limits__SignInsByAddress__Count"] = "1000000" },
        }, cancel);
        using var http = Visitor.Client(portal.Url);
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), cancel, async (n, token) => await Visitor.SignInAsync(http, Accounts.Email(n), Accounts.Password, token)); // warm-up, not reported
        foreach (var clients in Clients)
        {
            Report.Progress($"{clients} clients: {each} sign-ins");
            var latencies = new double[each];
            var clock = Stopwatch.StartNew();
            await Parallel.ForEachAsync(Enumerable.Range(0, each), new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancel }, async (n, token) =>
            {
                var began = Stopwatch.GetTimestamp();
                await Visitor.SignInAsync(http, Accounts.Email(n), Accounts.Password, token);
                latencies[n] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            });
            var perSecond = each / clock.Elapsed.TotalSeconds;
            var floor = Hashes(Math.Min(clients, Environment.ProcessorCount), each / 2);
            Array.Sort(latencies);
            Report.Line("signin", new
            {
                clients,
                signIns = each,
                perSecond = Math.Round(perSecond, 1),
                p50Ms = Math.Round(Browsers.Percentile(latencies, 0.5), 1),
                p95Ms = Math.Round(Browsers.Percentile(latencies, 0.95), 1),
                hashesPerSecond = Math.Round(floor, 1),
                ratio = Math.Round(perSecond / floor, 3),
            });
        }
    }

    /// <summary>Verifications a second of the hash the portal keeps.</summary>
    private static double Hashes(int threads, int count)
    {
        var (hasher, user) = (new PasswordHasher<PortalUser>(), new PortalUser { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default });
        var hash = hasher.HashPassword(user, Accounts.Password);
        var clock = Stopwatch.StartNew();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => hasher.VerifyHashedPassword(user, hash, Accounts.Password));
        return count / clock.Elapsed.TotalSeconds;
    }
}
