using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Routing;

/// <summary>利害関係の届出: the case is nowhere for its person, and open to everybody else.</summary>
public sealed class ConflictTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Corporation = "2010001000005";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_declared_conflict_hides_the_case_everywhere(bool byCorporation)
    {
        var (person, other) = (await host.Given.Staff(StaffRole.Reviewer, StaffRole.Approver), await host.Given.Staff(StaffRole.Reviewer));
        var owner = await host.Given.AnApplicantUser(p => p with { CorporateNumber = byCorporation ? Corporation : p.CorporateNumber });
        var (waiting, held) = (await host.ASubmittedApplication(a => a.OfUser(owner)), await host.ASubmittedApplication(a => a.OfUser(owner)));
        var decided = await host.ASubmittedApplication(a => a.OfUser(owner));
        await host.RecommendAsync(decided.Id, other);
        await host.ClaimAsync(held.Id, person);
        var browser = await host.SignInAsync(person);
        var before = await browser.PageAsync($"/review/{waiting.Id}");
        Assert.Equal(HttpStatusCode.OK, before.Status);

        foreach (var about in byCorporation ? [Corporation] : new[] { waiting.Number, held.Number, decided.Number })
        {
            var answer = await browser.PostFromAsync(before, "/review/own/conflicts", ("About", about), ("Words", "家族が勤務している。"));
            Assert.Equal(HttpStatusCode.Redirect, answer.Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFromAsync(before, "/review/own/conflicts", ("About", about), ("Words", "家族が勤務している。"))).Status);
        }

        // What was held went back, told as released; nothing of it is on the person's list.
        Assert.Equal("received", await host.StatusAsync(held.Id));
        Assert.Null(await host.ReviewerAsync(held.Id));
        Assert.Equal(1, await host.EventsAsync(held.Id, "released"));
        foreach (var given in new[] { waiting, held, decided })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.PageAsync($"/review/{given.Id}")).Status);
            Assert.Empty((await browser.PageAsync($"/review?q={given.Number}")).Document.QuerySelectorAll("table.queue tbody tr"));
            var document = await host.ScalarAsync<Guid>("select id from documents where application_id = @Id limit 1", new { given.Id });
            Assert.Equal(HttpStatusCode.NotFound, (await browser.PageAsync($"/documents/{document}")).Status);
            foreach (var act in new[] { "claim", "release", "first-review", "return", "withdraw", "decision", "hand-back" })
                Assert.Equal(HttpStatusCode.NotFound, (await browser.PostFromAsync(before, $"/review/{given.Id}/{act}", ("Version", "2"), ("Verdict", "refuse"), ("Reason", "対象外です。"))).Status);
            var moved = await browser.PostFromAsync(before, "/review/assign", ("ids", $"{given.Id}:{await host.VersionAsync(given.Id)}"), ("to", $"clerk:{other.Id}"));
            Assert.Contains("この案件は見つかりません", moved.Words, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await (await host.SignInAsync(other)).PageAsync($"/review/{given.Id}")).Status);
        }
        Assert.Equal("awaiting-decision", await host.StatusAsync(decided.Id));

        // Neither is it the next one, nor put on the list by hand.
        await host.ExecuteAsync("update applications set status = 'withdrawn' where status = 'received' and id <> all (@Ids)", new { Ids = new[] { waiting.Id, held.Id } });
        Assert.Equal("/review", (await browser.PostFromAsync(before, "/review/next")).Location);
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var refused = await admin.PostFromAsync(await admin.PageAsync("/review"), "/review/assign", ("ids", $"{waiting.Id}:{await host.VersionAsync(waiting.Id)}"), ("to", $"clerk:{person.Id}"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("利害関係の届出があるため、担当できません", refused.Words, StringComparison.Ordinal);

        // Only an administrator ends it.
        var conflict = await host.ScalarAsync<Guid>("select id from conflicts where user_id = @Id and (number = @Number or corporate_number = @Corporation)", new { person.Id, waiting.Number, Corporation });
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostFromAsync(before, $"/admin/clerks/conflicts/{conflict}/end")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFromAsync(await admin.PageAsync("/admin/clerks"), $"/admin/clerks/conflicts/{conflict}/end")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.PageAsync($"/review/{waiting.Id}")).Status);
    }

    [Fact]
    public async Task What_is_declared_names_a_number()
    {
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Approver));
        var own = await browser.PageAsync("/review/own");
        foreach (var about in new[] { "", "12345", "9912345678", "第一病院" })
        {
            var answer = await browser.PostFromAsync(own, "/review/own/conflicts", ("About", about), ("Words", ""));
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal(about, answer.Document.QuerySelector("input[name=About]")!.GetAttribute("value"));
        }
    }
}
