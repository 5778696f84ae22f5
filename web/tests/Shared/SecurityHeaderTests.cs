using GrantPortal.Testing;
using GrantPortal.Web.Shared.Security;

namespace GrantPortal.Web.Tests.Shared;

public sealed class SecurityHeaderTests(ProbedPortal portal) : IClassFixture<ProbedPortal>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/login")]
    [InlineData("/no-such-page")]
    [InlineData("/probe/crash")]
    [InlineData("/health/live")]
    [InlineData("/js/portal.js")]
    public async Task Every_answer_says_what_it_may_load(string path)
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task An_endpoint_may_set_its_own_policy()
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri("/probe/framed", UriKind.Relative), Cancel);
        Assert.Equal(SecurityHeaders.FramedByOurPages, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task What_a_signed_in_person_saw_is_not_kept_by_the_browser()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var answer = await browser.GetAsync(new Uri("/profile", UriKind.Relative), Cancel);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Off_the_loopback_addresses_browsers_must_come_back_by_https()
    {
        using var browser = portal.Browser();
        browser.BaseAddress = new Uri("https://grants.example");
        using var answer = await browser.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
        Assert.Contains("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
    }
}
