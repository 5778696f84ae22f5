using System.Diagnostics;
using System.Security.Cryptography;
using Dapper;
using GrantPortal.Bench.Seed;
using GrantPortal.Data;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Pages;

/// <summary>
/// Every kind of page: the time the portal takes for it over HTTP, and what it costs who opens it in Chromium for the first time. The floor is the portal's
/// cheapest answer, <c>/health/live</c>, asked in turn with each page: what HTTP and the machine take by themselves.
/// </summary>
internal static class PagesBenchmark
{
    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var applications = arguments.Count(whole: 1_000_000, quick: 5_000);
        var (rounds, warmUp, openings) = arguments.Quick ? (20, 10, 1) : (300, 60, 5);
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        if (!await Seeding.IsDoneAsync(services.ConnectionString, applications, cancel))
        {
            Report.Progress($"seeding {applications:N0} applications");
            await Seeding.RunAsync(services.ConnectionString, applications, cancel);
        }
        // Who served a kept country did so by another clock: its limits are forgotten.
        await using (var connection = new NpgsqlConnection(services.ConnectionString))
            await connection.ExecuteAsync("truncate rate_limits; create extension if not exists pg_prewarm; select pg_prewarm(oid::regclass) from pg_class where relname like 'applications%' and relkind in ('r', 'i')", commandTimeout: 0);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
        {
            ConnectionString = services.ConnectionString,
            Clock = Calendar.End,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Jobs__Poll"] = "false", ["Logging__LogLevel__Default"] = "Warning", ["Limits__Simulator__Count"] = "1000000" },
        }, cancel);
        await AddFilesAsync(services, cancel);
        var pages = await PageTable.ReadAsync(services.ConnectionString, cancel);
        using var http = Visitor.Client(portal.Url);
        var visitors = new Dictionary<string, Visitor>(StringComparer.Ordinal) { [""] = new(http, new Dictionary<string, string>(StringComparer.Ordinal)) };
        foreach (var account in pages.Select(p => p.Account).OfType<string>().Distinct(StringComparer.Ordinal)) visitors[account] = await Visitor.SignInAsync(http, account, Staff.Password, cancel);

        var browser = await SlowChromium.StartAsync();
        await using var closing = browser;
        foreach (var page in pages)
        {
            Report.Progress($"{page.Name}: {rounds} times, in Chromium {openings}");
            var visitor = visitors[page.Account ?? ""];
            var (times, floor, bytes) = (new List<double>(), new List<double>(), 0);
            for (var i = 0; i < warmUp + rounds; i++)
            {
                var began = Stopwatch.GetTimestamp();
                bytes = (await visitor.GetAsync(page.Name, page.Path, cancel)).Body.Length;
                var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                began = Stopwatch.GetTimestamp();
                await visitor.GetAsync("live", "/health/live", cancel);
                if (i < warmUp) continue;
                times.Add(took);
                floor.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            times.Sort();
            floor.Sort();
            var opened = new List<Opened>();
            for (var i = 0; i < openings; i++) opened.Add(await browser.OpenAsync(portal.Url + page.Path, visitor.Cookies));
            var median = opened.OrderBy(o => o.LargestPaint).ElementAt(openings / 2);
            Report.Line("pages", new
            {
                page = page.Name,
                by = page.Account?.Split('@')[0].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') ?? "anyone",
                applications,
                rounds,
                p50Ms = Math.Round(Browsers.Percentile(times, 0.5), 1),
                p95Ms = Math.Round(Browsers.Percentile(times, 0.95), 1),
                liveP50Ms = Math.Round(Browsers.Percentile(floor, 0.5), 2),
                ratio = Math.Round(Browsers.Percentile(times, 0.5) / Browsers.Percentile(floor, 0.5), 1),
                htmlBytes = bytes,
                requests = median.Requests,
                transferredKB = Math.Round(median.Bytes / 1000.0, 1),
                fontsAndOtherKB = Math.Round(median.OtherBytes / 1000.0, 1),
                largestPaintMs = Math.Round(median.LargestPaint),
                slowdown = SlowChromium.Slowdown,
                meets = Browsers.Percentile(times, 0.95) < 20 && median.Bytes <= 100_000 && median.LargestPaint < 1500,
            });
        }
    }

    /// <summary>Puts files where the opened cases' documents have rows alone: what is drawn on the desk is a part of its page.</summary>
    private static async Task AddFilesAsync(BenchServices services, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(services.ConnectionString);
        var container = new StorageOptions { ConnectionString = services.Services.StorageConnectionString }.Open();
        var cases = await PageTable.CasesAsync(connection, cancel);
        foreach (var (id, type) in await connection.QueryAsync<(Guid Id, string Type)>("select id, type from documents where application_id = any(@ids)", new { ids = cases.Values.ToArray() }))
        {
            var bytes = type == "pdf" ? SoundFiles.Pdf(400_000, Random.Shared) : SoundFiles.Photograph(400_000, Random.Shared);
            await container.GetBlobClient(id.ToString("D")).UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, cancel);
            await connection.ExecuteAsync("update documents set size = @Length, sha256 = @hash where id = @id", new { id, bytes.Length, hash = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
        }
    }
}
