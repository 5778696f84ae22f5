using System.Text.Json;
using GrantPortal.Local;
using Microsoft.Playwright;

namespace GrantPortal.Bench.Pages;

/// <summary>What a page costs who opens it for the first time.</summary>
/// <param name="LargestPaint">Milliseconds until the largest thing on the page stands there, on a processor four times slower than this one.</param>
/// <param name="Bytes">Transferred for the page itself: HTML, CSS, scripts.</param>
/// <param name="OtherBytes">Fonts, pictures, documents and what draws them.</param>
internal sealed record Opened(double LargestPaint, int Requests, long Bytes, long OtherBytes);

/// <summary>The system's Chromium on a slowed processor, its cache empty for every page.</summary>
internal sealed class SlowChromium : IAsyncDisposable
{
    public const int Slowdown = 4;

    /// <summary>Resolves with the largest paint once there is one; those before the observer count.</summary>
    private const string LargestPaint =
        "() => new Promise(resolve => { let last = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) last = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true }); setTimeout(() => resolve(last), 100); })";

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private SlowChromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<SlowChromium> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        var chromium = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser") })
                .FirstOrDefault(File.Exists) ?? throw new LocalException("Chromium is not installed."),
            Args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", .. Environment.IsPrivilegedProcess ? new[] { "--no-sandbox" } : []],
        });
        return new SlowChromium(driver, chromium);
    }

    public async Task<Opened> OpenAsync(string url, IReadOnlyDictionary<string, string> cookies)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 }, Locale = "ja-JP" });
        await context.AddCookiesAsync(cookies.Select(c => new Cookie { Name = c.Key, Value = c.Value, Url = new Uri(url).GetLeftPart(UriPartial.Authority) }));
        var page = await context.NewPageAsync();
        var protocol = await context.NewCDPSessionAsync(page);
        var (addresses, bytes) = (new Dictionary<string, (string Url, string Type)>(StringComparer.Ordinal), new Dictionary<string, long>(StringComparer.Ordinal));
        protocol.Event("Network.responseReceived").OnEvent += (_, e) => Note(e, (id, message) => addresses[id] = (message.GetProperty("response").GetProperty("url").GetString()!, message.GetProperty("type").GetString()!));
        protocol.Event("Network.loadingFinished").OnEvent += (_, e) => Note(e, (id, message) => bytes[id] = (long)message.GetProperty("encodedDataLength").GetDouble());
        await protocol.SendAsync("Network.enable");
        await protocol.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = Slowdown });
        var answer = await page.GotoAsync(url, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        if (answer is not { Ok: true }) throw new LocalException($"{url} was answered with {answer?.Status}.");
        var paint = await page.EvaluateAsync<double>(LargestPaint);
        lock (addresses)
        {
            var own = addresses.Where(a => a.Value.Type is "Document" or "Stylesheet" or "Script" && !a.Value.Url.Contains("/lib/pdfjs/", StringComparison.Ordinal) && !a.Value.Url.Contains("/documents/", StringComparison.Ordinal))
                .Sum(a => bytes.GetValueOrDefault(a.Key));
            return new Opened(paint, addresses.Count, own, bytes.Values.Sum() - own);
        }

        void Note(JsonElement? message, Action<string, JsonElement> note)
        {
            if (message is not { } given) return;
            lock (addresses) note(given.GetProperty("requestId").GetString()!, given);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
