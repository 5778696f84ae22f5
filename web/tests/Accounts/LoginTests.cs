using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Accounts;

public sealed partial class LoginTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_applicant_signs_in_and_comes_to_the_applications()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/applications", answer.Headers.Location?.ToString());
        Assert.Contains(user.Name, await browser.GetStringOfAsync("/applications"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_come_to_the_review_desk()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using var browser = portal.Browser();
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email.ToUpperInvariant()), ("Password", Given.Password));

        Assert.Equal("/review", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("portal-", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Behind_https_cookies_are_bound_to_the_host()
    {
        await using var secure = await PortalHost.StartAsync(portal.Local, host => host.Settings["Portal:PublicUrl"] = "https://grants.example");
        var user = await secure.Given.AnApplicantUser();
        using var browser = secure.Browser();
        browser.BaseAddress = new Uri("https://localhost");
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("__Host-portal=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var wrong = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", "wrong"));
        using var unknown = await browser.PostFormAsync("/login", ("Email", "nobody@test.example"), ("Password", "wrong"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (wrong.StatusCode, unknown.StatusCode));
        var page = await wrong.Content.ReadAsStringAsync(Cancel);
        var email = new HtmlParser().ParseDocument(page).QuerySelector("input[name=Email]")!.GetAttribute("value");
        Assert.Equal(user.Email, email);
        Assert.Contains("メールアドレスまたはパスワードが正しくありません。", page, StringComparison.Ordinal);
        Assert.Equal(
            Tokens().Replace(page, "").Replace(user.Email, "*", StringComparison.Ordinal),
            Tokens().Replace(await unknown.Content.ReadAsStringAsync(Cancel), "").Replace("nobody@test.example", "*", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_lock_nobody_out()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        for (var i = 0; i < 6; i++)
        {
            using var wrong = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", "wrong"));
        }
        using var right = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task Blank_fields_are_named()
    {
        using var browser = portal.Browser();
        using var answer = await browser.PostFormAsync("/login", ("Email", ""), ("Password", ""));
        var page = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("メールアドレスを入力してください。", page, StringComparison.Ordinal);
        Assert.Contains("パスワードを入力してください。", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/profile?x=1", "/profile?x=1")]
    [InlineData("https://evil.example/", "/applications")]
    [InlineData("//evil.example/", "/applications")]
    [InlineData("/\\evil.example/", "/applications")]
    [InlineData("javascript:alert(1)", "/applications")]
    [InlineData("", "/applications")]
    public async Task Afterwards_it_leads_only_to_our_own_pages(string returnUrl, string expected)
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password), ("ReturnUrl", returnUrl));
        Assert.Equal(expected, answer.Headers.Location?.ToString());

        using var again = await browser.GetAsync(new Uri("/login?returnUrl=" + Uri.EscapeDataString(returnUrl), UriKind.Relative), Cancel);
        Assert.Equal(expected, again.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_stands_in_the_audit()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var wrong = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", "wrong"));
        using var right = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));
        using var left = await browser.PostFormAsync("/logout", [], page: "/profile");
        using var after = await browser.GetAsync(new Uri("/applications", UriKind.Relative), Cancel);

        Assert.Equal("/", left.Headers.Location?.ToString());
        Assert.Equal("/login?returnUrl=%2Fapplications", after.Headers.Location?.ToString());
        await using var db = await portal.Database.OpenAsync(Cancel);
        var audit = await db.QueryAsync<string>("select action from audit where object_id = @id order by id", new { id = user.Id.ToString() });
        Assert.Equal(["login-failed", "login", "logout"], audit);
    }

    [Fact]
    public async Task Signing_out_with_an_expired_session_just_leads_home()
    {
        using var browser = portal.Browser();
        using var answer = await browser.PostAsync(new Uri("/logout", UriKind.Relative), null, Cancel);
        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Another_site_cannot_sign_somebody_out()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var answer = await browser.PostAsync(new Uri("/logout", UriKind.Relative), null, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_an_hour_after_its_last_use()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        using var browser = await own.SignInAsync(await own.Given.AnApplicantUser());
        foreach (var (minutes, expected) in new[] { (50, HttpStatusCode.OK), (50, HttpStatusCode.OK), (61, HttpStatusCode.Redirect) })
        {
            own.Clock.Advance(TimeSpan.FromMinutes(minutes));
            using var answer = await browser.GetAsync(new Uri("/profile", UriKind.Relative), Cancel);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("update users set security_stamp = 'other' where id = @Id")]
    [InlineData("update users set lockout_end = now() + interval '1000 years' where id = @Id")]
    public async Task A_changed_credential_or_a_closed_account_ends_every_session_at_once(string change)
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        await using (var db = await portal.Database.OpenAsync(Cancel)) await db.ExecuteAsync(change, new { user.Id });
        using var answer = await browser.GetAsync(new Uri("/profile", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Several_instances_share_sessions_and_form_tokens()
    {
        await using var second = await portal.StartSiblingAsync();
        var user = await portal.Given.AnApplicantUser();
        using var first = portal.Browser();
        using var signedIn = await first.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        using var other = second.BrowserWithCookiesOf(first);
        using var page = await other.GetAsync(new Uri("/profile", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var token = await first.TokenAsync("/profile");
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);
        using var logout = await other.PostAsync(new Uri("/logout", UriKind.Relative), content, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, logout.StatusCode);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tokens();
}
