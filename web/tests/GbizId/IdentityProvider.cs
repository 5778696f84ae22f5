using System.Diagnostics;
using System.Globalization;
using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.GbizId;

/// <summary>A real OpenID Connect provider (npm's oidc-provider) and a browser that signs in at it.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    private readonly Process process;

    private IdentityProvider(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<IdentityProvider> StartAsync(string redirectUri)
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node", [Path.Combine(RepositoryRoot.Find(), "local", "testing", "identity-provider.mjs"), port, redirectUri])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var started = Process.Start(start)!;
        Assert.Equal("ready", await started.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        return new IdentityProvider(started, $"http://127.0.0.1:{port}");
    }

    /// <summary>The portal's settings for it.</summary>
    public void Configure(PortalHost portal)
    {
        portal.Settings["GbizId:AuthorizationEndpoint"] = $"{Url}/auth";
        portal.Settings["GbizId:TokenEndpoint"] = $"{Url}/token";
        portal.Settings["GbizId:UserInfoEndpoint"] = $"{Url}/me";
        portal.Settings["GbizId:ClientId"] = "grant-portal";
        portal.Settings["GbizId:ClientSecret"] = "secret-of-the-test";
    }

    /// <summary>Signs in and consents at the provider, as its pages ask.</summary>
    /// <param name="authorize">Where the portal sent the browser.</param>
    /// <returns>Where the provider sends it back to: the portal's callback.</returns>
    public async Task<Uri> SignInAsync(Uri authorize, string subject)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler);
        var (address, form) = (authorize, (FormUrlEncodedContent?)null);
        while (address.ToString().StartsWith(Url, StringComparison.Ordinal))
        {
            using var answer = form is null ? await browser.GetAsync(address) : await browser.PostAsync(address, form);
            form = null;
            if (answer.Headers.Location is { } next)
            {
                address = new Uri(address, next);
                continue;
            }
            var page = await answer.Content.ReadAsStringAsync();
            var asked = new HtmlParser().ParseDocument(page).QuerySelector("form") as IHtmlFormElement ?? throw new InvalidOperationException($"{address}: {page}");
            address = new Uri(address, asked.GetAttribute("action"));
            form = new FormUrlEncodedContent(asked.QuerySelectorAll("input[name]").Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("name") switch
            {
                "login" => subject,
                "password" => "any",
                _ => input.GetAttribute("value") ?? "",
            })));
        }
        return address;
    }

    public async Task StopAsync()
    {
        if (process.HasExited) return;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }
}
