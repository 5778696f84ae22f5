using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Accounts;

namespace GrantPortal.Web.Tests.Accounts;

public sealed partial class RegistrationTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private const string Strong = AccountBrowser.Strong;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_registers_confirms_the_address_and_is_led_to_the_profile()
    {
        var email = NewAddress();
        using var browser = portal.Browser();
        var asked = await browser.SendAsync("/register", ("Email", "　" + email.ToUpperInvariant() + " "), ("Name", "見本　花子"), ("Password", Strong));
        Assert.StartsWith("/register/sent?id=", asked.To, StringComparison.Ordinal);
        Assert.Contains(email.ToUpperInvariant(), await browser.GetStringOfAsync(asked.To!), StringComparison.Ordinal);
        Assert.Equal(0, await portal.ScalarAsync<int>("select count(*)::int from users where normalized_email = @email", new { email = email.ToUpperInvariant() }));

        var link = (await portal.NextMailToAsync(email.ToUpperInvariant(), Cancel)).Link("/register/confirm");
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(link));
        // Opened by a mail program: nothing has happened.
        Assert.Equal(0, await portal.ScalarAsync<int>("select count(*)::int from users where normalized_email = @email", new { email = email.ToUpperInvariant() }));
        var confirmed = await ConfirmAsync(browser, link, Strong);
        Assert.Equal((HttpStatusCode.Redirect, "/account/passkeys/offer?returnUrl=%2Fprofile"), (confirmed.Status, confirmed.To));
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync("/profile"));

        using var later = portal.Browser();
        Assert.Equal("/applications", (await later.LoginAsync(email, Strong)).To);
        Assert.Equal(HttpStatusCode.BadRequest, await later.StatusAsync(link));
    }

    [Fact]
    public async Task Whether_an_address_is_registered_is_told_to_its_mailbox_alone()
    {
        var user = await portal.Given.AnApplicantUser();
        var free = NewAddress();
        using var browser = portal.Browser();
        foreach (var path in new[] { "/register", "/login/reset", "/login/link" })
        {
            var known = await browser.SendAsync(path, ("Email", user.Email), ("Password", Strong));
            var unknown = await browser.SendAsync(path, ("Email", free), ("Password", Strong));
            Assert.Equal((known.Status, Generic(known.To), known.Words.Replace(user.Email, "*", StringComparison.Ordinal)), (unknown.Status, Generic(unknown.To), unknown.Words.Replace(free, "*", StringComparison.Ordinal)));
        }
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Equal(["このメールアドレスは登録済みです", "パスワードの再設定", "ログイン用リンク"], (await SubjectsAsync(user.Email)).Order());
        Assert.Equal(["メールアドレスの確認をお願いします"], await SubjectsAsync(free));
        // The mail to the owner carries no link that lets anybody register or sign in.
        Assert.Equal(HttpStatusCode.Redirect, (await browser.LoginAsync(user.Email, Given.Password)).Status);
    }

    [Fact]
    public async Task Who_reads_the_mail_but_does_not_know_the_password_gets_no_account()
    {
        var email = NewAddress();
        using var browser = portal.Browser();
        await browser.SendAsync("/register", ("Email", email), ("Password", Strong));
        var link = (await portal.NextMailToAsync(email, Cancel)).Link("/register/confirm");
        var wrong = await ConfirmAsync(browser, link, "something else entirely");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("登録のときに決めたパスワードと違います", wrong.Words, StringComparison.Ordinal);
        Assert.Equal(0, await portal.ScalarAsync<int>("select count(*)::int from users where email = @email", new { email }));
    }

    [Fact]
    public async Task The_mail_can_be_sent_again_and_every_link_of_a_registration_ends_with_its_first_use()
    {
        var email = NewAddress();
        using var browser = portal.Browser();
        var sent = (await browser.SendAsync("/register", ("Email", email), ("Password", Strong))).To!;
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Equal(sent, (await browser.SendAsync(sent)).To);
        await portal.Jobs.RunDueAsync(Cancel);
        var mails = await portal.Local.MailsToAsync(email, Cancel);
        Assert.Equal(2, mails.Count);
        var links = mails.Select(mail => mail.Link("/register/confirm")).ToList();
        Assert.Equal(2, links.Distinct().Count());
        Assert.Equal("/account/passkeys/offer?returnUrl=%2Fprofile", (await ConfirmAsync(browser, links[0], Strong)).To);
        using var other = portal.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await ConfirmAsync(other, links[1], Strong)).Status);
    }

    [Fact]
    public async Task A_registration_waits_a_day()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var email = NewAddress();
        using var browser = own.Browser();
        await browser.SendAsync("/register", ("Email", email), ("Password", Strong));
        var link = (await own.NextMailToAsync(email, Cancel)).Link("/register/confirm");
        own.Clock.Advance(RegisterController.Lifetime);
        Assert.Equal(HttpStatusCode.BadRequest, await browser.StatusAsync(link));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal(0, await own.ScalarAsync<int>("select (select count(*) from registrations)::int + (select count(*) from account_links)::int"));
    }

    [Fact]
    public async Task What_is_wrong_is_said_next_to_its_field_and_what_was_typed_stays()
    {
        using var browser = portal.Browser();
        var answer = await browser.SendAsync("/register", ("Email", "hanako＠example"), ("Name", "見本 花子"), ("Password", "short"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("メールアドレスの形式で入力してください（例：hanako@example.jp）。", answer.Words, StringComparison.Ordinal);
        Assert.Contains("パスワードは12文字以上で入力してください。", answer.Words, StringComparison.Ordinal);
        using var raw = await browser.PostFormAsync("/register", ("Email", "hanako＠example"), ("Name", "見本 花子"), ("Password", "short"));
        var page = await raw.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("value=\"見本 花子\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"short\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forgotten_password_is_set_anew_by_mail_and_ends_every_session()
    {
        var user = await portal.Given.AnApplicantUser();
        using var elsewhere = await portal.SignInAsync(user);
        using var browser = portal.Browser();
        await browser.SendAsync("/login/reset", ("Email", user.Email));
        var link = (await portal.NextMailToAsync(user.Email, Cancel)).Link("/login/reset/password");
        var token = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];

        var weak = await browser.SendAsync("/login/reset/password", ("Token", token), ("Password", "password1234"), ("PasswordAgain", "password1234"));
        Assert.Equal(HttpStatusCode.BadRequest, weak.Status);
        var set = await browser.SendAsync("/login/reset/password", ("Token", token), ("Password", Strong), ("PasswordAgain", Strong));
        Assert.Equal("/login", set.To);
        var again = await browser.SendAsync("/login/reset/password", ("Token", token), ("Password", Strong + "x"), ("PasswordAgain", Strong + "x"));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Equal(HttpStatusCode.Redirect, await elsewhere.StatusAsync("/profile"));
        Assert.Equal(0, await portal.ScalarAsync<long>("select count(*) from sessions where user_id = @Id and ended_at is null", new { user.Id }));
        Assert.Equal("/applications", (await browser.LoginAsync(user.Email, Strong)).To);
        Assert.Contains("パスワードが変更されました", (await portal.NextMailToAsync(user.Email, Cancel)).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailed_link_signs_in_once_within_half_an_hour_and_leads_where_one_wanted_to_go()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        await browser.SendAsync("/login/link", ("Email", user.Email), ("ReturnUrl", "/profile"));
        var link = (await portal.NextMailToAsync(user.Email, Cancel)).Link("/login/link/use");
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(link));
        Assert.Equal(HttpStatusCode.Redirect, await browser.StatusAsync("/applications"));
        var fields = Query(link);
        var used = await browser.SendAsync("/login/link/use", fields);
        Assert.Equal("/profile", used.To);
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync("/profile"));
        using var second = portal.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await second.SendAsync("/login/link/use", fields)).Status);
    }

    [Fact]
    public async Task A_link_is_void_once_the_password_has_changed()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        await browser.SendAsync("/login/link", ("Email", user.Email));
        var link = (await portal.NextMailToAsync(user.Email, Cancel)).Link("/login/link/use");
        using var owner = await portal.SignInAsync(user);
        Assert.Equal("/account", (await owner.SendAsync("/account/password", ("Current", Given.Password), ("Password", Strong), ("PasswordAgain", Strong))).To);
        Assert.Equal(HttpStatusCode.BadRequest, await browser.StatusAsync(link));
    }

    [Fact]
    public async Task No_table_holds_a_link_that_can_be_followed()
    {
        var email = NewAddress();
        using var browser = portal.Browser();
        await browser.SendAsync("/register", ("Email", email), ("Password", Strong));
        var link = (await portal.NextMailToAsync(email, Cancel)).Link("/register/confirm");
        var token = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
        await using var connection = await portal.Database.OpenAsync(Cancel);
        foreach (var table in await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
            Assert.Equal(0, await connection.QuerySingleAsync<int>($"select count(*)::int from {table} t where t::text like '%' || @token || '%'", new { token }));
    }

    [Fact]
    public async Task Mails_to_one_address_are_limited_and_the_answer_says_for_how_long()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, host => host.Settings["Limits:MailByAccount:Count"] = "2");
        using var browser = own.Browser();
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync("/login/link", ("Email", "owner@example.jp"))).Status);
        using var answer = await browser.PostFormAsync("/login/link", ("Email", "Owner@example.jp"));
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("もう一度お試しください", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Owner@example.jp\"", page, StringComparison.Ordinal);
    }

    private static string NewAddress() => $"new{Guid.NewGuid():N}@example.jp";

    private static Task<(HttpStatusCode Status, string? To, string Words)> ConfirmAsync(HttpClient browser, string link, string password) =>
        browser.SendAsync("/register/confirm", [.. Query(link), ("Password", password)]);

    private static (string, string)[] Query(string link) =>
        [.. Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri("http://x" + link).Query).Select(q => (q.Key, q.Value.ToString()))];

    private async Task<IReadOnlyList<string>> SubjectsAsync(string email) => [.. (await portal.Local.MailsToAsync(email, Cancel)).Select(mail => mail.Subject.Split('】')[1])];

    private static string? Generic(string? to) => to is null ? null : Ids().Replace(to, "*");

    [GeneratedRegex("[0-9a-f-]{36}", RegexOptions.None, 1000)]
    private static partial Regex Ids();
}
