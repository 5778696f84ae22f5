using System.Net;
using System.Text;
using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Tests.Accounts;

namespace GrantPortal.Web.Tests.Factors;

public sealed class SecondFactorTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_setting_up_an_app_a_password_alone_signs_nobody_in()
    {
        var user = await portal.Given.AnApplicantUser();
        using var first = await portal.SignInAsync(user);
        var (secret, codes) = await portal.SetUpAppAsync(first);
        Assert.Equal(10, codes.Distinct(StringComparer.Ordinal).Count());

        using var browser = portal.Browser();
        using var half = await browser.LogInAsync(user, "/profile");
        Assert.Equal("/login/second-factor?returnUrl=%2Fprofile", half.Headers.Location?.ToString());
        Assert.Equal("/login?returnUrl=%2Fprofile", await browser.LeadsToAsync("/profile"));

        using var wrong = await browser.PostFormAsync("/login/second-factor", ("code", "000000"), ("returnUrl", "/profile"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("認証コードが正しくありません", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var right = await browser.PostFormAsync("/login/second-factor", ("code", portal.Code(secret)), ("returnUrl", "/profile"));
        Assert.Equal("/profile", right.Headers.Location?.ToString());
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'login' and actor_id = @Id and detail ->> 'second' = 'code'", new { user.Id }));
    }

    [Fact]
    public async Task A_code_works_once()
    {
        var user = await portal.Given.AnApplicantUser();
        using var first = await portal.SignInAsync(user);
        var (secret, _) = await portal.SetUpAppAsync(first);
        var code = portal.Code(secret);
        using var one = portal.Browser();
        using var other = portal.Browser();
        using var oneHalf = await one.LogInAsync(user);
        using var otherHalf = await other.LogInAsync(user);
        var tokens = (await one.TokenAsync("/login/second-factor"), await other.TokenAsync("/login/second-factor"));

        var answers = await Task.WhenAll(PostAsync(one, tokens.Item1, code), PostAsync(other, tokens.Item2, code));
        Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.BadRequest], answers.Order());
    }

    [Fact]
    public async Task A_recovery_code_works_once_in_any_writing()
    {
        var user = await portal.Given.AnApplicantUser();
        using var first = await portal.SignInAsync(user);
        var (_, codes) = await portal.SetUpAppAsync(first);
        foreach (var (typed, expected) in new[] { (codes[0].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), HttpStatusCode.Redirect), (codes[0], HttpStatusCode.BadRequest), (codes[1], HttpStatusCode.Redirect) })
        {
            using var browser = portal.Browser();
            using var half = await browser.LogInAsync(user);
            using var answer = await browser.PostFormAsync("/login/second-factor/recovery-code", [new("recoveryCode", typed)], page: "/login/second-factor");
            Assert.Equal(expected, answer.StatusCode);
        }
        Assert.Equal(8, await portal.ScalarAsync<long>("select count(*) from recovery_codes where user_id = @Id and used_at is null", new { user.Id }));
    }

    [Fact]
    public async Task Recovery_codes_are_not_kept_as_they_are_and_a_new_set_voids_the_old_one()
    {
        var user = await portal.Given.AnApplicantUser();
        using var first = await portal.SignInAsync(user);
        var (secret, codes) = await portal.SetUpAppAsync(first);
        Assert.Equal(0, await portal.ScalarAsync<long>(
            "select count(*) from recovery_codes where user_id = @Id and position(@code in hash) > 0", new { user.Id, code = Encoding.ASCII.GetBytes(codes[0].Replace("-", "", StringComparison.Ordinal)) }));
        Assert.Equal(0, await portal.ScalarAsync<long>("select count(*) from authenticators where user_id = @Id and position(@secret in secret) > 0", new { user.Id, secret }));

        using var renewed = await first.PostFormAsync("/account/second-factor/recovery-codes", [], page: "/account/second-factor");
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        using var browser = portal.Browser();
        using var half = await browser.LogInAsync(user);
        using var old = await browser.PostFormAsync("/login/second-factor/recovery-code", [new("recoveryCode", codes[0])], page: "/login/second-factor");
        Assert.Equal(HttpStatusCode.BadRequest, old.StatusCode);
    }

    [Fact]
    public async Task Guessing_codes_comes_to_an_end_and_the_owner_gets_in_with_a_passkey()
    {
        var user = await portal.Given.AnApplicantUser();
        using var passkey = new SoftPasskey("http://localhost:8080");
        using var first = await portal.SignInAsync(user);
        using var registered = await first.RegisterAsync(passkey);
        var (secret, _) = await portal.SetUpAppAsync(first);

        using var attacker = portal.Browser();
        using var half = await attacker.LogInAsync(user);
        for (var guess = 0; guess < new LimitOptions().CodesByAccount.Count; guess++)
        {
            using var wrong = await attacker.PostFormAsync("/login/second-factor", ("code", "000000"));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }
        using var refused = await attacker.PostFormAsync("/login/second-factor", ("code", portal.Code(secret)));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);

        using var owner = portal.Browser();
        using var inside = await owner.LogInAsync(passkey);
        Assert.Equal("/applications", inside.Headers.Location?.ToString());
        portal.Clock.Advance(new LimitOptions().CodesByAccount.Per);
        using var again = portal.Browser();
        using var againHalf = await again.LogInAsync(user);
        using var right = await again.PostFormAsync("/login/second-factor", ("code", portal.Code(secret)));
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
    }

    [Fact]
    public async Task Staff_without_a_second_factor_are_led_to_set_one_up_before_anything_else()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using var browser = portal.Browser();
        using var signedIn = await browser.LogInAsync(user);
        foreach (var page in new[] { "/review", "/account/sessions" }) Assert.Equal("/account/second-factor", await browser.LeadsToAsync(page));
        Assert.Contains("はじめに、2段階認証を設定してください", await browser.GetStringOfAsync("/account/second-factor"), StringComparison.Ordinal);
        using var script = new HttpRequestMessage(HttpMethod.Get, "/review");
        script.Headers.Add("X-Requested-With", "fetch");
        using var refused = await browser.SendAsync(script, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        await portal.SetUpAppAsync(browser);
        Assert.Equal("200", await browser.LeadsToAsync("/review"));
    }

    [Fact]
    public async Task Only_an_account_the_demo_exempted_needs_no_second_factor()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        await using (var connection = await portal.Database.OpenAsync(Cancel)) await SecondFactorStore.ExemptAsync(connection, user.Id, portal.Clock.Now);
        using var browser = portal.Browser();
        using var signedIn = await browser.LogInAsync(user);
        Assert.Equal("/review", signedIn.Headers.Location?.ToString());
        Assert.Equal("200", await browser.LeadsToAsync("/review"));
    }

    [Fact]
    public async Task Staff_keep_one_second_factor_and_an_applicant_may_remove_it()
    {
        foreach (var (user, expected) in new[] { (await portal.Given.Staff(StaffRole.Reviewer), HttpStatusCode.Conflict), (await portal.Given.AnApplicantUser(), HttpStatusCode.Redirect) })
        {
            using var browser = await portal.SignInAsync(user);
            await portal.SetUpAppAsync(browser);
            using var removed = await browser.PostFormAsync("/account/second-factor/app/remove", [], page: "/account/second-factor");
            Assert.Equal(expected, removed.StatusCode);
            Assert.Equal(expected == HttpStatusCode.Conflict, await portal.ScalarAsync<bool>("select exists (select from authenticators where user_id = @Id)", new { user.Id }));
        }
    }

    [Fact]
    public async Task A_change_of_factors_ends_the_other_sessions_renews_this_one_and_is_told_by_mail()
    {
        var user = await portal.Given.AnApplicantUser();
        using var elsewhere = await portal.SignInAsync(user);
        using var browser = await portal.SignInAsync(user);
        var before = await portal.ScalarAsync<Guid[]>("select array_agg(id) from sessions where user_id = @Id", new { user.Id });
        await portal.SetUpAppAsync(browser);

        Assert.StartsWith("/login", await elsewhere.LeadsToAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal("200", await browser.LeadsToAsync("/profile"));
        var after = await portal.ScalarAsync<Guid>("select id from sessions where user_id = @Id and ended_at is null", new { user.Id });
        Assert.DoesNotContain(after, before);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from jobs where kind = 'mail' and payload ->> 'to' = @Email", new { user.Email }));
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'authenticator-added' and actor_id = @Id", new { user.Id }));
    }

    [Fact]
    public async Task The_first_half_of_a_sign_in_is_void_after_ten_minutes()
    {
        var user = await portal.Given.AnApplicantUser();
        using var first = await portal.SignInAsync(user);
        var (secret, _) = await portal.SetUpAppAsync(first);
        using var browser = portal.Browser();
        using var half = await browser.LogInAsync(user);
        var token = await browser.TokenAsync("/login/second-factor");
        portal.Clock.Advance(TimeSpan.FromMinutes(11));
        using var late = await PostAnswerAsync(browser, token, portal.Code(secret));
        Assert.Equal("/login", late.Headers.Location?.ToString());
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient browser, string token, string code)
    {
        using var answer = await PostAnswerAsync(browser, token, code);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAnswerAsync(HttpClient browser, string token, string code)
    {
        using var content = new FormUrlEncodedContent([new("code", code), new("__RequestVerificationToken", token)]);
        return await browser.PostAsync(new Uri("/login/second-factor", UriKind.Relative), content, Cancel);
    }
}
