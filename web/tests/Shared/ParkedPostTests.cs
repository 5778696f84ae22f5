using System.Net;
using System.Text;
using Dapper;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Shared;

public sealed class ParkedPostTests(ProbedPortal portal) : IClassFixture<ProbedPortal>
{
    private const string Step = "/probe/step/7";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_posted_signed_out_comes_back_once_after_signing_in()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var posted = await PostAsync(browser, Step + "?part=2", [new("name", "見本"), new("kind", "a"), new("kind", "b"), new("password", "secret"), new("__RequestVerificationToken", "x")]);
        Assert.Equal("/login?returnUrl=%2Fprobe%2Fstep%2F7%3Fpart%3D2", posted.Headers.Location?.ToString());

        await SignInAsync(browser, user);
        Assert.Contains("<p>name=見本&kind=a,b</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
        Assert.Contains("<p>nothing</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_form_with_files_the_fields_come_back()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var content = new MultipartFormDataContent
        {
            { new StringContent("見本"), "name" },
            { new ByteArrayContent(new byte[200_000]), "file", "a.pdf" },
            { new StringContent("after\0"), "last" },
        };
        using var posted = await browser.PostAsync(new Uri(Step, UriKind.Relative), content, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, posted.StatusCode);

        await SignInAsync(browser, user);
        Assert.Contains("<p>name=見本&last=after</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_pages_do_not_get_it()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var posted = await PostAsync(browser, Step, [new("name", "typed")]);
        await SignInAsync(browser, user);

        Assert.Contains("<p>nothing</p>", await browser.GetStringOfAsync("/probe/step/8"), StringComparison.Ordinal);
        Assert.Contains("<p>name=typed</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_session_had_expired_gets_it_and_nobody_else()
    {
        await using var own = new ProbedPortal(portal.Local);
        await own.InitializeAsync();
        var (owner, other) = (await own.Given.AnApplicantUser(), await own.Given.AnApplicantUser());
        using var browser = own.Browser();
        await SignInAsync(browser, owner);
        own.Clock.Advance(TimeSpan.FromMinutes(61));
        using var posted = await PostAsync(browser, Step, [new("name", "typed")]);
        Assert.StartsWith("/login", posted.Headers.Location?.ToString(), StringComparison.Ordinal);

        await SignInAsync(browser, other);
        Assert.Contains("<p>nothing</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
        own.Clock.Advance(TimeSpan.FromMinutes(61));
        await SignInAsync(browser, owner);
        Assert.Contains("<p>name=typed</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_site_cannot_fill_in_a_form(string header, string value)
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, Step) { Content = new FormUrlEncodedContent([new("name", "evil")]) };
        request.Headers.Add(header, value);
        using var posted = await browser.SendAsync(request, Cancel);
        Assert.StartsWith("/login", posted.Headers.Location?.ToString(), StringComparison.Ordinal);

        await SignInAsync(browser, user);
        Assert.Contains("<p>nothing</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_names_our_own_page_is_believed()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, Step) { Content = new FormUrlEncodedContent([new("name", "own")]) };
        request.Headers.Add("Origin", "http://localhost");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var posted = await browser.SendAsync(request, Cancel);
        await SignInAsync(browser, user);
        Assert.Contains("<p>name=own</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_64_KB_are_not_kept()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = portal.Browser();
        using var posted = await PostAsync(browser, Step, [new("name", new string('あ', 30_000))]);
        Assert.StartsWith("/login", posted.Headers.Location?.ToString(), StringComparison.Ordinal);
        await SignInAsync(browser, user);
        Assert.Contains("<p>nothing</p>", await browser.GetStringOfAsync(Step), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "/applications")]
    [InlineData("http://localhost/probe/step/3?x=1", "/probe/step/3?x=1")]
    [InlineData("http://localhost/probe/step/not-a-number", "/applications")]
    [InlineData("https://evil.example/probe/step/3", "/applications")]
    public async Task A_form_without_a_page_of_its_own_leads_back_to_where_it_stood(string? referer, string expected)
    {
        using var browser = portal.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/probe/act") { Content = new FormUrlEncodedContent([new("name", "typed")]) };
        if (referer is not null) request.Headers.Referrer = new Uri(referer);
        using var posted = await browser.SendAsync(request, Cancel);
        Assert.Equal("/login?returnUrl=" + Uri.EscapeDataString(expected), posted.Headers.Location?.ToString());
    }

    [Fact]
    public async Task What_nobody_came_back_for_is_deleted_after_two_hours()
    {
        await using var own = new ProbedPortal(portal.Local);
        await own.InitializeAsync();
        using var browser = own.Browser();
        using var posted = await PostAsync(browser, Step, [new("name", "typed")]);
        Assert.Equal(1, await CountAsync(own));
        own.Clock.Advance(TimeSpan.FromMinutes(121));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal(0, await CountAsync(own));
    }

    private static async Task<long> CountAsync(PortalHost host)
    {
        await using var db = await host.Database.OpenAsync(Cancel);
        return await db.ExecuteScalarAsync<long>("select count(*) from parked_posts");
    }

    private static async Task SignInAsync(HttpClient browser, TestUser user)
    {
        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        using var content = new StringContent(string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")), Encoding.UTF8, "application/x-www-form-urlencoded");
        return await browser.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
    }
}
