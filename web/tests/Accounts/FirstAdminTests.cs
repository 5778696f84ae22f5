using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Accounts;

public sealed partial class FirstAdminTests(PortalServices services)
{
    private const string Password = "a long enough password";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_lets_its_holder_set_the_password_once()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (code, output, _) = await RunAsync(portal, "Chief@grants.example", "管理 花子");
        Assert.Equal(0, code);
        var link = Link().Match(output).Value;
        Assert.StartsWith("http://localhost:8080/login/first?token=", link, StringComparison.Ordinal);
        var page = new Uri(link).PathAndQuery;

        using var browser = portal.Browser();
        using var tooShort = await SetAsync(browser, page, "short", "short");
        using var different = await SetAsync(browser, page, Password, Password + "!");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (tooShort.StatusCode, different.StatusCode));
        Assert.Contains("12文字以上", await tooShort.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var set = await SetAsync(browser, page, Password, Password);
        Assert.Equal("/login", set.Headers.Location?.ToString());
        using var login = await browser.PostFormAsync("/login", ("Email", "chief@grants.example"), ("Password", Password));
        Assert.Equal("/review", login.Headers.Location?.ToString());

        using var second = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Contains("このリンクは使えません", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_is_void_after_a_day_and_can_be_asked_for_again()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var first = new Uri(Link().Match((await RunAsync(portal, "chief@grants.example")).Output).Value).PathAndQuery;
        portal.Clock.Advance(TimeSpan.FromHours(24));
        using var browser = portal.Browser();
        using var late = await browser.GetAsync(new Uri(first, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);

        var again = new Uri(Link().Match((await RunAsync(portal, "chief@grants.example")).Output).Value).PathAndQuery;
        using var page = await browser.GetAsync(new Uri(again, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("CfDJ8nonsense")]
    public async Task A_token_that_is_not_ours_opens_nothing(string token)
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        using var browser = portal.Browser();
        using var page = await browser.GetAsync(new Uri("/login/first?token=" + token, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Fact]
    public async Task There_are_two_first_administrators_and_no_third_even_at_once()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var all = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => RunAsync(portal, $"chief{i}@grants.example")));

        Assert.Equal(2, all.Count(result => result.Code == 0));
        Assert.All(all.Where(result => result.Code != 0), result => Assert.Contains("already", result.Error, StringComparison.Ordinal));
        await using var db = await portal.Database.OpenAsync(Cancel);
        Assert.Equal(2, await db.ExecuteScalarAsync<long>("select count(*) from users"));
    }

    [Fact]
    public async Task An_applicants_account_does_not_become_an_administrators()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var applicant = await portal.Given.AnApplicantUser();
        var (code, _, error) = await RunAsync(portal, applicant.Email);
        Assert.Equal(1, code);
        Assert.Contains("already has an account", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(PortalHost portal, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await portal.Services.GetRequiredService<AdminCommand>().RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task<HttpResponseMessage> SetAsync(HttpClient browser, string page, string password, string again) =>
        await browser.PostFormAsync("/login/first", [new("Token", Uri.UnescapeDataString(page.Split('=')[1])), new("Password", password), new("PasswordAgain", again)], page);

    [GeneratedRegex("http://[^\\s]+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
