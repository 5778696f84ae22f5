using System.Net;
using AngleSharp.Html.Parser;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using GrantPortal.Web.Tests.Factors;

namespace GrantPortal.Web.Tests.Sessions;

public sealed class RecentSignInTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sensitive_page_asks_again_after_15_minutes_and_comes_back()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        foreach (var page in new[] { "/account/passkeys", "/account/second-factor" }) Assert.Equal("200", await browser.LeadsToAsync(page));
        portal.Clock.Advance(RecentSignIn.Lasts);
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
        Assert.Equal("/confirm?returnUrl=%2Faccount%2Fpasskeys", await browser.LeadsToAsync("/account/passkeys"));

        using var wrong = await browser.PostFormAsync("/confirm", ("password", "wrong"), ("returnUrl", "/account/passkeys"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("/confirm?returnUrl=%2Faccount%2Fpasskeys", await browser.LeadsToAsync("/account/passkeys"));
        using var right = await browser.PostFormAsync("/confirm", ("password", Given.Password), ("returnUrl", "/account/passkeys"));
        Assert.Equal("/account/passkeys", right.Headers.Location?.ToString());
        Assert.Equal("200", await browser.LeadsToAsync("/account/passkeys"));
    }

    [Fact]
    public async Task The_way_back_leads_nowhere_else()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var right = await browser.PostFormAsync("/confirm", ("password", Given.Password), ("returnUrl", "https://evil.example/"));
        Assert.Equal("/applications", right.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Guessing_the_password_of_an_open_session_comes_to_an_end()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        for (var guess = 0; guess < new LimitOptions().LoginByDevice.Count; guess++)
        {
            using var wrong = await browser.PostFormAsync("/confirm", ("password", "wrong"));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }
        using var refused = await browser.PostFormAsync("/confirm", ("password", Given.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Fact]
    public async Task The_bank_account_of_a_submitted_application_is_changed_after_confirming_and_nothing_typed_is_lost()
    {
        var application = await portal.ASubmittedApplication();
        using var browser = await portal.SignInAsync(application.By);
        using var opened = await browser.PostFormAsync($"/applications/{application.Id}/edit", [], page: $"/applications/{application.Id}");
        var page = $"/applications/{application.Id}/account";
        var fields = await FieldsAsync(browser, page);
        fields["Account.Number"] = "7654321";
        fields["Act"] = "next";
        portal.Clock.Advance(RecentSignIn.Lasts);

        // Asked when the form is opened, and again when it lay open for too long.
        var confirm = "/confirm?returnUrl=" + Uri.EscapeDataString(page);
        Assert.Equal(confirm, await browser.LeadsToAsync(page));
        using var posted = await PostAsync(browser, page, fields);
        Assert.Equal(confirm, posted.Headers.Location?.ToString());
        Assert.Equal("1234567", (await portal.DossierAsync(application)).Answers.Account.Number);
        using var autosave = await PostAsync(browser, page, fields, script: true);
        Assert.Equal(HttpStatusCode.Unauthorized, autosave.StatusCode);

        using var confirmed = await browser.PostFormAsync("/confirm", ("password", Given.Password), ("returnUrl", page));
        Assert.Equal(page, confirmed.Headers.Location?.ToString());
        var again = await FieldsAsync(browser, page);
        Assert.Equal("7654321", again["Account.Number"]);
        again["Act"] = "next";
        using var saved = await PostAsync(browser, page, again);
        Assert.Equal($"/applications/{application.Id}/documents", saved.Headers.Location?.ToString());
        Assert.Equal("7654321", (await portal.DossierAsync(application)).Answers.Account.Number);
    }

    [Fact]
    public async Task A_draft_and_the_other_steps_are_not_asked_for()
    {
        var draft = await portal.ADraft();
        using var browser = await portal.SignInAsync(draft.By);
        portal.Clock.Advance(RecentSignIn.Lasts);
        Assert.Equal("200", await browser.LeadsToAsync($"/applications/{draft.Id}/account"));
        var application = await portal.ASubmittedApplication();
        using var theirs = await portal.SignInAsync(application.By);
        using var opened = await theirs.PostFormAsync($"/applications/{application.Id}/edit", [], page: $"/applications/{application.Id}");
        portal.Clock.Advance(RecentSignIn.Lasts);
        Assert.Equal("200", await theirs.LeadsToAsync($"/applications/{application.Id}/office"));
    }

    [Fact]
    public async Task One_confirms_with_an_app_or_a_passkey_of_ones_own_too()
    {
        var user = await portal.Given.Staff(StaffRole.Finance);
        using var passkey = new SoftPasskey("http://localhost:8080");
        using var browser = await portal.SignInAsync(user);
        using var registered = await browser.RegisterAsync(passkey);
        var (secret, _) = await portal.SetUpAppAsync(browser);
        portal.Clock.Advance(RecentSignIn.Lasts);
        using var byCode = await browser.PostFormAsync("/confirm/code", [new("code", portal.Code(secret)), new("returnUrl", "/account/passkeys")], page: "/confirm");
        Assert.Equal("200", await browser.LeadsToAsync("/account/passkeys"));
        portal.Clock.Advance(RecentSignIn.Lasts);
        using var byPasskey = await browser.PasskeyAsync("/confirm", "/login/passkey/options", "/confirm/passkey", passkey.SignIn, ("returnUrl", "/account/passkeys"));
        Assert.Equal("200", await browser.LeadsToAsync("/account/passkeys"));
        portal.Clock.Advance(RecentSignIn.Lasts);
        using var stranger = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Finance));
        portal.Clock.Advance(RecentSignIn.Lasts);
        using var notTheirs = await stranger.PasskeyAsync("/confirm", "/login/passkey/options", "/confirm/passkey", passkey.SignIn);
        Assert.Equal(HttpStatusCode.BadRequest, notTheirs.StatusCode);
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(HttpClient browser, string page) =>
        new HtmlParser().ParseDocument(await browser.GetStringOfAsync(page)).QuerySelectorAll("form[data-autosave] input[name]")
            .Where(i => i.GetAttribute("type") is not ("radio" or "checkbox") || i.HasAttribute("checked"))
            .GroupBy(i => i.GetAttribute("name")!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().GetAttribute("value") ?? "", StringComparer.Ordinal);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string page, Dictionary<string, string> fields, bool script = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = new FormUrlEncodedContent(fields) };
        if (script) request.Headers.Add("X-Requested-With", "fetch");
        return await browser.SendAsync(request, Cancel);
    }
}
