using GrantPortal.Bench.Surge;
using GrantPortal.Local;

namespace GrantPortal.Bench.Processes;

/// <summary>
/// The portal's resident memory: idle, under a surge, and after an hour's worth of requests, which is what the comparable scheme's mean of 0.8 journeys a second
/// comes to in an hour, made as fast as they are answered, and after a second one: what stays must not grow. The floor is the idle process: the ratio says how
/// it grows. What the processes hold that look into documents for it is counted by itself.
/// </summary>
internal static class MemoryBenchmark
{
    private const double Surge = 8;
    private const int JourneysOfAnHour = 2_880;

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var (accounts, seconds, journeys) = arguments.Quick ? (10, 6.0, JourneysOfAnHour / 30) : (100, 30.0, JourneysOfAnHour);
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        await Accounts.AddAsync(services.ConnectionString, accounts, SurgeBenchmark.LastEvening, cancel);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions { ConnectionString = services.ConnectionString, Clock = SurgeBenchmark.LastEvening, Environment = SurgeBenchmark.Settings }, cancel);
        var times = ProcessTimes.Of(services.Services, portal);
        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        var idle = times.OwnMiB("portal");
        var tools = 0.0;

        using var http = Visitor.Client(portal.Url);
        var arrivals = new Arrivals(http, await Accounts.SignInAsync(http, accounts, cancel), times);
        Report.Progress($"{Surge} journeys a second for {seconds} s");
        var surge = await MostAsync(arrivals.RunAsync(Surge, seconds, cancel));
        Report.Progress($"{journeys} journeys");
        var hour = await MostAsync(arrivals.RunAsync(2 * Surge, journeys / (2 * Surge), cancel));
        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        var after = times.OwnMiB("portal");
        Report.Progress($"{journeys} journeys again");
        await MostAsync(arrivals.RunAsync(2 * Surge, journeys / (2 * Surge), cancel));
        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        var afterSecond = times.OwnMiB("portal");
        Report.Line("memory", new
        {
            idleMiB = Math.Round(idle),
            surgeMiB = Math.Round(surge),
            journeys,
            requests = journeys * SurgeJourney.Requests,
            whileReplayedMiB = Math.Round(hour),
            afterMiB = Math.Round(after),
            afterSecondMiB = Math.Round(afterSecond),
            peakMiB = Math.Round(times.PeakMiB("portal")),
            toolsMiB = Math.Round(tools),
            ratio = Math.Round(after / idle, 2),
        });

        async Task<double> MostAsync(Task<Stage> stage)
        {
            var most = 0.0;
            while (!stage.IsCompleted)
            {
                var (own, all) = (times.OwnMiB("portal"), times.ResidentMiB("portal"));
                (most, tools) = (Math.Max(most, own), Math.Max(tools, all - own));
                await Task.WhenAny(stage, Task.Delay(200, cancel));
            }
            if (await stage is { Failed: > 0 } failed) throw new LocalException($"A journey failed: {failed.Errors[0]}");
            return most;
        }
    }
}
