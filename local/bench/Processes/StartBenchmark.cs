using System.Diagnostics;
using GrantPortal.Local;

namespace GrantPortal.Bench.Processes;

/// <summary>From nothing to the first answer, on services that run: what a restart, a further instance or an upgrade waits for. No floor: nothing else starts a portal.</summary>
internal static class StartBenchmark
{
    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var times = arguments.Count(whole: 10, quick: 3);
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        var (ready, first, second) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i <= times; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
            {
                ConnectionString = services.ConnectionString,
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Logging__LogLevel__Default"] = "Warning" },
            }, cancel);
            var began = clock.Elapsed;
            using var http = Visitor.Client(portal.Url);
            var visitor = new Visitor(http, new Dictionary<string, string>(StringComparer.Ordinal));
            await visitor.GetAsync("home", "/", cancel);
            var answered = clock.Elapsed;
            await visitor.GetAsync("home", "/", cancel);
            // The first one reads the programs from disk.
            if (i == 0) continue;
            ready.Add(began.TotalMilliseconds);
            first.Add(answered.TotalMilliseconds);
            second.Add((clock.Elapsed - answered).TotalMilliseconds);
        }
        Report.Line("start", new { times, readyMs = Median(ready), firstPageMs = Median(first), nextPageMs = Median(second) });

        static double Median(List<double> values) => Math.Round(Browsers.Percentile([.. values.Order()], 0.5));
    }
}
