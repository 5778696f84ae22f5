using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Operations;

/// <summary>事業年度: an administrator changes, stops, reopens and adds years; each test has a portal of its own.</summary>
public sealed class YearTests(PortalHost host) : IClassFixture<PortalHost>, IAsyncLifetime
{
    private static readonly (string, string)[] R8Care = [("Opens", "2026-05-07"), ("Closes", "2027-03-12"), ("EarliestWorkDate", "2026-04-01"), ("Budget", ""), ("Reason", "補正予算のため")];

    private PortalHost portal = null!;
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        portal = await PortalHost.StartAsync(host.Local, _ => { });
        admin = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task A_stop_is_told_to_everybody_with_its_reason_until_it_is_reopened()
    {
        var draft = await portal.ADraft();
        var page = await admin.PageAsync("/admin/years/R8-care");
        var stopped = await admin.PostFromAsync(page, "/admin/years/R8-care/stop", ("Version", page.Version), ("StopReason", "予算の執行状況を確認するため"), ("StopWords", "受付を停止しました。\n再開は<b>このページ</b>でお知らせします。"));
        Assert.Equal("/admin/years/R8-care", stopped.Location);

        var refused = Assert.IsType<SubmitResult.Refused>(await portal.SubmitAsync(draft));
        Assert.Contains("予算の執行状況を確認するため", refused.Reason.Message, StringComparison.Ordinal);
        var applicant = await portal.SignInAsync(draft.By);
        var confirm = await applicant.PageAsync($"/applications/{draft.Id}/confirm");
        var answer = await applicant.PostFromAsync(confirm, $"/applications/{draft.Id}/confirm", [.. Fields(confirm), ("confirmed", "true"), ("act", "submit")]);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("予算の執行状況を確認するため", answer.Words, StringComparison.Ordinal);

        var home = await portal.Browser().PageAsync("/");
        Assert.Contains("理由：予算の執行状況を確認するため。", home.Words, StringComparison.Ordinal);
        var announcement = home.Document.QuerySelector(".announcements .announcement")!;
        Assert.Equal("受付を停止しました。\n再開は<b>このページ</b>でお知らせします。", announcement.TextContent);
        Assert.Empty(announcement.Children);
        Assert.Contains("2026年6月1日（月）", home.Document.QuerySelector(".announcements")!.TextContent, StringComparison.Ordinal);

        page = await admin.PageAsync("/admin/years/R8-care");
        Assert.Contains("受付を再開する", page.Buttons);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFromAsync(page, "/admin/years/R8-care/reopen", ("Version", page.Version), ("StopReason", "確認が終わったため"), ("StopWords", "受付を再開しました。"))).Status);
        Assert.IsType<SubmitResult.Submitted>(await portal.SubmitAsync(draft));
        home = await portal.Browser().PageAsync("/");
        Assert.Equal("受付を再開しました。", home.Document.QuerySelector(".announcements .announcement")!.TextContent);

        page = await admin.PageAsync("/admin/years/R8-care");
        Assert.Equal(["受付を再開", "受付を停止"], page.Document.QuerySelectorAll(".timeline h3").Select(h => h.TextContent));
        Assert.Contains("理由：確認が終わったため", page.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFromAsync(page, "/admin/years/R8-care/announcement", ("Version", page.Version), ("Words", " "))).Status);
        Assert.Null((await portal.Browser().PageAsync("/")).Document.QuerySelector(".announcements"));
    }

    [Fact]
    public async Task Settings_are_saved_with_who_what_and_why_and_a_late_form_changes_nothing()
    {
        var page = await admin.PageAsync("/admin/years/R8-care");
        var saved = await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. With("Budget", "20,000,000,000"), ("Caps[visit]", "70000"), ("Readers[visit]", "4"), ("CapBasis", "service-code")]);
        Assert.Equal("/admin/years/R8-care", saved.Location);
        var shown = await admin.PageAsync("/admin/years/R8-care");
        Assert.Contains("予算額：上限なし → 20,000,000,000円", shown.Words, StringComparison.Ordinal);
        Assert.Contains("訪問・通所・短期滞在系の助成限度額：64,000円 → 70,000円", shown.Words, StringComparison.Ordinal);
        Assert.Contains("理由：補正予算のため", shown.Words, StringComparison.Ordinal);
        Assert.Contains("70,000円", (await portal.Browser().PageAsync("/")).Words, StringComparison.Ordinal);

        var late = await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. With("Budget", "5")]);
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("ほかの方が変更しました", late.Words, StringComparison.Ordinal);
        Assert.Equal("5", late.Document.QuerySelector("input[name=Budget]")!.GetAttribute("value"));
        Assert.Equal(20_000_000_000, await portal.ScalarAsync<long>("select budget_yen from programme_years where id = 'R8-care'"));
    }

    [Fact]
    public async Task Of_two_administrators_at_once_one_saves()
    {
        var other = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
        var pages = await Task.WhenAll(new[] { admin, other }.Select(b => b.PageAsync("/admin/years/R8-care")));
        var answers = await Task.WhenAll(new[] { admin, other }.Select((b, i) => b.PostFromAsync(pages[i], "/admin/years/R8-care", [("Version", pages[i].Version), .. With("Budget", $"{i + 1}000")])));
        Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], answers.Select(a => a.Status).Order());
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'year-changed'"));
    }

    [Fact]
    public async Task What_was_granted_and_what_prices_applications_stays()
    {
        var (clerk, approver) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver));
        await portal.AnApplicationAsync("granted", clerk, approver);
        var committed = await portal.ScalarAsync<long>("select sum(committed_yen)::bigint from programme_year_totals where year_id = 'R8-care'");
        Assert.True(committed > 0);
        var page = await admin.PageAsync("/admin/years/R8-care");
        Assert.Null(page.Document.QuerySelector("input[name='Caps[visit]']"));
        Assert.True(page.Document.QuerySelector("select[name=CapBasis]")!.HasAttribute("disabled"));

        var low = await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. With("Budget", $"{committed - 1}")]);
        Assert.Equal(HttpStatusCode.Conflict, low.Status);
        Assert.Contains("すでに", low.Words, StringComparison.Ordinal);
        foreach (var (field, value) in new[] { ("Caps[visit]", "70000"), ("CapBasis", "service-code"), ("NumberScope", "one-year"), ("Opens", "2026-05-08") })
        {
            var priced = await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. R8Care.Where(f => f.Item1 != field), (field, value)]);
            Assert.Equal(HttpStatusCode.Conflict, priced.Status);
        }
        Assert.Equal(0, await portal.ScalarAsync<long>("select count(*) from audit where action = 'year-changed'"));
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. With("Budget", $"{committed}")])).Status);
    }

    [Theory]
    [InlineData("Closes", "2026-05-31", "今日（2026年6月1日）以降の日付")]
    [InlineData("Closes", "2026-05-01", "初日と同じ日かそれより後")]
    [InlineData("Closes", "2026-02-30", "実在する日付")]
    [InlineData("Budget", "-1", "予算額は、円単位の整数")]
    [InlineData("EarliestWorkDate", "2027-04-01", "申請期間の最終日までの日付")]
    [InlineData("Caps[visit]", "0", "1円以上の整数")]
    [InlineData("Reason", "", "変更の理由を入力してください")]
    public async Task What_is_not_whole_is_asked_for_again(string field, string value, string words)
    {
        var page = await admin.PageAsync("/admin/years/R8-care");
        var answer = await admin.PostFromAsync(page, "/admin/years/R8-care", [("Version", page.Version), .. With(field, value)]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(words, answer.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_year_is_copied_once_and_opens_by_itself()
    {
        var page = await admin.PageAsync("/admin/years/R8-medical/next");
        (string, string)[] fields = [("Opens", "2027-05-07"), ("Closes", "2028-03-10"), ("EarliestWorkDate", "2027-04-01"), ("Budget", ""), ("Shares[0]", "2/3"), ("Caps[0]", "600000"), ("Reason", "令和9年度の実施")];
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFromAsync(page, "/admin/years/R8-medical/next", [.. fields.Where(f => f.Item1 != "Opens"), ("Opens", "2027-03-01")])).Status);
        Assert.Equal("/admin/years/R9-medical", (await admin.PostFromAsync(page, "/admin/years/R8-medical/next", fields)).Location);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFromAsync(page, "/admin/years/R8-medical/next", fields)).Status);
        portal.Clock.SetTo(new DateTimeOffset(2027, 5, 7, 0, 0, 0, TimeSpan.FromHours(9)));
        var home = await portal.Browser().PageAsync("/");
        Assert.Contains("令和9年度", home.Words, StringComparison.Ordinal);
        Assert.Contains("600,000円", home.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_auditor_reads_and_changes_nothing()
    {
        var auditor = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Auditor));
        Assert.Equal(HttpStatusCode.OK, (await auditor.PageAsync("/admin/years")).Status);
        var page = await auditor.PageAsync("/admin/years/R8-care");
        Assert.Empty(page.Buttons);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostFromAsync(page, "/admin/years/R8-care/stop", ("Version", "1"), ("StopReason", "x"))).Status);
        Assert.Null(await portal.ScalarAsync<string>("select stopped_because from programme_years where id = 'R8-care'"));
    }

    private static (string, string)[] With(string field, string value) => [.. R8Care.Where(f => f.Item1 != field), (field, value)];

    /// <summary>What stands hidden in the page's own form.</summary>
    private static IEnumerable<(string, string)> Fields(Page page) =>
        page.Document.QuerySelectorAll("main input[type=hidden][name]").Where(i => i.GetAttribute("name") != "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));
}
