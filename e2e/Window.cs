using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using GrantPortal.Local;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>A browser window and what may not happen in it: requests to other origins, script errors, refused scripts or styles.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> offences = new();

    public Window(IBrowserContext context, IPage page, string origin)
    {
        Context = context;
        Page = page;
        Origin = origin;
        context.Request += (_, request) =>
        {
            // chrome: and chrome-extension: are the browser's own PDF viewer.
            if (!request.Url.StartsWith(origin, StringComparison.Ordinal) && new Uri(request.Url).Scheme is not ("data" or "blob" or "chrome" or "chrome-extension"))
                offences.Enqueue($"Request to another origin: {request.Url}");
        };
        page.PageError += (_, error) => offences.Enqueue($"Script error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) offences.Enqueue(message.Text);
        };
    }

    /// <summary>The portal's scheme, host and port.</summary>
    public string Origin { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>axe finds nothing: JIS X 8341-3:2016 AA, WCAG 2.2 AA and its best practices.</summary>
    public async Task AssertAccessibleAsync(string what)
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0,
            $"{what} at {Page.ViewportSize?.Width}px:\n" + string.Join('\n', result.Violations.Select(v => $"{v.Id}: {v.Help}\n" + string.Join('\n', v.Nodes.Select(n => $"    {n.Html}")))));
        await AssertFitsAsync(what);
    }

    /// <summary>Nothing scrolls sideways.</summary>
    public async Task AssertFitsAsync(string what)
    {
        var overflow = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 0, $"{what} scrolls sideways by {overflow}px at {Page.ViewportSize?.Width}px.");
    }

    /// <summary>Goes on from the page that offers a passkey after the first sign-in of an account.</summary>
    public async Task DeclineOfferAsync()
    {
        await Page.WaitForURLAsync("**/account/passkeys/offer*");
        await Page.GetByRole(AriaRole.Link, new() { Name = "登録せずに進む", Exact = true }).ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("/account/passkeys/offer", StringComparison.Ordinal));
    }

    /// <summary>Keeps a picture under .build/pictures, for people to look at.</summary>
    public async Task PictureAsync(string name, bool fullPage = true)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".build", "pictures");
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{Page.ViewportSize?.Width}.png"), FullPage = fullPage });
    }

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Assert.Empty(offences);
    }
}
