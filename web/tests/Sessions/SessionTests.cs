using System.Net;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Accounts;
using GrantPortal.Web.Tests.Factors;

namespace GrantPortal.Web.Tests.Sessions;

public sealed class SessionTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_sees_where_one_is_signed_in_and_ends_it_from_here()
    {
        var user = await portal.Given.AnApplicantUser();
        using var telephone = portal.Browser();
        telephone.DefaultRequestHeaders.Add("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1");
        using var signedIn = await telephone.LogInAsync(user);
        using var browser = await portal.SignInAsync(user);
        var page = await browser.GetStringOfAsync("/account/sessions");
        Assert.Contains("iPhoneのSafari", page, StringComparison.Ordinal);
        Assert.Contains("この端末", page, StringComparison.Ordinal);

        var id = await portal.ScalarAsync<Guid>("select id from sessions where user_id = @Id and method = 'password'", new { user.Id });
        using var ended = await browser.PostFormAsync("/account/sessions/end", [new("id", id.ToString())], page: "/account/sessions");
        Assert.Equal("/account/sessions", ended.Headers.Location?.ToString());
        Assert.StartsWith("/login", await telephone.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
    }

    [Fact]
    public async Task Nobody_ends_sessions_of_others()
    {
        var (user, stranger) = (await portal.Given.AnApplicantUser(), await portal.Given.AnApplicantUser());
        using var theirs = await portal.SignInAsync(user);
        using var browser = await portal.SignInAsync(stranger);
        var id = await portal.ScalarAsync<Guid>("select id from sessions where user_id = @Id", new { user.Id });
        Assert.DoesNotContain(id.ToString(), await browser.GetStringOfAsync("/account/sessions"), StringComparison.Ordinal);
        using var refused = await browser.PostFormAsync("/account/sessions/end", [new("id", id.ToString())], page: "/account/sessions");
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        using var others = await browser.PostFormAsync("/account/sessions/end-others", [], page: "/account/sessions");
        Assert.Equal("200", await theirs.LeadsToAsync("/profile"));
    }

    [Fact]
    public async Task All_but_this_one_can_be_ended_at_once()
    {
        var user = await portal.Given.AnApplicantUser();
        using var one = await portal.SignInAsync(user);
        using var two = await portal.SignInAsync(user);
        using var browser = await portal.SignInAsync(user);
        using var ended = await browser.PostFormAsync("/account/sessions/end-others", [], page: "/account/sessions");
        Assert.StartsWith("/login", await one.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.StartsWith("/login", await two.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
    }

    [Fact]
    public async Task A_cookie_taken_before_the_person_confirmed_who_they_are_is_worth_nothing_afterwards()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        using var stolen = portal.Browser();
        stolen.DefaultRequestHeaders.Add("Cookie", PortalHost.CookiesOf(browser));
        Assert.Equal("200", await stolen.LeadsToAsync("/profile"));
        using var confirmed = await browser.PostFormAsync("/confirm", ("password", Given.Password), ("returnUrl", "/profile"));
        Assert.Equal("/profile", confirmed.Headers.Location?.ToString());
        Assert.StartsWith("/login", await stolen.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
    }
}
