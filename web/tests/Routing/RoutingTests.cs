using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Routing;

/// <summary>Where a submission goes, and how it comes to others: by hand, by absence, by a declared conflict.</summary>
public sealed class RoutingTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_goes_to_its_teams_list_and_stays_the_applicants_to_edit()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var team = await host.ATeamAsync(toMembers: false, clerk);
        var given = await host.ASubmittedApplication();
        Assert.Equal(team.Id, await host.TeamAsync(given.Id));
        Assert.Null(await host.ReviewerAsync(given.Id));
        Assert.Equal(("received", 1L), (await host.StatusAsync(given.Id), await host.ScalarAsync<long>("select count(*) from events where application_id = @Id", new { given.Id })));

        // Nothing covers it any more: it is shown as such, also to the administrators.
        await host.ExecuteAsync("delete from team_coverage");
        var uncovered = await host.ASubmittedApplication();
        Assert.Null(await host.TeamAsync(uncovered.Id));
        var listed = await (await host.SignInAsync(clerk)).PageAsync("/review?flag=uncovered");
        Assert.Contains($"/review/{uncovered.Id}", listed.Document.QuerySelectorAll("table.queue a").Select(a => a.GetAttribute("href")));
        Assert.DoesNotContain($"/review/{given.Id}", listed.Document.QuerySelectorAll("table.queue a").Select(a => a.GetAttribute("href")));
        Assert.Contains("担当班なし", listed.Words, StringComparison.Ordinal);
        Assert.Contains("受け持つ班のない案件が", (await (await host.SignInAsync(await host.Given.Staff(StaffRole.Admin))).PageAsync("/admin/teams")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_members_means_to_the_one_with_the_least_work_who_is_there_and_has_no_conflict()
    {
        var (busy, absent, biased, member, free) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer),
            await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var own = await host.Given.AnApplicantUser(p => p with { CorporateNumber = "1010001000006" });
        var earlier = await host.ASubmittedApplication();
        await host.ATeamAsync(toMembers: true, busy, absent, biased, member, free);
        await host.ExecuteAsync("update applications set reviewer_id = @Id where id = @Case", new { busy.Id, Case = earlier.Id });
        await host.ExecuteAsync("insert into absences (id, user_id, from_day, to_day, noted_at, noted_by) values (gen_random_uuid(), @Id, '2020-01-01', '2099-12-31', now(), @Id)", new { absent.Id });
        await host.DeclareAsync(biased, corporateNumber: "1010001000006");
        await host.ExecuteAsync("insert into memberships (user_id, applicant_id, role, since) values (@Id, @ApplicantId, 'viewer', now())", new { member.Id, own.ApplicantId });

        var first = await host.ASubmittedApplication(a => a.OfUser(own));
        Assert.Equal(free.Id, await host.ReviewerAsync(first.Id));
        Assert.Equal("received", await host.StatusAsync(first.Id));
        // Now the free one and the busy one have one each: the longest member is next.
        var second = await host.ASubmittedApplication(a => a.OfUser(own));
        Assert.Contains(await host.ReviewerAsync(second.Id), new Guid?[] { busy.Id, free.Id });
        var counts = new[] { await OpenAsync(busy), await OpenAsync(free) };
        Assert.Equal([1, 2], counts.Order());

        // Nobody can: it waits on the team's list.
        await host.ATeamAsync(toMembers: true, absent, biased);
        Assert.Null(await host.ReviewerAsync((await host.ASubmittedApplication(a => a.OfUser(own))).Id));
    }

    [Fact]
    public async Task An_answered_return_comes_back_to_its_clerk_unless_absent()
    {
        var (clerk, other) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        await host.ATeamAsync(toMembers: true, other);
        foreach (var away in new[] { false, true })
        {
            var given = await host.ASubmittedApplication();
            await host.ReturnAsync(given.Id, clerk);
            if (away) await host.ExecuteAsync("insert into absences (id, user_id, from_day, to_day, noted_at, noted_by) values (gen_random_uuid(), @Id, '2020-01-01', '2099-12-31', now(), @Id)", new { clerk.Id });
            await host.Command<Web.Features.Applications.EditApplication>().BeginAsync(given.Id, given.By.Actor, Stop);
            Assert.IsType<Web.Features.Applications.SubmitResult.Submitted>(await host.SubmitAsync(given));
            Assert.Equal(away ? other.Id : clerk.Id, await host.ReviewerAsync(given.Id));
            Assert.Equal("received", await host.StatusAsync(given.Id));
        }
    }

    [Fact]
    public async Task Absence_hands_work_back_when_it_begins()
    {
        var (clerk, colleague) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var team = await host.ATeamAsync(toMembers: false, clerk, colleague);
        var (listed, held, returned) = (await host.ASubmittedApplication(), await host.ASubmittedApplication(), await host.ASubmittedApplication());
        await host.ExecuteAsync("update applications set reviewer_id = @Id where id = @Case", new { clerk.Id, Case = listed.Id });
        await host.ClaimAsync(held.Id, clerk);
        await host.ReturnAsync(returned.Id, clerk);
        var browser = await host.SignInAsync(clerk);
        var today = DateOnly.FromDateTime(host.Clock.Now.ToOffset(TimeSpan.FromHours(9)).Date);

        using (var wrong = await browser.PostFormAsync("/review/own/absences", [new("From", "きょう"), new("To", "2020-01-01")], page: "/review/own"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            Assert.Contains("きょう", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        using (var noted = await browser.PostFormAsync("/review/own/absences", [new("From", $"{today.AddDays(1):yyyy-MM-dd}"), new("To", $"{today.AddDays(3):yyyy-MM-dd}")], page: "/review/own"))
            Assert.Equal(HttpStatusCode.Redirect, noted.StatusCode);
        await host.Jobs.RunDueAsync(Stop);
        Assert.Equal("reviewing", await host.StatusAsync(held.Id)); // not before it begins

        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.Jobs.RunDueAsync(Stop);
        Assert.Equal("received", await host.StatusAsync(held.Id));
        foreach (var id in new[] { listed.Id, held.Id })
            Assert.Equal((team.Id, (Guid?)null), (await host.TeamAsync(id), await host.ReviewerAsync(id)));
        Assert.Equal(1, await host.EventsAsync(held.Id, "released"));
        Assert.Equal("returned", await host.StatusAsync(returned.Id));
        host.Clock.SetTo(TestClock.Usual);
    }

    [Fact]
    public async Task A_changed_coverage_moves_what_waits_on_teams_lists()
    {
        var (admin, clerk) = (await host.SignInAsync(await host.Given.Staff(StaffRole.Admin)), await host.Given.Staff(StaffRole.Reviewer));
        await host.ExecuteAsync("delete from team_coverage");
        var waiting = await host.ASubmittedApplication();
        KeyValuePair<string, string>[] fields = [new("Name", "東京班"), new("ToMembers", "true"), new("Members", clerk.Id.ToString()), new("Care", "13"), new("Version", "0")];
        using (var added = await admin.PostFormAsync("/admin/teams/new", fields)) Assert.Equal("/admin/teams", added.Headers.Location?.OriginalString);
        await host.Jobs.RunDueAsync(Stop);
        var team = await host.ScalarAsync<Guid>("select id from teams where name = '東京班'");
        Assert.Equal(team, await host.TeamAsync(waiting.Id));

        // The name and the prefecture are taken; what was typed stays.
        using (var second = await admin.PostFormAsync("/admin/teams/new", [new("Name", "第二班"), new("Care", "13"), new("Care", "14"), new("Version", "0")]))
        {
            var words = await second.Content.ReadAsStringAsync(Stop);
            Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
            Assert.Contains("東京都は「東京班」が受け持っています", words, StringComparison.Ordinal);
            Assert.Contains("value=\"第二班\"", words, StringComparison.Ordinal);
        }
        using (var same = await admin.PostFormAsync("/admin/teams/new", [new("Name", "東京班"), new("Version", "0")])) Assert.Equal(HttpStatusCode.BadRequest, same.StatusCode);
        using (var stale = await admin.PostFormAsync($"/admin/teams/{team}", [new("Name", "東京班"), new("Version", "7")])) Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);

        using (var closed = await admin.PostFormAsync($"/admin/teams/{team}/close", [new("Version", "1")], page: $"/admin/teams/{team}")) Assert.Equal(HttpStatusCode.Redirect, closed.StatusCode);
        await host.Jobs.RunDueAsync(Stop);
        Assert.Null(await host.TeamAsync(waiting.Id));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PageAsync($"/admin/teams/{team}")).Status);
    }

    [Fact]
    public async Task Holidays_are_the_administrators_and_change_the_days_a_case_has_waited()
    {
        var given = await host.ASubmittedApplication();
        host.Clock.Advance(TimeSpan.FromDays(8));
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        async Task<string> Row() => (await admin.PageAsync($"/review?q={given.Number}")).Document.QuerySelector("table.queue tbody tr")!.TextContent;
        Assert.Contains("6営業日", await Row(), StringComparison.Ordinal);
        using (var added = await admin.PostFormAsync("/admin/holidays", [new("Day", "2026-06-03"), new("Name", "設立記念日")])) Assert.Equal(HttpStatusCode.Redirect, added.StatusCode);
        using (var twice = await admin.PostFormAsync("/admin/holidays", [new("Day", "2026-06-03"), new("Name", "設立記念日")])) Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Contains("5営業日", await Row(), StringComparison.Ordinal);
        using (var removed = await admin.PostFormAsync("/admin/holidays/remove", [new("day", "2026-06-03")], page: "/admin/holidays")) Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.Contains("6営業日", await Row(), StringComparison.Ordinal);
        host.Clock.SetTo(TestClock.Usual);
    }

    private Task<long> OpenAsync(TestUser clerk) =>
        host.ScalarAsync<long>("select count(*) from applications where reviewer_id = @Id and status in ('received', 'reviewing')", new { clerk.Id });
}
