using System.Collections.Concurrent;
using System.Diagnostics;

namespace GrantPortal.Bench.Surge;

/// <summary>What came of journeys that began at a rate.</summary>
/// <param name="Arrived">Begun in the time.</param>
/// <param name="UnderWay">Of them not at their end when the time was over.</param>
/// <param name="Requests">Milliseconds, ascending.</param>
/// <param name="Journeys">Milliseconds from begin to receipt number, ascending.</param>
/// <param name="ByKind">95th percentile of each kind of request, milliseconds.</param>
/// <param name="Errors">In words, the first few.</param>
/// <param name="Late">Milliseconds the load itself began its latest journey too late.</param>
/// <param name="Processor">Milliseconds of processor time a journey, by process.</param>
/// <param name="Busy">Share of the machine that these processes took while journeys arrived.</param>
internal sealed record Stage(
    double Rate, int Arrived, int UnderWay, double Seconds, IReadOnlyList<double> Requests, IReadOnlyList<double> Journeys, IReadOnlyDictionary<string, double> ByKind, int Failed,
    IReadOnlyList<string> Errors, double Late, IReadOnlyDictionary<string, double> Processor, double Busy)
{
    public const double LongestRequest = 1000;

    /// <summary>Journeys do not pause: whose queue grows has more under way than began in as many seconds.</summary>
    private const double LongestJourney = 3;

    public double P95 => Browsers.Percentile(Requests, 0.95);

    public bool Holds => Failed == 0 && P95 <= LongestRequest && UnderWay <= Rate * LongestJourney;
}

/// <summary>
/// An open model: journeys begin when their time has come (Poisson), however many are still under way, as people come who know nothing of each other.
/// A closed one would slow down with the portal and hide what waiting does.
/// </summary>
/// <param name="visitors">Signed-in cookies; each journey takes the next.</param>
internal sealed class Arrivals(HttpClient http, IReadOnlyList<IReadOnlyDictionary<string, string>> visitors, ProcessTimes times)
{
    private const int ErrorsKept = 5;

#pragma warning disable CA5394 // The same arrivals every time.
    private readonly Random random = new(20_260_313);
#pragma warning restore CA5394
    private int begun;

    /// <summary>Everything the portal acknowledged in all stages.</summary>
    public ConcurrentBag<Acknowledged> Acknowledged { get; } = [];

    public async Task<Stage> RunAsync(double rate, double seconds, CancellationToken cancel)
    {
        var requests = new ConcurrentBag<(string Kind, double Milliseconds)>();
        var journeys = new ConcurrentBag<double>();
        var errors = new ConcurrentQueue<string>();
        var (running, late, failed) = (new List<Task>(), 0.0, 0);
        var before = times.Read();
        var clock = Stopwatch.StartNew();
        for (var due = Gap(rate); due < seconds; due += Gap(rate))
        {
            var wait = due - clock.Elapsed.TotalSeconds;
            if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait), cancel);
            late = Math.Max(late, (clock.Elapsed.TotalSeconds - due) * 1000);
            running.Add(OneAsync(++begun));
        }
        var rest = seconds - clock.Elapsed.TotalSeconds;
        if (rest > 0) await Task.Delay(TimeSpan.FromSeconds(rest), cancel);
        var underWay = running.Count(t => !t.IsCompleted);
        var busy = times.Read().Sum(p => p.Value - before[p.Key]) / clock.Elapsed.TotalSeconds / Environment.ProcessorCount;
        await Task.WhenAll(running);
        return new Stage(
            rate, running.Count, underWay, clock.Elapsed.TotalSeconds, [.. requests.Select(r => r.Milliseconds).Order()], [.. journeys.Order()],
            requests.GroupBy(r => r.Kind, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Math.Round(Browsers.Percentile([.. g.Select(r => r.Milliseconds).Order()], 0.95)), StringComparer.Ordinal),
            failed, [.. errors.Take(ErrorsKept)], late, times.Each(before, running.Count), busy);

        async Task OneAsync(int number)
        {
            await Task.Yield();
            var began = Stopwatch.GetTimestamp();
            try
            {
                Acknowledged.Add(await SurgeJourney.RunAsync(new Visitor(http, visitors[number % visitors.Count], (kind, took) => requests.Add((kind, took))), number, cancel));
                journeys.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
#pragma warning disable CA1031 // Whatever went wrong is what is measured.
            catch (Exception e) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref failed);
                errors.Enqueue(e.Message);
            }
        }
    }

    private double Gap(double rate) => -Math.Log(1 - random.NextDouble()) / rate;
}
