using System.Net;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Shared;

public sealed class PermissionTests(ProbedPortal portal) : IClassFixture<ProbedPortal>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_names_none_is_open_to_nobody()
    {
        foreach (var browser in new[] { portal.Browser(), await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin)) })
        {
            using var answer = await browser.GetAsync(new Uri("/probe/unnamed", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            browser.Dispose();
        }
    }

    [Fact]
    public async Task Signed_out_it_leads_to_the_sign_in_page_and_back()
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri("/probe/step/7?part=2", UriKind.Relative), Cancel);

        Assert.Equal("/login?returnUrl=%2Fprobe%2Fstep%2F7%3Fpart%3D2", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_script_gets_401_instead_of_a_redirect()
    {
        using var browser = portal.Browser();
        browser.DefaultRequestHeaders.Add("X-Requested-With", "fetch");
        using var answer = await browser.PostAsync(new Uri("/probe/step/7", UriKind.Relative), null, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_role_that_may_never_do_it_gets_403_and_the_audit_knows()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        using var answer = await browser.GetAsync(new Uri("/probe/staff", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("権限がありません", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await using var db = await portal.Database.OpenAsync(Cancel);
        var path = await db.QuerySingleAsync<string>("select object_id from audit where action = 'denied' and actor_id = @Id", new { user.Id });
        Assert.Equal("/probe/staff", path);
    }

    [Fact]
    public async Task What_a_controller_forbids_is_403_and_not_a_redirect()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var answer = await browser.GetAsync(new Uri("/probe/forbidden", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_role_given_or_taken_away_counts_from_the_next_request()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        using var browser = await portal.SignInAsync(user);
        using var before = await browser.GetAsync(new Uri("/probe/staff", UriKind.Relative), Cancel);
        await using (var db = await portal.Database.OpenAsync(Cancel)) await db.ExecuteAsync("delete from user_roles where user_id = @Id", new { user.Id });
        using var after = await browser.GetAsync(new Uri("/probe/staff", UriKind.Relative), Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_and_nothing_typed_is_lost()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var content = new FormUrlEncodedContent([new("name", "typed"), new("__RequestVerificationToken", "old")]);
        using var answer = await browser.PostAsync(new Uri("/probe/step/7", UriKind.Relative), content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("画面を開いてから時間がたったか", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/probe/step/7\"", page, StringComparison.Ordinal);
        Assert.Contains("<p>name=typed</p>", await browser.GetStringOfAsync("/probe/step/7"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_larger_than_its_endpoint_takes_is_413()
    {
        using var browser = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        using var content = new ByteArrayContent(new byte[(1024 * 1024) + 1]);
        using var answer = await browser.PostAsync(new Uri("/probe/step/7", UriKind.Relative), content, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }
}
