using System.Net;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Reviews;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>What happens when people act at the same moment.</summary>
public sealed class ReviewRacesTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const int Rounds = 100;

    [Fact]
    public async Task Of_two_deciders_at_once_one_decides_and_the_other_is_told()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var approvers = new[] { await host.Given.Staff(StaffRole.Approver), await host.Given.Staff(StaffRole.Approver) };
        var browsers = await Task.WhenAll(approvers.Select(host.SignInAsync));
        var grants = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var given = await host.AnApplicationAsync("awaiting-decision", clerk, approvers[0]);
            var forms = await Task.WhenAll(browsers.Select(b => b.PageAsync($"/review/{given.Id}")));
            var pages = await Task.WhenAll(
                browsers[0].PostFromAsync(forms[0], $"/review/{given.Id}/decision", ("Version", forms[0].Version), ("Verdict", "grant"), ("Amount", "64,000"), ("Reason", ""), ("Confirmed", "true")),
                browsers[1].PostFromAsync(forms[1], $"/review/{given.Id}/decision", ("Version", forms[1].Version), ("Verdict", "refuse"), ("Reason", "対象外です。"), ("Confirmed", "true")));

            Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], pages.Select(p => p.Status).Order());
            var granted = pages[0].Status == HttpStatusCode.Redirect;
            grants += granted ? 1 : 0;
            Assert.Equal(granted ? "granted" : "refused", await host.StatusAsync(given.Id));
            Assert.Equal(granted ? "granted" : "refused", pages.Single(p => p.Status == HttpStatusCode.Conflict).Shown);
            Assert.Equal(1, await host.EventsAsync(given.Id, "granted") + await host.EventsAsync(given.Id, "refused"));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{grants} of {Rounds} rounds were won by the grant.");
    }

    [Fact]
    public async Task Two_clerks_who_ask_for_the_next_case_at_once_get_two_different_ones()
    {
        var browsers = await Task.WhenAll((await Task.WhenAll(host.Given.Staff(StaffRole.Reviewer), host.Given.Staff(StaffRole.Reviewer))).Select(host.SignInAsync));
        for (var round = 0; round < Rounds; round++)
        {
            var given = await Task.WhenAll(host.ASubmittedApplication(), host.ASubmittedApplication());
            var forms = await Task.WhenAll(browsers.Select(b => b.PageAsync("/review")));
            var pages = await Task.WhenAll(browsers.Select((b, i) => b.PostFromAsync(forms[i], "/review/next")));
            Assert.Equal(given.Select(g => $"/review/{g.Id}").Order(StringComparer.Ordinal), pages.Select(p => p.Location!).Order(StringComparer.Ordinal));
        }
        Assert.Equal("/review", (await browsers[0].PostAsPageAsync("/review/next")).Location);
    }

    [Fact]
    public async Task Two_batches_at_once_over_one_budget_grant_each_case_once_and_no_yen_too_much()
    {
        var (clerk, approvers) = (await host.Given.Staff(StaffRole.Reviewer), await Task.WhenAll(host.Given.Staff(StaffRole.Approver), host.Given.Staff(StaffRole.Approver)));
        var browsers = await Task.WhenAll(approvers.Select(host.SignInAsync));
        var forms = await Task.WhenAll(browsers.Select(b => b.PageAsync("/review")));
        var won = new int[2];
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                // Three cases, two of them in both batches, and money for two.
                await host.ExecuteAsync("update programme_years set budget_yen = null where id = 'R8-care'");
                var cases = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.AnApplicationAsync("awaiting-decision", clerk, clerk)));
                var already = await host.ScalarAsync<long>("select coalesce(sum(granted_yen), 0)::bigint from applications where status = 'granted'");
                await host.ExecuteAsync("update programme_years set budget_yen = @budget where id = 'R8-care'", new { budget = already + (2 * 64_000) + 63_999 });
                var keys = await Task.WhenAll(cases.Select(async c => ("ids", $"{c.Id}:{await host.VersionAsync(c.Id)}")));
                var pages = await Task.WhenAll(
                    browsers[0].PostFromAsync(forms[0], "/review/batch", [keys[0], keys[1], ("confirmed", "true")]),
                    browsers[1].PostFromAsync(forms[1], "/review/batch", [keys[2], keys[1], keys[0], ("confirmed", "true")]));

                Assert.Equal(already + (2 * 64_000), await host.ScalarAsync<long>("select sum(granted_yen)::bigint from applications where status = 'granted'"));
                Assert.Equal(already + (2 * 64_000), await host.ScalarAsync<long>("select sum(committed_yen)::bigint from programme_year_totals where year_id = 'R8-care'"));
                Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from events where kind = 'granted' and application_id = any(@ids)", new { ids = cases.Select(c => c.Id).ToArray() }));
                Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from letters where application_id = any(@ids)", new { ids = cases.Select(c => c.Id).ToArray() }));
                var told = pages.Select(p => p.Document.QuerySelectorAll("tbody tr").Count(r => r.TextContent.Contains("交付を決定しました", StringComparison.Ordinal))).ToArray();
                Assert.Equal(2, told.Sum());
                for (var i = 0; i < 2; i++) won[i] += told[i];
            }
        }
        finally
        {
            await host.ExecuteAsync("update programme_years set budget_yen = null where id = 'R8-care'");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{won[0]} and {won[1]} grants of {Rounds} rounds.");
    }

    [Fact]
    public async Task A_hundred_grants_at_once_stay_within_the_budget()
    {
        var (clerk, approvers) = (await host.Given.Staff(StaffRole.Reviewer), await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Given.Staff(StaffRole.Approver))));
        var cases = new List<TestCase>();
        foreach (var batch in Enumerable.Range(0, 100).Chunk(8))
            cases.AddRange(await Task.WhenAll(batch.Select(_ => host.AnApplicationAsync("awaiting-decision", clerk, clerk))));
        var already = await host.ScalarAsync<long>("select coalesce(sum(granted_yen), 0)::bigint from applications where status = 'granted'");
        await host.ExecuteAsync("update programme_years set budget_yen = @budget where id = 'R8-care'", new { budget = already + (10 * 64_000) + 63_999 });
        try
        {
            var results = await Task.WhenAll(cases.Select((c, i) => Task.Run(async () => await host.Command<DecideApplication>().GrantAsync(
                c.Id, int.Parse(await host.VersionAsync(c.Id), System.Globalization.CultureInfo.InvariantCulture), new Yen(64_000), null, approvers[i % approvers.Length].Actor, CancellationToken.None))));

            Assert.Equal(10, results.OfType<CommandResult.Done>().Count());
            Assert.Equal(90, results.OfType<CommandResult.Refused>().Count(r => r.Reason.Code == RefusalCode.BudgetShort));
            Assert.Equal(already + 640_000, await host.ScalarAsync<long>("select sum(granted_yen)::bigint from applications where status = 'granted'"));
            Assert.Equal(already + 640_000, await host.ScalarAsync<long>("select sum(committed_yen)::bigint from programme_year_totals where year_id = 'R8-care'"));

            // The eleventh is told, and stays where it is.
            var turnedAway = cases[results.ToList().FindIndex(r => r is CommandResult.Refused)];
            var page = await (await host.SignInAsync(approvers[0])).ActAsync(host, turnedAway.Id, "decision", ("Verdict", "grant"), ("Amount", "64000"));
            Assert.Equal(HttpStatusCode.Conflict, page.Status);
            Assert.Contains("予算の残額が不足しているため、交付決定できません", page.Words, StringComparison.Ordinal);
            Assert.Equal("awaiting-decision", page.Shown);
        }
        finally
        {
            await host.ExecuteAsync("update programme_years set budget_yen = null where id = 'R8-care'");
        }
    }
}
