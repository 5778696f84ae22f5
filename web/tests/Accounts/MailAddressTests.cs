using System.Net;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Accounts;

namespace GrantPortal.Web.Tests.Accounts;

public sealed class MailAddressTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_address_changes_once_both_ends_have_agreed(bool oldFirst)
    {
        var user = await portal.Given.AnApplicantUser();
        var to = NewAddress();
        using var owner = await portal.SignInAsync(user);
        Assert.Equal("/account", (await AskAsync(owner, to)).To);
        await portal.Jobs.RunDueAsync(Cancel);
        var ends = new[] { await LinkAsync(user.Email), await LinkAsync(to) };
        if (!oldFirst) Array.Reverse(ends);

        using var anyone = portal.Browser();
        Assert.Equal(HttpStatusCode.OK, await anyone.StatusAsync(ends[0]));
        Assert.Equal("/login", (await AgreeAsync(anyone, ends[0])).To);
        Assert.Equal(user.Email, await AddressAsync(user));
        Assert.Contains("同意済み", await owner.GetStringOfAsync("/account"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await AgreeAsync(anyone, ends[0])).Status);
        Assert.Equal("/login", (await AgreeAsync(anyone, ends[1])).To);
        Assert.Equal(to, await AddressAsync(user));

        Assert.Equal(HttpStatusCode.Redirect, await owner.StatusAsync("/account"));
        Assert.Equal("/applications", (await anyone.LoginAsync(to, Given.Password)).To);
        foreach (var end in new[] { user.Email, to })
            Assert.Contains("メールアドレスが変更されました", (await portal.NextMailToAsync(end, Cancel)).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_ends_at_the_same_moment_make_one_change()
    {
        var user = await portal.Given.AnApplicantUser();
        var to = NewAddress();
        using var owner = await portal.SignInAsync(user);
        await AskAsync(owner, to);
        await portal.Jobs.RunDueAsync(Cancel);
        var links = new[] { await LinkAsync(user.Email), await LinkAsync(to) };
        await Task.WhenAll(links.Select(async link =>
        {
            using var browser = portal.Browser();
            Assert.Equal("/login", (await AgreeAsync(browser, link)).To);
        }));
        Assert.Equal(to, await AddressAsync(user));
        Assert.Equal(1, await portal.ScalarAsync<int>("select count(*)::int from audit where action = 'mail-changed' and object_id = @id", new { id = user.Id.ToString() }));
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_never_told_of_on_the_screen_and_never_taken()
    {
        var (user, other) = (await portal.Given.AnApplicantUser(), await portal.Given.AnApplicantUser());
        using var owner = await portal.SignInAsync(user);
        Assert.Equal("/account", (await AskAsync(owner, other.Email)).To);
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Contains("登録済みです", Assert.Single(await portal.Local.MailsToAsync(other.Email, Cancel)).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_needs_the_password_and_ends_when_it_is_cancelled_or_a_day_old()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var user = await own.Given.AnApplicantUser();
        using var owner = await own.SignInAsync(user);
        var wrong = await owner.SendAsync("/account/mail", ("Email", NewAddress()), ("Current", "something else"));
        Assert.Contains("現在のパスワードが正しくありません。", wrong.Words, StringComparison.Ordinal);
        var same = await owner.SendAsync("/account/mail", ("Email", user.Email.ToUpperInvariant()), ("Current", Given.Password));
        Assert.Contains("いまのメールアドレスと同じです。", same.Words, StringComparison.Ordinal);

        var (first, second) = (NewAddress(), NewAddress());
        await AskAsync(owner, first);
        await own.Jobs.RunDueAsync(Cancel);
        var cancelled = (await own.Local.MailsToAsync(first, Cancel))[0].Link("/account/mail/agree");
        Assert.Equal("/account", (await owner.SendAsync("/account/mail/cancel")).To);
        Assert.Equal(HttpStatusCode.BadRequest, await owner.StatusAsync(cancelled));
        await AskAsync(owner, second);
        await own.Jobs.RunDueAsync(Cancel);
        var late = (await own.Local.MailsToAsync(second, Cancel))[0].Link("/account/mail/agree");
        own.Clock.Advance(MailAddressController.Lifetime);
        Assert.Equal(HttpStatusCode.BadRequest, await owner.StatusAsync(late));
    }

    [Fact]
    public async Task A_password_is_changed_by_who_knows_it_and_the_other_sessions_end()
    {
        var user = await portal.Given.AnApplicantUser();
        using var here = await portal.SignInAsync(user);
        using var there = await portal.SignInAsync(user);
        var wrong = await here.SendAsync("/account/password", ("Current", "something else"), ("Password", AccountBrowser.Strong), ("PasswordAgain", AccountBrowser.Strong));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("現在のパスワードが正しくありません。", wrong.Words, StringComparison.Ordinal);
        var done = await here.SendAsync("/account/password", ("Current", Given.Password), ("Password", AccountBrowser.Strong), ("PasswordAgain", AccountBrowser.Strong));
        Assert.Equal("/account", done.To);
        Assert.Equal(HttpStatusCode.OK, await here.StatusAsync("/account"));
        Assert.Equal(HttpStatusCode.Redirect, await there.StatusAsync("/account"));
    }

    [Fact]
    public async Task A_changed_password_ends_a_change_of_address_that_was_on_its_way()
    {
        var user = await portal.Given.AnApplicantUser();
        var to = NewAddress();
        using var owner = await portal.SignInAsync(user);
        await AskAsync(owner, to);
        await portal.Jobs.RunDueAsync(Cancel);
        var link = await LinkAsync(to);
        Assert.Equal(HttpStatusCode.OK, await owner.StatusAsync(link));
        Assert.Equal("/account", (await owner.SendAsync("/account/password", ("Current", Given.Password), ("Password", AccountBrowser.Strong), ("PasswordAgain", AccountBrowser.Strong))).To);
        Assert.Equal(HttpStatusCode.BadRequest, await owner.StatusAsync(link));
    }

    private static string NewAddress() => $"new{Guid.NewGuid():N}@example.jp";

    private static Task<(HttpStatusCode Status, string? To, string Words)> AskAsync(HttpClient owner, string to) => owner.SendAsync("/account/mail", ("Email", to), ("Current", Given.Password));

    private static Task<(HttpStatusCode Status, string? To, string Words)> AgreeAsync(HttpClient browser, string link) =>
        browser.SendAsync("/account/mail/agree", ("Token", link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..]));

    private async Task<string> LinkAsync(string email) => (await portal.Local.MailsToAsync(email, Cancel))[^1].Link("/account/mail/agree");

    private Task<string> AddressAsync(TestUser user) => portal.ScalarAsync<string>("select email from users where id = @Id", new { user.Id });
}
