using System.Globalization;
using Dapper;
using GrantPortal.Bench.Submit;
using GrantPortal.Local;

namespace GrantPortal.Bench.Faults;

/// <summary>
/// Rounds of: applicants at work, one fault at a random moment, everything back, the work ended, and then counted whether anything acknowledged is lost, doubled
/// or damaged. The second word is the seed: the same seed gives the same faults in the same order at the same moments.
/// </summary>
internal static class FaultsBenchmark
{
    private const int Clients = 4;
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var rounds = arguments.Count(whole: 20, quick: 2);
        var seed = arguments.Words.Count > 1 && int.TryParse(arguments.Words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        await using var system = await FaultSystem.StartAsync(cancel);
        if (system.Disk is null) Report.Line("faults", new { fault = Fault.DiskFull, skipped = "this machine lets us mount no file system of our own" });
        using var probe = await SignInAsync(system, Clients, cancel);
        var browsers = new List<PortalBrowser>();
        for (var n = 0; n < Clients; n++) browsers.Add(await SignInAsync(system, n, cancel));
        await BudgetAsync(system, cancel);
        var all = new List<JourneyEnd>();
        var results = new List<Round>();
        foreach (var (fault, number) in Plan(system, rounds, seed).Select((fault, i) => (fault, i + 1)))
        {
            var round = await RoundAsync(system, fault, new Random(HashCode.Combine(seed, number)), browsers, probe, all, cancel);
            results.Add(round);
            Report.Line("faults", new
            {
                round = number,
                seed,
                fault = fault.Name,
                round.Journeys,
                round.Refused,
                acknowledged = round.Check.Checked,
                round.Check.Lost,
                round.Check.Doubled,
                round.Check.Files,
                round.Check.Damaged,
                round.Check.OverspentYen,
                round.Check.TotalsOff,
                round.Check.Mails,
                round.Check.MailsMissing,
                round.Check.MailRepeats,
                backMs = Math.Round(round.Back.TotalMilliseconds),
                awayMs = Math.Round(round.Away.TotalMilliseconds),
                round.Errors,
                plainPages = round.Offences.Count == 0,
                held = round.Held,
            });
            foreach (var offence in round.Offences.Take(5)) Report.Progress($"  {offence}");
        }
        // Once more all that was ever acknowledged: a later fault may have taken what an earlier one left.
        var last = await FaultCheck.RunAsync(system, all, cancel);
        Report.Line("faults", new
        {
            rounds = results.Count,
            seed,
            held = results.Count(r => r.Held),
            acknowledged = last.Checked,
            last.Lost,
            last.Doubled,
            last.Files,
            last.Damaged,
            last.OverspentYen,
            last.TotalsOff,
            last.Mails,
            last.MailsMissing,
            last.MailRepeats,
            longestAwayMs = Math.Round(results.Max(r => r.Away).TotalMilliseconds),
            slowestBackMs = Math.Round(results.Max(r => r.Back).TotalMilliseconds),
            budgetClosings = results.Sum(r => r.Refused),
            goal = "held in every round: none lost, none doubled, back within 15 s",
        });
        browsers.ForEach(b => b.Dispose());
    }

    private static async Task<Round> RoundAsync(
        FaultSystem system, Fault fault, Random random, List<PortalBrowser> browsers, PortalBrowser probe, List<JourneyEnd> all, CancellationToken cancel)
    {
        await fault.PrepareAsync(system, cancel);
        await using var load = new FaultLoad(system, browsers, random);
        load.Begin();
        await Task.Delay(TimeSpan.FromSeconds(3 + (random.NextDouble() * 4)), cancel);
        Report.Progress($"{fault.Name} after {load.Ends.Count} journeys");
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var away = AwayAsync(probe, watch.Token);
        await fault.Run(system, random, cancel);
        var back = await BackAsync(probe, cancel);
        // The work goes on for a while afterwards: what broke late shows.
        await Task.Delay(TimeSpan.FromSeconds(4), cancel);
        await watch.CancelAsync();
        await load.EndAsync();
        var sent = await FaultCheck.MailsSentAsync(system, TimeSpan.FromSeconds(60), cancel);
        var acknowledged = load.Ends.Where(e => e.Acknowledged).ToList();
        all.AddRange(acknowledged);
        var check = await FaultCheck.RunAsync(system, acknowledged, cancel);
        return new(
            load.Ends.Count, load.Ends.Count(e => e.Refused), load.Errors.OrderBy(e => e.Key).ToDictionary(e => e.Key == 0 ? "none" : e.Key.ToString(CultureInfo.InvariantCulture), e => e.Value, StringComparer.Ordinal),
            [.. load.Offences], check, back, await away, check.Holds && sent && back <= BackWithin && load.Offences.IsEmpty && acknowledged.Count > 0);
    }

    /// <summary>From the moment everything is there again until a signed-in page and the readiness check are answered, both several times in turn.</summary>
    private static async Task<TimeSpan> BackAsync(PortalBrowser probe, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (good, since) = (0, TimeSpan.Zero);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            var asked = TimeProvider.System.GetElapsedTime(began);
            var page = await probe.GetAsync("/applications", cancel);
            var ready = await probe.GetAsync("/health/ready", cancel);
            if (page.Status != 200 || ready.Status != 200) good = 0;
            else if (good++ == 0) since = asked;
            if (good == 6) return since;
            await timer.WaitForNextTickAsync(cancel);
        }
        return TimeSpan.MaxValue;
    }

    /// <summary>The longest time without a page, from one good answer to the next, as somebody who keeps asking sees it.</summary>
    private static async Task<TimeSpan> AwayAsync(PortalBrowser probe, CancellationToken over)
    {
        var (last, longest) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
        try
        {
            while (true)
            {
                if ((await probe.GetAsync("/applications", over)).Status == 200)
                {
                    longest = TimeProvider.System.GetElapsedTime(last) is var gap && gap > longest ? gap : longest;
                    last = TimeProvider.System.GetTimestamp();
                }
                await Task.Delay(TimeSpan.FromMilliseconds(50), over);
            }
        }
        catch (OperationCanceledException)
        {
            return longest;
        }
    }

    /// <summary>Every fault as often as every other, in an order of chance.</summary>
    private static List<Fault> Plan(FaultSystem system, int rounds, int seed)
    {
        var random = new Random(seed);
        var faults = Fault.All.Where(f => system.Disk is not null || f.Name != Fault.DiskFull).ToArray();
        var plan = new List<Fault>();
        while (plan.Count < rounds)
        {
            random.Shuffle(faults);
            plan.AddRange(faults.Take(rounds - plan.Count));
        }
        return plan;
    }

    private static async Task<PortalBrowser> SignInAsync(FaultSystem system, int client, CancellationToken cancel)
    {
        var browser = new PortalBrowser(system.Url);
        var answer = await browser.SignInAsync(string.Create(CultureInfo.InvariantCulture, $"client{client}@bench.example"), Drafts.Password, cancel);
        return answer.Status == 302 ? browser : throw new LocalException($"Client {client} could not sign in: {answer.Status}.");
    }

    /// <summary>Money for the first applications; what follows is asked for when intake closes.</summary>
    private static async Task BudgetAsync(FaultSystem system, CancellationToken cancel)
    {
        await using var connection = await system.Database.OpenAsync(cancel);
        await connection.ExecuteAsync("update programme_years set budget_yen = @first, version = version + 1 where id = 'R8-care'", new { first = 20 * Journey.Yen });
    }

    /// <param name="Errors">By status.</param>
    private sealed record Round(int Journeys, int Refused, IReadOnlyDictionary<string, int> Errors, IReadOnlyList<string> Offences, FaultCheck Check, TimeSpan Back, TimeSpan Away, bool Held);
}
