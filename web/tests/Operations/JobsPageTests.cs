using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Operations;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Operations;

/// <summary>処理の状況: what waits and what was given up, without telling more of anybody than is needed.</summary>
public sealed class JobsPageTests(PortalHost host) : IClassFixture<PortalHost>, IAsyncLifetime
{
    private PortalHost portal = null!;
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        portal = await PortalHost.StartAsync(host.Local, _ => { });
        admin = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task A_dead_mail_shows_its_error_and_a_masked_address_and_is_sent_again_once()
    {
        await DeadAsync("mail", "mail:one", """{"to": "tanaka.hanako@example.jp", "subject": "秘密の件名", "body": "秘密の本文"}""", "SmtpException: RCPT TO:<tanaka.hanako@example.jp>: 550\n   at somewhere");
        var page = await admin.PageAsync("/admin/jobs");
        Assert.Contains("メールの送信", page.Words, StringComparison.Ordinal);
        Assert.Contains("t***@example.jp", page.Words, StringComparison.Ordinal);
        Assert.Contains("550", page.Words, StringComparison.Ordinal);
        foreach (var secret in new[] { "tanaka", "秘密" }) Assert.DoesNotContain(secret, page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);

        var id = await portal.ScalarAsync<long>("select id from jobs where key = 'mail:one'");
        Assert.Equal("/admin/jobs", (await admin.PostFromAsync(page, $"/admin/jobs/{id}/again")).Location);
        Assert.Equal("ready 0", await portal.ScalarAsync<string>("select state || ' ' || attempts from jobs where key = 'mail:one'"));
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'job-again' and object_id = @Id", new { Id = $"{id}" }));

        // Who comes second reads so; a job that is none is not found.
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFromAsync(page, $"/admin/jobs/{id}/again")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostFromAsync(page, "/admin/jobs/999999/again")).Status);
    }

    [Fact]
    public async Task All_of_a_kind_are_tried_again_and_no_other()
    {
        foreach (var i in Enumerable.Range(0, 3)) await DeadAsync("mail", $"mail:{i}", "{}", "x");
        await DeadAsync("letter", "letter:1", "{}", "x");
        var page = await admin.PageAsync("/admin/jobs?kind=mail");
        Assert.Equal(3, page.Document.QuerySelectorAll(".dead-job").Length);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFromAsync(page, "/admin/jobs/again", ("kind", "mail"))).Status);
        Assert.Equal("letter", await portal.ScalarAsync<string>("select string_agg(kind, ',') from jobs where state = 'dead'"));
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFromAsync(page, "/admin/jobs/again", ("kind", "mail"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostFromAsync(page, "/admin/jobs/again")).Status);
        Assert.Equal("3", await portal.ScalarAsync<string>("select detail ->> 'count' from audit where action = 'jobs-again'"));
    }

    [Fact]
    public async Task The_list_goes_on_page_by_page_and_the_oldest_that_waits_is_told()
    {
        await portal.ExecuteAsync(
            """
            insert into jobs (kind, key, payload, state, run_at, created_at, finished_at, attempts, last_error)
            select 'mail', 'mail:' || i, '{}', 'dead', now(), now(), now(), 12, 'x' from generate_series(1, 60) i;
            insert into jobs (kind, key, payload, run_at, created_at) values ('letter', 'letter:old', '{}', @Old, @Old)
            """,
            new { Old = portal.Clock.Now.AddHours(-3) });
        var first = await admin.PageAsync("/admin/jobs");
        Assert.Contains("3時間前", first.Words, StringComparison.Ordinal);
        Assert.Equal(50, first.Document.QuerySelectorAll(".dead-job").Length);
        var next = first.Document.QuerySelectorAll(".pager a")[^1].GetAttribute("href")!.Split('#')[0];
        Assert.Equal(10, (await admin.PageAsync(next)).Document.QuerySelectorAll(".dead-job").Length);
    }

    [Fact]
    public async Task An_auditor_reads_and_resends_nothing()
    {
        await DeadAsync("mail", "mail:one", "{}", "x");
        var auditor = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Auditor));
        var page = await auditor.PageAsync("/admin/jobs");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Buttons);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostFromAsync(page, "/admin/jobs/again", ("kind", "mail"))).Status);
    }

    [Theory]
    [InlineData("a@example.jp", "a***@example.jp")]
    [InlineData("To: \"花子\" <hanako.tanaka+x@sub.example.co.jp>, b@c.d", "To: \"花子\" <h***@sub.example.co.jp>, b***@c.d")]
    [InlineData("no address", "no address")]
    public void Addresses_are_masked(string text, string masked) => Assert.Equal(masked, JobWords.Masked(text));

    private Task DeadAsync(string kind, string key, string payload, string error) => portal.ExecuteAsync(
        "insert into jobs (kind, key, payload, state, run_at, created_at, finished_at, attempts, last_error) values (@kind, @key, @payload::jsonb, 'dead', now(), now(), now(), 12, @error)",
        new { kind, key, payload, error });
}
