using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>審査: what the list shows, in which order, and how it is narrowed.</summary>
public sealed class QueueTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task The_list_follows_reception_and_says_what_a_clerk_needs()
    {
        var first = await SubmittedAsync();
        var second = await SubmittedAsync(a => a.Medical());
        var draft = await host.ADraft();
        host.Clock.Advance(TimeSpan.FromDays(3));
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var page = await (await host.SignInAsync(clerk)).PageAsync("/review");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal([first.Id, second.Id], Ids(page).Where(i => i == first.Id || i == second.Id));
        Assert.DoesNotContain(draft.Id, Ids(page));
        var row = Row(page, second.Id);
        foreach (var words in new[] { "受付済", "医療", "見本病院", second.Number, "550,000円", "2026/6/", "営業日", "審査 7月・結果 8月" })
            Assert.Contains(words, row, StringComparison.Ordinal);
        Assert.Contains("次の案件", page.Buttons);

        // After the month of review it says so, and stands where it stood.
        host.Clock.SetTo(new DateTimeOffset(2026, 8, 1, 9, 0, 0, TimeSpan.FromHours(9)));
        Assert.Contains("目安超過", Row(await (await host.SignInAsync(clerk)).PageAsync("/review"), second.Id), StringComparison.Ordinal);
        host.Clock.SetTo(TestClock.Usual);
    }

    [Fact]
    public async Task Tabs_filters_and_search_stand_in_the_address()
    {
        var (clerk, other) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var care = await SubmittedAsync(a => a.With(x => x with { Office = x.Office with { Name = "ひまわり100％デイサービス" } }));
        var medical = await SubmittedAsync(a => a.Medical());
        var mine = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var theirs = await host.AnApplicationAsync("reviewing", other, other);
        var number = await host.ScalarAsync<string>("select receipt_number from applications where id = @Id", new { care.Id });
        var browser = await host.SignInAsync(clerk);
        async Task<Guid[]> Listed(string query) => [.. Ids(await browser.PageAsync($"/review{query}")).Intersect([care.Id, medical.Id, mine.Id, theirs.Id])];

        Assert.Equal([care.Id, medical.Id], await Listed(""));
        Assert.Equal([mine.Id, theirs.Id], await Listed("?status=reviewing"));
        Assert.Equal([mine.Id], await Listed("?mine=true"));
        Assert.Equal([care.Id, medical.Id, mine.Id, theirs.Id], await Listed("?status=all"));
        Assert.Equal([medical.Id], await Listed("?programme=medical"));
        Assert.Empty(await Listed("?status=granted"));
        Assert.Equal([care.Id, medical.Id], await Listed("?status=nonsense&mine=perhaps&after=x_y&programme=z"));

        Assert.Equal([care.Id], await Listed($"?q={number}"));
        Assert.Equal([care.Id], await Listed($"?q={number!.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()}"));
        Assert.Equal([theirs.Id], await Listed($"?q={theirs.Number}"));
        Assert.Equal([theirs.Id], await Listed($"?q={theirs.Number}&status=reviewing"));
        Assert.Empty(await Listed($"?q={theirs.Number}&status=received"));
        Assert.Equal([care.Id], await Listed($"?q={Uri.EscapeDataString("100％デイ")}"));
        Assert.Empty(await Listed($"?q={Uri.EscapeDataString("100_デイ")}"));
        Assert.Empty(await Listed("?q=%25"));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps()
    {
        // Fifty-three withdrawn ones in two bursts of the same moment, made in the database: only their order matters here.
        var by = await host.Given.AnApplicantUser();
        await host.ExecuteAsync(
            """
            insert into applications (id, applicant_id, programme, status, version, submissions, receipt_number, year_id, number, number_scope, name, applied_yen,
              received_at, created_at, created_by, updated_at)
            select gen_random_uuid(), @ApplicantId, 'care', 'withdrawn', 2, 1, 'P-' || i, 'R8-care', '1370101238', '*', 'ページ', 1000,
              timestamptz '2026-12-01 00:00:00Z' + (i / 40) * interval '1 microsecond', now(), @Id, now()
            from generate_series(1, 53) as i
            """,
            new { by.ApplicantId, by.Id });
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor));
        var first = await browser.PageAsync("/review?status=withdrawn");
        var next = first.Document.QuerySelectorAll(".pager a").Single(a => a.TextContent == "次の50件").GetAttribute("href")!;
        var second = await browser.PageAsync(next);

        Assert.Equal(50, Ids(first).Count);
        Assert.Equal(3, Ids(second).Count);
        Assert.Equal(53, Ids(first).Concat(Ids(second)).Distinct().Count());
        Assert.DoesNotContain("次の50件", second.Words, StringComparison.Ordinal);
        Assert.Contains("最初のページ", second.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_decides_begins_with_what_awaits_a_decision()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("awaiting-decision", clerk, clerk);
        var page = await (await host.SignInAsync(await host.Given.Staff(StaffRole.Approver))).PageAsync("/review");
        Assert.Contains(given.Id, Ids(page));
        Assert.StartsWith("決裁待ち", page.Document.QuerySelector(".queue-tabs [aria-current]")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("次の案件", page.Buttons);
    }

    private async Task<TestCase> SubmittedAsync(Func<TestApplication, TestApplication>? change = null)
    {
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        return await host.ASubmittedApplication(change);
    }

    private static List<Guid> Ids(Page page) =>
        [.. page.Document.QuerySelectorAll("table.queue tbody th a").Select(a => Guid.Parse(a.GetAttribute("href")!.Split('/')[^1]))];

    private static string Row(Page page, Guid id) => page.Document.QuerySelector($"table.queue a[href='/review/{id}']")!.Closest("tr")!.TextContent;
}
