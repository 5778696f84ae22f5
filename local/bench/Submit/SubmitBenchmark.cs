using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using GrantPortal.Local;

namespace GrantPortal.Bench.Submit;

/// <summary>
/// 申請する, the final POST: session, antiforgery, validation, all writes and jobs, against pgbench running the same statements with the same
/// concurrency in the same run. Mails are enqueued and not sent meanwhile, on both sides.
/// </summary>
internal static partial class SubmitBenchmark
{
    private static readonly int[] Clients = [1, 16, 64];

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var each = arguments.Count(whole: 2000, quick: 200);
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        var drafts = new Drafts(services.ConnectionString);
        await drafts.PrepareAsync(cancel);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
        {
            ConnectionString = services.ConnectionString,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Jobs__Poll"] = "false", ["Logging__LogLevel__Default"] = "Warning" },
        }, cancel);
        // Not reported: the portal is compiled for good only after very many.
        await MeasureAsync(portal.Url, await drafts.AddAsync(16, each, cancel), 16, cancel);
        foreach (var clients in Clients)
        {
            var portalRun = await MeasureAsync(portal.Url, await drafts.AddAsync(clients, each, cancel), clients, cancel);
            await drafts.AddAsync(clients, each, cancel);
            var floor = await PgBench.RunAsync(services, drafts, clients, each / clients, cancel);
            Report.Line("submit", new
            {
                clients,
                submissions = each,
                perSecond = Math.Round(portalRun.PerSecond, 1),
                p50Ms = Math.Round(portalRun.Percentile(0.50), 1),
                p95Ms = Math.Round(portalRun.Percentile(0.95), 1),
                pgbenchPerSecond = Math.Round(floor, 1),
                ratio = Math.Round(portalRun.PerSecond / floor, 3),
            });
        }
    }

    /// <summary>Submits every draft once, each client one at a time.</summary>
    private static async Task<Measured> MeasureAsync(string url, IReadOnlyList<Draft> drafts, int clients, CancellationToken cancel)
    {
        var browsers = new List<HttpClient>();
        foreach (var email in drafts.Select(d => d.Email).Distinct(StringComparer.Ordinal)) browsers.Add(await Browsers.SignInAsync(url, email, Drafts.Password, cancel));
        var byEmail = drafts.Select(d => d.Email).Distinct(StringComparer.Ordinal).Zip(browsers).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        Report.Progress($"{clients} clients: reading {drafts.Count} confirmation pages");
        var work = new ConcurrentQueue<(HttpClient Browser, Guid Id, FormUrlEncodedContent Form)>();
        await Parallel.ForEachAsync(drafts, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (draft, token) =>
            work.Enqueue((byEmail[draft.Email], draft.Id, await FormAsync(byEmail[draft.Email], draft.Id, token))));

        Report.Progress($"{clients} clients: submitting {drafts.Count}");
        var latencies = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (work.TryDequeue(out var next))
            {
                var one = Stopwatch.GetTimestamp();
                using var answer = await next.Browser.PostAsync(new Uri($"/applications/{next.Id}/confirm", UriKind.Relative), next.Form, cancel);
                latencies.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
                if (answer.StatusCode != HttpStatusCode.Redirect || answer.Headers.Location?.ToString() != $"/applications/{next.Id}")
                    throw new LocalException($"A submission was answered with {(int)answer.StatusCode} {answer.Headers.Location}.");
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        browsers.ForEach(b => b.Dispose());
        return new Measured(drafts.Count / seconds, [.. latencies.Order()]);
    }

    private static async Task<FormUrlEncodedContent> FormAsync(HttpClient browser, Guid id, CancellationToken cancel)
    {
        var page = await browser.GetStringAsync(new Uri($"/applications/{id}/confirm", UriKind.Relative), cancel);
        return new FormUrlEncodedContent([new("__RequestVerificationToken", Browsers.Token(page)), new("fingerprint", Browsers.Value(Fingerprint(), page)), new("confirmed", "true"), new("act", "submit")]);
    }

    [GeneratedRegex("name=\"fingerprint\" value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fingerprint();

    /// <param name="Latencies">Milliseconds, sorted.</param>
    private sealed record Measured(double PerSecond, IReadOnlyList<double> Latencies)
    {
        public double Percentile(double share) => Browsers.Percentile(Latencies, share);
    }
}
