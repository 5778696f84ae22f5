using System.Diagnostics;
using Dapper;
using GrantPortal.Domain;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Surge;

/// <summary>
/// The last evening of a period. Journeys begin faster and faster until a request in twenty takes longer than a second or one fails; then the rate that
/// still held is held for longer. Everything the portal does by itself goes on meanwhile: mails are sent, jobs run.
/// </summary>
internal static class SurgeBenchmark
{
    /// <summary>The evening of R7's last day.</summary>
    internal static readonly DateTimeOffset LastEvening = JapanTime.StartOf(new DateOnly(2026, 3, 13)).AddHours(19);

    /// <summary>All journeys come from one address: what is counted by address is what a busy office would never reach.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Logging__LogLevel__Default"] = "Warning",
        ["Limits__UploadByAddress__Count"] = "1000000",
        ["Limits__UploadByAccount__Count"] = "1000000",
    };

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var (accounts, ramp, hold) = arguments.Quick ? (20, 3.0, 6.0) : (200, 10.0, 60.0);
        double[] rates = arguments.Quick ? [4, 8, 12, 16, 20, 25, 30] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 27, 30];
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        await Accounts.AddAsync(services.ConnectionString, accounts, LastEvening, cancel);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions { ConnectionString = services.ConnectionString, Clock = LastEvening, Environment = Settings }, cancel);
        using var http = Visitor.Client(portal.Url);
        Report.Progress($"signing in {accounts} accounts");
        var times = ProcessTimes.Of(services.Services, portal);
        var arrivals = new Arrivals(http, await Accounts.SignInAsync(http, accounts, cancel), times);
        await WarmUpAsync(arrivals, arguments.Quick ? 3 : 20, cancel);

        var held = 0;
        for (var i = 0; i < rates.Length && await StageAsync(arrivals, "ramp", rates[i], ramp, cancel) is { Holds: true }; i++) held = i + 1;
        Stage? sustained = null;
        while (sustained is null && --held >= 0)
        {
            if (await StageAsync(arrivals, "hold", rates[held], hold, cancel) is { Holds: true } stage) sustained = stage;
        }

        var (mails, cleared) = await MailsAsync(services.ConnectionString, cancel);
        Report.Progress($"verifying {arrivals.Acknowledged.Count} acknowledged submissions");
        var kept = await Ledger.VerifyAsync(services, arrivals.Acknowledged, cancel);
        await portal.StopAsync();
        Report.Progress($"floor: the stores alone");
        var floor = await BareJourney.RunAsync(services, arguments.Quick ? 3 : 20, cancel);
        Report.Line("surge", new
        {
            stage = "result",
            journeysPerSecond = sustained?.Rate ?? 0,
            completedPerSecond = sustained is null ? 0 : Math.Round((sustained.Arrived - sustained.Failed) / sustained.Seconds, 2),
            seconds = hold,
            requestsPerJourney = SurgeJourney.Requests,
            p95Ms = Math.Round(sustained?.P95 ?? 0),
            processorMsPerJourney = sustained?.Processor,
            mailsLeftAtEnd = mails,
            mailsLeftGoneAfterSeconds = cleared,
            verified = kept,
            lost = 0,
            storesAlonePerSecond = Math.Round(floor, 1),
            ratio = Math.Round((sustained?.Rate ?? 0) / floor, 3),
        });
    }

    /// <summary>Some journeys one after the other, then many at once: the portal's code is compiled, its connections are open.</summary>
    internal static async Task WarmUpAsync(Arrivals arrivals, double seconds, CancellationToken cancel)
    {
        Report.Progress($"warming up");
        foreach (var rate in new[] { 2.0, 5.0 })
        {
            var stage = await arrivals.RunAsync(rate, seconds, cancel);
            if (stage.Failed > 0) throw new LocalException($"A journey failed before anything was measured: {stage.Errors[0]}");
        }
    }

    private static async Task<Stage> StageAsync(Arrivals arrivals, string name, double rate, double seconds, CancellationToken cancel)
    {
        Report.Progress($"{name}: {rate} journeys a second");
        var stage = await arrivals.RunAsync(rate, seconds, cancel);
        Report.Line("surge", new
        {
            stage = name,
            rate,
            seconds,
            arrived = stage.Arrived,
            underWayAtEnd = stage.UnderWay,
            failed = stage.Failed,
            errors = stage.Errors,
            requestP50Ms = Math.Round(Browsers.Percentile(stage.Requests, 0.5), 1),
            requestP95Ms = Math.Round(stage.P95, 1),
            journeyP50Ms = stage.Journeys.Count == 0 ? 0 : Math.Round(Browsers.Percentile(stage.Journeys, 0.5)),
            p95MsByRequest = stage.ByKind,
            processorMsPerJourney = stage.Processor,
            machineBusy = Math.Round(stage.Busy, 2),
            loadLateMs = Math.Round(stage.Late),
            holds = stage.Holds,
        });
        return stage;
    }

    /// <returns>Mails not sent when the last journey ended, and seconds until they were.</returns>
    private static async Task<(long Left, double Seconds)> MailsAsync(string connectionString, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        var (first, clock) = ((long?)null, Stopwatch.StartNew());
        while (true)
        {
            var left = await connection.ExecuteScalarAsync<long>("select count(*) from jobs where kind = 'mail' and state = 'ready'");
            first ??= left;
            if (left == 0 || clock.Elapsed.TotalSeconds > 120) return (first.Value, Math.Round(clock.Elapsed.TotalSeconds, 1));
            await Task.Delay(100, cancel);
        }
    }
}
