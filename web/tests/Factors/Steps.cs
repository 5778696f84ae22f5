using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Factors;

/// <summary>What a person does with second factors, over HTTP.</summary>
internal static class Steps
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Posts mail address and password.</summary>
    public static Task<HttpResponseMessage> LogInAsync(this HttpClient browser, TestUser user, string returnUrl = "") =>
        browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password), ("ReturnUrl", returnUrl));

    /// <summary>Sets an authenticator app up and gives back its secret and the recovery codes.</summary>
    public static async Task<(byte[] Secret, IReadOnlyList<string> Codes)> SetUpAppAsync(this PortalHost portal, HttpClient browser)
    {
        using var started = await browser.PostFormAsync("/account/second-factor/app/start", [], page: "/account/second-factor");
        Assert.Equal("/account/second-factor/app", started.Headers.Location?.ToString());
        var page = new HtmlParser().ParseDocument(await browser.GetStringOfAsync("/account/second-factor/app"));
        Assert.NotEmpty(page.QuerySelector("svg.qr path[fill='#000']")!.GetAttribute("d")!);
        var secret = FromBase32(page.QuerySelector("#secret")!.TextContent);
        using var confirmed = await browser.PostFormAsync("/account/second-factor/app", ("code", portal.Code(secret)));
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        var codes = new HtmlParser().ParseDocument(await confirmed.Content.ReadAsStringAsync(Cancel)).QuerySelectorAll(".codes code").Select(c => c.TextContent).ToList();
        // The code that confirmed it is used up.
        portal.Clock.Advance(TimeSpan.FromSeconds(30));
        return (secret, codes);
    }

    /// <summary>The code an app shows now.</summary>
    public static string Code(this PortalHost portal, byte[] secret) => Totp.CodeAt(secret, Totp.StepAt(portal.Clock.Now));

    /// <summary>Asks what a browser's script asks, and posts the answer.</summary>
    public static async Task<HttpResponseMessage> PasskeyAsync(this HttpClient browser, string page, string options, string action, Func<string, string> answer, params (string Name, string Value)[] fields)
    {
        var asked = await browser.AskAsync(page, options);
        return await browser.PostFormAsync(action, [.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("credential", answer(asked))], page);
    }

    /// <summary>What the browser is asked, as JSON.</summary>
    public static async Task<string> AskAsync(this HttpClient browser, string page, string options)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options);
        request.Headers.Add("X-Requested-With", "fetch");
        request.Headers.Add("RequestVerificationToken", await browser.TokenAsync(page));
        using var asked = await browser.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        var json = await asked.Content.ReadAsStringAsync(Cancel);
        using var parsed = JsonDocument.Parse(json);
        return json;
    }

    /// <summary>Registers a passkey for who is signed in.</summary>
    public static Task<HttpResponseMessage> RegisterAsync(this HttpClient browser, SoftPasskey passkey, string name = "事務所のパソコン") =>
        browser.PasskeyAsync("/account/passkeys", "/account/passkeys/options", "/account/passkeys", passkey.Register, ("name", name));

    /// <summary>Signs in with a passkey alone.</summary>
    public static Task<HttpResponseMessage> LogInAsync(this HttpClient browser, SoftPasskey passkey, string returnUrl = "") =>
        browser.PasskeyAsync("/login", "/login/passkey/options", "/login/passkey", passkey.SignIn, ("returnUrl", returnUrl));

    /// <summary>Where the portal leads this browser when it asks for a page.</summary>
    public static async Task<string> LeadsToAsync(this HttpClient browser, string page)
    {
        using var answer = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
        return answer.Headers.Location?.ToString() ?? ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Where(c => c != ' ').Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits[(8 * i)..((8 * i) + 8)], 2))];
    }
}
