using System.Net;
using System.Web;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Accounts;
using GrantPortal.Web.Tests.Factors;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.GbizId;

public sealed class GbizIdTests(GbizIdTests.Portal portal) : IClassFixture<GbizIdTests.Portal>
{
    private const string Callback = "http://localhost/login/gbiz-id/callback";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_that_has_signed_in_links_a_GbizId_and_signs_in_with_it()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        await LinkAsync(browser, "link-1");

        using var another = portal.Browser();
        Assert.Equal("/login/gbiz-id/done?returnUrl=%2Fprofile", await ComeBackAsync(another, "link-1", "/profile"));
        Assert.Equal("/profile", await another.LeadsToAsync("/login/gbiz-id/done?returnUrl=%2Fprofile"));
        Assert.Contains(user.Name, await another.GetStringOfAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'login' and actor_id = @Id and detail ->> 'method' = 'gbiz-id'", new { user.Id }));
    }

    [Fact]
    public async Task A_GbizId_nobody_has_linked_signs_nobody_in_and_is_linked_after_signing_in()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        // Even when the provider names the account's own mail address.
        await ComeBackAsync(browser, user.Email);
        Assert.Contains("まだアカウントに結び付いていません", await browser.GetStringOfAsync("/login/gbiz-id/done"), StringComparison.Ordinal);
        Assert.StartsWith("/login", await browser.LeadsToAsync("/profile"), StringComparison.Ordinal);

        using var signedIn = await browser.LogInAsync(user, "/account/gbiz-id");
        Assert.Equal("/account/gbiz-id", signedIn.Headers.Location?.ToString());
        Assert.Contains("GビズIDをこのアカウントに結び付ける", await browser.GetStringOfAsync("/account/gbiz-id"), StringComparison.Ordinal);
        using var linked = await browser.PostFormAsync("/account/gbiz-id/link", [], page: "/account/gbiz-id");
        Assert.Equal(HttpStatusCode.Redirect, linked.StatusCode);
        Assert.Contains("GビズIDでログインできます", await browser.GetStringOfAsync("/account/gbiz-id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_show_their_second_factor_after_GbizId_too()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using var browser = await portal.SignInAsync(user);
        await portal.SetUpAppAsync(browser);
        await LinkAsync(browser, "staff-1");
        using var another = portal.Browser();
        await ComeBackAsync(another, "staff-1");
        Assert.Equal("/login/second-factor", await another.LeadsToAsync("/login/gbiz-id/done"));
        Assert.StartsWith("/login", await another.LeadsToAsync("/review"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GbizId_belongs_to_one_account_and_can_be_given_back()
    {
        var (first, second) = (await portal.Given.AnApplicantUser(), await portal.Given.AnApplicantUser());
        using var browser = await portal.SignInAsync(first);
        await LinkAsync(browser, "once-1");
        using var other = await portal.SignInAsync(second);
        await ComeBackAsync(other, "once-1");
        using var refused = await other.PostFormAsync("/account/gbiz-id/link", [], page: "/account/gbiz-id");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        using var unlinked = await browser.PostFormAsync("/account/gbiz-id/unlink", [], page: "/account/gbiz-id");
        Assert.Equal(HttpStatusCode.Redirect, unlinked.StatusCode);
        using var taken = await other.PostFormAsync("/account/gbiz-id/link", [], page: "/account/gbiz-id");
        Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
    }

    [Fact]
    public async Task The_portal_sends_PKCE_and_state_and_a_forged_state_signs_nobody_in()
    {
        var user = await portal.Given.AnApplicantUser();
        using (var linking = await portal.SignInAsync(user)) await LinkAsync(linking, "forged-1");
        using var browser = portal.Browser();
        var authorize = await AuthorizeAsync(browser);
        var asked = HttpUtility.ParseQueryString(authorize.Query);
        Assert.Equal(("S256", "code", Callback), (asked["code_challenge_method"], asked["response_type"], asked["redirect_uri"]));

        var back = await portal.Provider.SignInAsync(authorize, "forged-1");
        var code = HttpUtility.ParseQueryString(back.Query)["code"]!;
        foreach (var state in new[] { "forged", "", HttpUtility.ParseQueryString((await AuthorizeAsync(portal.Browser())).Query)["state"]! })
            await AssertRefusedAsync(browser, $"/login/gbiz-id/callback?code={Uri.EscapeDataString(code)}&state={Uri.EscapeDataString(state)}");
        // The whole right address, lured into another browser.
        await AssertRefusedAsync(portal.Browser(), back.PathAndQuery);
    }

    [Fact]
    public async Task A_replayed_code_signs_nobody_in()
    {
        var user = await portal.Given.AnApplicantUser();
        using (var linking = await portal.SignInAsync(user)) await LinkAsync(linking, "replayed-1");
        using var browser = portal.Browser();
        var back = await portal.Provider.SignInAsync(await AuthorizeAsync(browser), "replayed-1");
        Assert.Equal("/login/gbiz-id/done", await browser.LeadsToAsync(back.PathAndQuery));
        Assert.Equal("/applications", await browser.LeadsToAsync("/login/gbiz-id/done"));
        using var left = await browser.PostFormAsync("/logout", [], page: "/profile");

        await AssertRefusedAsync(browser, back.PathAndQuery);
        // The old code with a state of its own: the provider refuses it.
        var state = HttpUtility.ParseQueryString((await AuthorizeAsync(browser)).Query)["state"]!;
        var code = HttpUtility.ParseQueryString(back.Query)["code"]!;
        await AssertRefusedAsync(browser, $"/login/gbiz-id/callback?code={Uri.EscapeDataString(code)}&state={Uri.EscapeDataString(state)}");
    }

    [Fact]
    public async Task Somebody_who_declines_at_the_provider_reads_so()
    {
        using var browser = portal.Browser();
        var state = HttpUtility.ParseQueryString((await AuthorizeAsync(browser)).Query)["state"]!;
        var answer = await browser.LeadsToAsync($"/login/gbiz-id/callback?error=access_denied&state={Uri.EscapeDataString(state)}");
        Assert.Equal("/login/gbiz-id/failed?why=declined", answer);
        Assert.Contains("取りやめました", await browser.GetStringOfAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_told_in_Japanese_before_and_after_signing_in_there()
    {
        await using var own = new Portal(portal.Local);
        await ((IAsyncLifetime)own).InitializeAsync();
        using var browser = own.Browser();
        using var started = await browser.GetAsync(new Uri("/login/gbiz-id", UriKind.Relative), Cancel);
        var back = await own.Provider.SignInAsync(started.Headers.Location!, "down-1");
        await own.Provider.StopAsync();

        var failed = await browser.LeadsToAsync(back.PathAndQuery);
        Assert.Equal("/login/gbiz-id/failed?why=down", failed);
        foreach (var page in new[] { failed, "/login/gbiz-id" })
        {
            using var answer = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("GビズIDに接続できません", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
        Assert.StartsWith("/login", await browser.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal(2, await own.ScalarAsync<long>("select count(*) from audit where action = 'login-failed' and detail ->> 'why' = 'down'"));
    }

    [Fact]
    public async Task Its_addresses_are_guarded_like_all_others()
    {
        Assert.All(portal.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>(), e => Assert.NotNull(e.Metadata.GetMetadata<PermitAttribute>()));
        using var browser = portal.Browser();
        Assert.Equal("/login?returnUrl=%2Faccount%2Fgbiz-id", await browser.LeadsToAsync("/account/gbiz-id"));
        Assert.Contains("GビズIDでログイン", await browser.GetStringOfAsync("/login"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_it_does_not_exist_and_half_of_them_stop_the_start()
    {
        await using var plain = await PortalHost.StartAsync(portal.Local, _ => { });
        using var browser = plain.Browser();
        Assert.DoesNotContain("GビズID", await browser.GetStringOfAsync("/login"), StringComparison.Ordinal);
        foreach (var page in new[] { "/login/gbiz-id", "/login/gbiz-id/callback?code=a&state=b", "/login/gbiz-id/done" }) Assert.Equal("404", await browser.LeadsToAsync(page));
        await Assert.ThrowsAsync<OptionsValidationException>(() => PortalHost.StartRefusedAsync(portal.Local, host => host.Settings["GbizId:ClientId"] = "grant-portal"));
    }

    /// <summary>Signs in at the provider as the subject and links it to who is signed in.</summary>
    private async Task LinkAsync(HttpClient browser, string subject)
    {
        await ComeBackAsync(browser, subject);
        Assert.Equal("/account/gbiz-id", await browser.LeadsToAsync("/login/gbiz-id/done"));
        using var linked = await browser.PostFormAsync("/account/gbiz-id/link", [], page: "/account/gbiz-id");
        Assert.Equal("/account/gbiz-id", linked.Headers.Location?.ToString());
    }

    private async Task<string> ComeBackAsync(HttpClient browser, string subject, string? returnUrl = null) =>
        await browser.LeadsToAsync((await portal.Provider.SignInAsync(await AuthorizeAsync(browser, returnUrl), subject)).PathAndQuery);

    private static async Task<Uri> AuthorizeAsync(HttpClient browser, string? returnUrl = null) =>
        new(await browser.LeadsToAsync("/login/gbiz-id" + (returnUrl is null ? "" : "?returnUrl=" + Uri.EscapeDataString(returnUrl))));

    private static async Task AssertRefusedAsync(HttpClient browser, string callback)
    {
        Assert.Equal("/login/gbiz-id/failed?why=invalid", await browser.LeadsToAsync(callback));
        using var page = await browser.GetAsync(new Uri("/login/gbiz-id/failed?why=invalid", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.Contains("GビズIDでログインできませんでした", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.StartsWith("/login", await browser.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal("400", await browser.LeadsToAsync("/login/gbiz-id/done"));
    }

    /// <summary>A portal with a provider of its own.</summary>
    public sealed class Portal(PortalServices services) : PortalHost(services), IAsyncLifetime
    {
        public IdentityProvider Provider { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            Provider = await IdentityProvider.StartAsync(Callback);
            Provider.Configure(this);
            await InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Provider.DisposeAsync();
        }
    }
}
