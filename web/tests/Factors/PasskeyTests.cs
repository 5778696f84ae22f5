using System.Net;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Accounts;

namespace GrantPortal.Web.Tests.Factors;

/// <summary>What the portal makes of a browser's answers, good and bad; the browser itself is tested in Chromium.</summary>
public sealed class PasskeyTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private const string Origin = "http://localhost:8080";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_passkey_is_registered_and_signs_in_and_counts_as_both_factors()
    {
        var user = await portal.Given.Staff(StaffRole.Approver);
        using var passkey = new SoftPasskey(Origin);
        using var browser = portal.Browser();
        using var signedIn = await browser.LogInAsync(user);
        using var registered = await browser.RegisterAsync(passkey);
        Assert.Equal("/account/passkeys", registered.Headers.Location?.ToString());
        Assert.Contains("事務所のパソコン", await browser.GetStringOfAsync("/account/passkeys"), StringComparison.Ordinal);
        Assert.Equal("200", await browser.LeadsToAsync("/review"));

        using var another = portal.Browser();
        using var inside = await another.LogInAsync(passkey, "/review?status=received");
        Assert.Equal("/review?status=received", inside.Headers.Location?.ToString());
        Assert.Equal("200", await another.LeadsToAsync("/review"));
        Assert.NotNull(await portal.ScalarAsync<DateTime?>("select used_at from passkeys where user_id = @Id", new { user.Id }));
    }

    [Fact]
    public async Task Staff_who_have_a_passkey_show_it_besides_their_password()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using var passkey = new SoftPasskey(Origin);
        using var first = await portal.SignInAsync(user);
        using var registered = await first.RegisterAsync(passkey);

        using var browser = portal.Browser();
        using var half = await browser.LogInAsync(user);
        Assert.Equal("/login/second-factor", half.Headers.Location?.ToString());
        Assert.StartsWith("/login", await browser.LeadsToAsync("/review"), StringComparison.Ordinal);
        using var whole = await browser.PasskeyAsync("/login/second-factor", "/login/passkey/options", "/login/second-factor/passkey", passkey.SignIn);
        Assert.Equal("/review", whole.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Somebody_elses_passkey_is_no_second_factor()
    {
        using var theirs = new SoftPasskey(Origin);
        using var mine = new SoftPasskey(Origin);
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using (var other = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer)))
        using (await other.RegisterAsync(theirs))
        using (var first = await portal.SignInAsync(user))
        using (await first.RegisterAsync(mine))
        using (var browser = portal.Browser())
        using (await browser.LogInAsync(user))
        using (var answer = await browser.PasskeyAsync("/login/second-factor", "/login/passkey/options", "/login/second-factor/passkey", theirs.SignIn))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task What_another_site_got_signed_or_nobody_touched_is_refused()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        using var elsewhere = new SoftPasskey("https://evil.example");
        using var refused = await browser.RegisterAsync(elsewhere);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var passkey = new SoftPasskey(Origin);
        using var registered = await browser.RegisterAsync(passkey);
        Assert.Equal(HttpStatusCode.Redirect, registered.StatusCode);

        passkey.Verifies = false;
        using var untouched = portal.Browser();
        using var answer = await untouched.LogInAsync(passkey);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("/login", await untouched.LeadsToAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_counts_for_the_question_it_was_given_to_and_once()
    {
        var user = await portal.Given.AnApplicantUser();
        using var passkey = new SoftPasskey(Origin);
        using (var first = await portal.SignInAsync(user))
        using (await first.RegisterAsync(passkey))
        using (var browser = portal.Browser())
        {
            var answer = passkey.SignIn(await browser.AskAsync("/login", "/login/passkey/options"));
            using var good = await browser.PostFormAsync("/login/passkey", [new("credential", answer)], page: "/login");
            Assert.Equal("/applications", good.Headers.Location?.ToString());

            using var thief = portal.Browser();
            using var stolen = await thief.PostFormAsync("/login/passkey", [new("credential", answer)], page: "/login");
            Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
            await thief.AskAsync("/login", "/login/passkey/options");
            using var again = await thief.PostFormAsync("/login/passkey", [new("credential", answer)], page: "/login");
            Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"clientExtensionResults\":{},\"response\":{\"clientDataJSON\":\"AA\",\"authenticatorData\":\"AA\",\"signature\":\"AA\"}}")]
    public async Task What_no_browser_sends_is_answered_with_400(string credential)
    {
        using var browser = portal.Browser();
        await browser.AskAsync("/login", "/login/passkey/options");
        using var answer = await browser.PostFormAsync("/login/passkey", [new("credential", credential)], page: "/login");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("パスキーでログインできませんでした", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkeys_are_named_removed_and_not_touched_by_others()
    {
        var user = await portal.Given.AnApplicantUser();
        using var passkey = new SoftPasskey(Origin);
        using var browser = await portal.SignInAsync(user);
        using var registered = await browser.RegisterAsync(passkey);
        var key = Convert.ToHexString(await portal.ScalarAsync<byte[]>("select credential_id from passkeys where user_id = @Id", new { user.Id }));
        using var tooLong = await browser.PostFormAsync("/account/passkeys/rename", [new("key", key), new("newName-" + key, new string('あ', 51))], page: "/account/passkeys");
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        Assert.Contains(new string('あ', 51), await tooLong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var renamed = await browser.PostFormAsync("/account/passkeys/rename", [new("key", key), new("newName-" + key, "自宅")], page: "/account/passkeys");
        Assert.Contains("自宅", await browser.GetStringOfAsync("/account/passkeys"), StringComparison.Ordinal);

        using var stranger = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        foreach (var act in new[] { "rename", "remove" })
        {
            using var theirs = await stranger.PostFormAsync($"/account/passkeys/{act}", [new("key", key), new("newName-" + key, "盗")], page: "/account/passkeys");
            Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        }
        using var removed = await browser.PostFormAsync("/account/passkeys/remove", [new("key", key)], page: "/account/passkeys");
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        using var late = portal.Browser();
        using var refused = await late.LogInAsync(passkey);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task The_last_way_in_is_not_removed()
    {
        var user = await portal.Given.AnApplicantUser();
        await using (var connection = await portal.Database.OpenAsync(Cancel)) await connection.ExecuteAsync("update users set password_hash = null where id = @Id", new { user.Id });
        using var passkey = new SoftPasskey(Origin);
        using var browser = await portal.SignInAsync(user);
        using var registered = await browser.RegisterAsync(passkey);
        var key = Convert.ToHexString(await portal.ScalarAsync<byte[]>("select credential_id from passkeys where user_id = @Id", new { user.Id }));
        using var refused = await browser.PostFormAsync("/account/passkeys/remove", [new("key", key)], page: "/account/passkeys");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from passkeys where user_id = @Id", new { user.Id }));
    }

    [Fact]
    public async Task A_passkey_is_offered_after_the_first_sign_in_and_then_no_more()
    {
        var user = await portal.Given.AnApplicantUser();
        await using (var connection = await portal.Database.OpenAsync(Cancel)) await connection.ExecuteAsync("update users set passkey_offered_at = null where id = @Id", new { user.Id });
        using var browser = portal.Browser();
        using var first = await browser.LogInAsync(user, "/profile");
        Assert.Equal("/account/passkeys/offer?returnUrl=%2Fprofile", first.Headers.Location?.ToString());
        Assert.Contains("href=\"/profile\">登録せずに進む", await browser.GetStringOfAsync("/account/passkeys/offer?returnUrl=%2Fprofile"), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", await browser.GetStringOfAsync("/account/passkeys/offer?returnUrl=https://evil.example"), StringComparison.Ordinal);
        using var later = portal.Browser();
        using var second = await later.LogInAsync(user, "/profile");
        Assert.Equal("/profile", second.Headers.Location?.ToString());
    }
}
