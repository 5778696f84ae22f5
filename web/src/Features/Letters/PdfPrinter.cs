using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;

namespace GrantPortal.Web.Features.Letters;

/// <summary>
/// Prints HTML to tagged PDF with one warm Chromium. It is started by the first letter, started again when it died or did not answer in time,
/// and ended with the portal. Pages run no script and reach nothing but the files of wwwroot, handed over here: no network, no session.
/// </summary>
public sealed class PdfPrinter(IOptions<LetterOptions> options, IWebHostEnvironment environment, ILogger<PdfPrinter> log) : IAsyncDisposable
{
    /// <summary>Where a page's own files seem to come from. Nothing is ever sent there.</summary>
    private const string Origin = "http://letters.invalid";

    /// <summary>Pages printed at the same time; further ones wait.</summary>
    private const int AtOnce = 2;

    /// <summary>For one page with the start of Chromium where that is due; printing takes about a quarter of a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly SemaphoreSlim places = new(AtOnce);
    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;
    private bool disposed;

    /// <summary>Whether there is a Chromium to print with.</summary>
    public bool IsThere => Executable is not null;

    private string? Executable => string.IsNullOrWhiteSpace(options.Value.Chromium)
        ? OnPath.FirstOrDefault(File.Exists)
        : File.Exists(options.Value.Chromium) ? options.Value.Chromium : null;

    private static string[] OnPath { get; } =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser") }),
    ];

    /// <param name="html">A whole page; addresses of its files begin with a slash.</param>
    /// <returns>A tagged PDF, A4.</returns>
    /// <exception cref="PlaywrightException">Chromium could not, or died meanwhile.</exception>
    /// <exception cref="TimeoutException">It did not end in time; the next call gets a new one.</exception>
    public async Task<byte[]> PrintAsync(string html, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        try
        {
            return await PrintedAsync(html).WaitAsync(Patience, TimeProvider.System, cancel);
        }
        catch (Exception exception) when (exception is TimeoutException or PlaywrightException)
        {
            await EndAsync();
            throw;
        }
        finally
        {
            places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        await EndAsync();
        places.Dispose();
        starting.Dispose();
    }

    private async Task<byte[]> PrintedAsync(string html)
    {
        var warm = await BrowserAsync();
        await using var context = await warm.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false, Locale = "ja-JP", TimezoneId = "Asia/Tokyo" });
        await context.RouteAsync("**/*", route => AnswerAsync(route, html));
        var page = await context.NewPageAsync();
        await page.GotoAsync(Origin + "/", new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return await page.PdfAsync(new PagePdfOptions { Format = "A4", Tagged = true, Outline = true, PrintBackground = true, PreferCSSPageSize = true });
    }

    /// <summary>The page itself, its style sheets and fonts; anything else does not exist.</summary>
    private Task AnswerAsync(IRoute route, string html)
    {
        var address = new Uri(route.Request.Url);
        if (address.GetLeftPart(UriPartial.Authority) != Origin) return route.AbortAsync();
        if (address.AbsolutePath == "/") return route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = html });
        var file = environment.WebRootFileProvider.GetFileInfo(address.AbsolutePath);
        return file is { Exists: true, PhysicalPath: { } path }
            ? route.FulfillAsync(new RouteFulfillOptions { Path = path, ContentType = MediaType(file) })
            : route.FulfillAsync(new RouteFulfillOptions { Status = StatusCodes.Status404NotFound });
    }

    private static string MediaType(IFileInfo file) => Path.GetExtension(file.Name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };

    private async Task<IBrowser> BrowserAsync()
    {
        await starting.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (browser is { IsConnected: true }) return browser;
            if (Executable is not { } executable) throw new InvalidOperationException("There is no Chromium to print with.");
            if (browser is not null) log.LogWarning("Chromium died and is started again.");
            playwright?.Dispose();
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = executable,
                // Chromium refuses its sandbox to root; pages run no script and see no network all the same.
                Args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", .. Environment.IsPrivilegedProcess ? new[] { "--no-sandbox" } : []],
            });
            return browser;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Ends Chromium and its driver; the next letter starts both anew.</summary>
    private async Task EndAsync()
    {
        await starting.WaitAsync();
        try
        {
            // The driver takes its Chromium with it; asking politely first could wait for one that hangs.
            playwright?.Dispose();
            (playwright, browser) = (null, null);
        }
        finally
        {
            starting.Release();
        }
    }
}
