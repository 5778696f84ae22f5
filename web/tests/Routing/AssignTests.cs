using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Routing;

/// <summary>割り振る, and the filters of the queue.</summary>
public sealed class AssignTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task Many_are_put_on_another_list_and_each_has_its_own_result()
    {
        var (clerk, other) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var team = await host.ATeamAsync(toMembers: false, clerk, other);
        var (first, second, third, held) = (await host.ASubmittedApplication(), await host.ASubmittedApplication(), await host.ASubmittedApplication(), await host.ASubmittedApplication());
        await host.ClaimAsync(held.Id, other);
        var browser = await host.SignInAsync(clerk);
        var page = await browser.PageAsync("/review");
        Assert.Contains(page.Document.QuerySelectorAll("input[name=ids]"), i => i.GetAttribute("value") == $"{first.Id}:2");
        async Task<(string, string)> Chosen(TestCase given) => ("ids", $"{given.Id}:{await host.VersionAsync(given.Id)}");

        var done = await browser.PostFromAsync(page, "/review/assign", await Chosen(first), await Chosen(second), ("to", $"clerk:{other.Id}"), ("back", "q=x"));
        Assert.Equal("/review?q=x", done.Location);
        foreach (var given in new[] { first, second })
            Assert.Equal(("received", other.Id, "2"), (await host.StatusAsync(given.Id), await host.ReviewerAsync(given.Id), await host.VersionAsync(given.Id)));

        // One was changed meanwhile, and one is a colleague's to release: the third goes all the same.
        var mixed = await browser.PostFromAsync(page, "/review/assign", ("ids", $"{first.Id}:1"), await Chosen(third), await Chosen(held), ("ids", "nonsense"), ("to", $"clerk:{clerk.Id}"));
        Assert.Equal(HttpStatusCode.Conflict, mixed.Status);
        Assert.Contains("3件のうち1件を", mixed.Words, StringComparison.Ordinal);
        Assert.Contains("別の審査担当者が担当しています", mixed.Words, StringComparison.Ordinal);
        Assert.Equal((other.Id, clerk.Id, other.Id), (await host.ReviewerAsync(first.Id), await host.ReviewerAsync(third.Id), await host.ReviewerAsync(held.Id)));

        // An administrator takes it from the colleague; back to the team's list.
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var taken = await admin.PostFromAsync(await admin.PageAsync("/review"), "/review/assign", await Chosen(held), ("to", $"clerk:{clerk.Id}"));
        Assert.Equal(HttpStatusCode.Redirect, taken.Status);
        Assert.Equal(("received", clerk.Id), (await host.StatusAsync(held.Id), await host.ReviewerAsync(held.Id)));
        await admin.PostFromAsync(await admin.PageAsync("/review"), "/review/assign", await Chosen(held), ("to", "team"));
        Assert.Equal((team.Id, (Guid?)null), (await host.TeamAsync(held.Id), await host.ReviewerAsync(held.Id)));
        Assert.Equal(5, await host.ScalarAsync<long>("select count(*) from audit where action = 'case-assigned'"));

        foreach (var fields in new[] { new[] { ("to", $"clerk:{clerk.Id}") }, [await Chosen(first), ("to", "")], [await Chosen(first), ("to", $"clerk:{Guid.NewGuid()}")] })
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFromAsync(page, "/review/assign", fields)).Status);
    }

    [Fact]
    public async Task Every_filter_stands_in_the_address_and_can_be_kept_under_a_name()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var team = await host.ATeamAsync(toMembers: false, clerk);
        var wanted = await host.ASubmittedApplication(a => a.With(x => x with { Office = x.Office with { Name = "ヒマワリ　ホーム" } }));
        await host.ExecuteAsync("update applications set reported = true where id = @Id", new { wanted.Id });
        var browser = await host.SignInAsync(clerk);
        async Task<bool> Lists(string query) => (await browser.PageAsync($"/review?{query}")).Document.QuerySelectorAll("table.queue tbody th a").Any(a => a.GetAttribute("href") == $"/review/{wanted.Id}");
        var received = Domain.JapanTime.DateOf(host.Clock.Now).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (yes, no) in new[]
        {
            ("prefecture=13", "prefecture=14"), ($"team={team.Id}", $"team={Guid.NewGuid()}"), ("assignee=none", $"assignee={clerk.Id}"), ("flag=reported", "flag=failed"),
            ("amountFrom=1", "amountFrom=９,９９９,９９９"), ("amountTo=9999999", "amountTo=1"), ($"from={received}", "from=2099-01-01"), ($"to={received}", "to=2020-01-01"),
            ("status=received", "overdue=true"), ($"q={Uri.EscapeDataString("ひまわりホ")}", $"q={Uri.EscapeDataString("ひまわりホテ")}"), ($"q={Uri.EscapeDataString("ﾋﾏﾜﾘ ﾎｰﾑ")}", $"q={Uri.EscapeDataString("ひ")}"),
        })
        {
            Assert.True(await Lists(yes), yes);
            Assert.False(await Lists(no), no);
        }

        var page = await browser.PageAsync("/review?prefecture=13&flag=reported&sort=-amount");
        var kept = await browser.PostFromAsync(page, "/review/filters", ("prefecture", "13"), ("flag", "reported"), ("sort", "-amount"), ("after", "x"), ("FilterName", "東京の申し出"));
        Assert.Equal("/review?prefecture=13&flag=reported&sort=-amount", kept.Location);
        var link = (await browser.PageAsync("/review")).Document.QuerySelector(".saved-filters a")!;
        Assert.Equal(("東京の申し出", "/review?prefecture=13&flag=reported&sort=-amount"), (link.TextContent, link.GetAttribute("href")));
        var blank = await browser.PostFromAsync(page, "/review/filters", ("prefecture", "13"), ("FilterName", " "));
        Assert.Equal(HttpStatusCode.BadRequest, blank.Status);
        Assert.Equal("13", blank.Document.QuerySelector("input[name=prefecture]")!.GetAttribute("value"));
        var id = await host.ScalarAsync<Guid>("select id from saved_filters where user_id = @Id", new { clerk.Id });
        Assert.Equal("/review", (await browser.PostFromAsync(page, $"/review/filters/{id}/remove")).Location);
        Assert.Empty((await browser.PageAsync("/review")).Document.QuerySelectorAll(".saved-filters a"));
    }
}
