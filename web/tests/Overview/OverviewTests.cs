using System.Net;
using System.Text;
using AngleSharp.Dom;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Overview;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Overview;

/// <summary>集計, CSV and 全記録.</summary>
public sealed class OverviewTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboard_counts_by_state_age_reason_team_and_programme_and_each_chart_has_its_table()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, approver) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver));
        var team = Guid.NewGuid();
        await portal.ExecuteAsync(
            """
            insert into teams (id, name, to_members, created_at) values (@team, '東京チーム', false, now());
            insert into team_coverage (team_id, programme, prefecture) values (@team, 'care', '13');
            update programme_years set budget_yen = 1000000 where id = 'R8-care'
            """,
            new { team });
        await portal.AnApplicationAsync("received", clerk, approver);
        await portal.AnApplicationAsync("granted", clerk, approver);
        await portal.AnApplicationAsync("returned", clerk, approver);
        await portal.ASubmittedApplication(a => a.Medical());
        // From 1 to 16 June fifteen days on the calendar, eleven without weekends, ten without the holiday either.
        await portal.ExecuteAsync("insert into holidays (day, name) values ('2026-06-10', '見本の休日')", new { });
        portal.Clock.Advance(TimeSpan.FromDays(15));
        using var browser = await portal.SignInAsync(clerk);

        var page = await browser.PageAsync("/review/dashboard");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("2", Figure(page, "受付済"));
        Assert.Equal("1", Figure(page, "交付決定"));
        Assert.Equal("64,000", Figure(page, "交付決定額"));
        Assert.Equal("2件", Cell(page, "waiting", "6～10営業日", 1));
        Assert.Equal("1件", Cell(page, "decisions", "14日以内", 1));
        Assert.Equal("64,000円", Cell(page, "budget", "R8 介護", 1));
        Assert.Equal("192,000円", Cell(page, "budget", "R8 介護", 2));
        Assert.Equal("1,000,000円", Cell(page, "budget", "R8 介護", 3));
        Assert.Equal("1件", Cell(page, "reasons", "その他", 1));
        foreach (var chart in page.Document.QuerySelectorAll("svg[role=img]"))
        {
            Assert.Contains("件", chart.QuerySelector("title")!.TextContent + "件円", StringComparison.Ordinal);
            Assert.NotNull(chart.ParentElement!.QuerySelector("details table"));
        }
        Assert.Contains("東京チーム", page.Words, StringComparison.Ordinal);

        var narrowed = await browser.PageAsync($"/review/dashboard?programme=care&team={team}");
        Assert.Equal("1", Figure(narrowed, "受付済"));
        Assert.Equal("0", Figure(await browser.PageAsync("/review/dashboard?programme=care&team=none"), "受付済"));

        // Old figures are counted anew by a job, not by who looks.
        await portal.AnApplicationAsync("received", clerk, approver);
        portal.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("2", Figure(await browser.PageAsync("/review/dashboard"), "受付済"));
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Equal("3", Figure(await browser.PageAsync("/review/dashboard"), "受付済"));
    }

    [Fact]
    public async Task A_filtered_list_is_exported_whole_with_a_bom_without_formulas_and_written_down()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, approver) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver));
        var hostile = await portal.Given.AnApplicantUser(p => p with { Name = "=HYPERLINK(\"http://x.example\",\"見本\")" });
        var care = await portal.ASubmittedApplication(a => a.OfUser(hostile));
        await portal.ASubmittedApplication(a => a.Medical());
        var conflict = await portal.ASubmittedApplication();
        await portal.ExecuteAsync("insert into conflicts (id, user_id, number, words, declared_at) values (gen_random_uuid(), @Id, @Number, '親族', now())", new { clerk.Id, conflict.Number });
        using var browser = await portal.SignInAsync(clerk);

        using var answer = await browser.GetAsync(new Uri("/review/export?programme=care&status=received", UriKind.Relative), Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("申請一覧_20260601.csv", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n");
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("受付番号,状態,事業,", lines[0], StringComparison.Ordinal);
        Assert.Contains($",{care.Number},", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",領収書の重複", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x.example\"\",\"\"見本\"\")\",64000,,2026-06-01 10:00,2026-07-31,", lines[1], StringComparison.Ordinal);
        Assert.Equal("""{"query": "status=received&programme=care"}""", await portal.ScalarAsync<string>("select detail::text from audit where action = 'export' and actor_id = @Id", new { clerk.Id }));
        Assert.Equal("1", await portal.ScalarAsync<string>("select detail ->> 'rows' from audit where action = 'export-done' and actor_id = @Id", new { clerk.Id }));
        var queue = await browser.PageAsync("/review?programme=care&status=received");
        Assert.Equal("/review/export?status=received&programme=care", queue.Document.QuerySelector("a[download]")?.GetAttribute("href"));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData(" \t@SUM(A1)", "' \t@SUM(A1)")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-5", "'-5")]
    [InlineData("見本, \"株\"", "\"見本, \"\"株\"\"\"")]
    [InlineData("R8K-0000123-4", "R8K-0000123-4")]
    public async Task Text_is_never_a_formula_and_quoted_where_needed(string value, string field)
    {
        using var file = new MemoryStream();
        await using (var csv = new Csv(file)) await csv.WriteAsync([value, -5, null], Cancel);
        Assert.Equal($"\uFEFF{field},-5,\r\n", Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public async Task The_whole_life_of_an_application_stands_on_one_page_for_the_auditor_alone()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, approver, auditor) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver), await portal.Given.Staff(StaffRole.Auditor));
        var given = await portal.AnApplicationAsync("returned", clerk, approver);
        Assert.IsType<Features.Applications.CommandResult.Done>(await portal.Command<WithdrawByStaff>().RunAsync(given.Id, int.Parse(await portal.VersionAsync(given.Id), System.Globalization.CultureInfo.InvariantCulture), "重複のため取り下げます。", clerk.Actor, Cancel));
        using (var reader = await portal.SignInAsync(clerk))
        {
            await reader.PageAsync($"/review/{given.Id}");
            Assert.Equal(HttpStatusCode.Forbidden, (await reader.PageAsync($"/review/{given.Id}/life")).Status);
        }
        await portal.Jobs.RunDueAsync(Cancel);
        using var browser = await portal.SignInAsync(auditor);
        var page = await browser.PageAsync($"/review/{given.Id}/life");
        foreach (var said in new[] { "申請を受け付けました", "審査を開始しました", "通帳の名義と異なります。", "重複のため取り下げます。", "差戻しのお知らせ", "案件を開いた", given.By.Email, "通帳.png", "SHA-256" })
            Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Contains("全記録を開いた", (await browser.PageAsync($"/review/{given.Id}/life")).Words, StringComparison.Ordinal);
        Assert.NotNull((await browser.PageAsync($"/review/{given.Id}")).Document.QuerySelector($"a[href='/review/{given.Id}/life']"));
    }

    private static string Figure(Page page, string name) =>
        page.Document.QuerySelectorAll(".key-figures > div").Single(d => d.QuerySelector("dt")!.TextContent == name).QuerySelector("dd")!.FirstChild!.TextContent;

    private static string Cell(Page page, string chart, string row, int column) =>
        page.Document.QuerySelectorAll($"section[aria-labelledby='{chart}-heading'] tbody tr").Single(r => r.Children[0].TextContent == row).Children[column].TextContent;
}
