using System.Net;
using AngleSharp.Dom;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Public;

/// <summary>What anyone reads first: figures of the database, the state of intake, ways in.</summary>
public sealed class HomeTests(PortalHost portal) : IClassFixture<PortalHost>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The tests of a class share their host: each leaves the clock and the years as they were.</summary>
    public async ValueTask DisposeAsync()
    {
        portal.Clock.SetTo(TestClock.Usual);
        await ExecuteAsync("update programme_years set stopped_because = null, budget_yen = null");
        await ExecuteAsync("update programme_year_totals set open_yen = 0");
    }

    [Fact]
    public async Task The_page_tells_caps_rates_period_and_documents_of_the_open_year()
    {
        var (status, page) = await portal.Browser().ReadAsync("/");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("介護情報基盤 助成金ポータル", page.Title);
        var rows = page.QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.Words())));
        Assert.Equal(
            ["訪問・通所・短期滞在系 64,000円 3台まで", "居住・入所系 55,000円 2台まで", "その他 42,000円 1台まで", "病院（200床以上） 1/2 550,000円", "病院（20～199床） 3/4 398,000円", "診療所（0～19床） 3/4 398,000円"],
            rows);
        var words = page.QuerySelector("main")!.Words();
        Assert.Contains("2026年5月7日（木）", words, StringComparison.Ordinal);
        Assert.Contains("2027年3月12日（金）", words, StringComparison.Ordinal);
        Assert.Contains("最大 161,000円", words, StringComparison.Ordinal);
        Assert.Contains("介護WEBサービスの画面コピー", words, StringComparison.Ordinal);
        Assert.Contains("事業完了が確認できる資料", words, StringComparison.Ordinal);
        Assert.Contains("結果は2026年8月31日まで", words, StringComparison.Ordinal);
        Assert.DoesNotContain("受付停止中", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signed_out_one_signs_in_to_begin()
    {
        var (_, page) = await portal.Browser().ReadAsync("/");
        Assert.Equal(["/applications", "/applications"], page.QuerySelectorAll("main a").Where(a => a.TextContent == "ログインして申請をはじめる").Select(a => a.GetAttribute("href")));
        Assert.Equal(["/simulator/care", "/simulator/medical"], page.QuerySelectorAll("main a[href^='/simulator']").Select(a => a.GetAttribute("href")));
        Assert.Empty(page.QuerySelectorAll("main form"));
    }

    [Fact]
    public async Task An_applicant_begins_at_once()
    {
        var user = await portal.Given.AnApplicantUser();
        var (_, page) = await (await portal.SignInAsync(user)).ReadAsync("/");
        var forms = page.QuerySelectorAll("main form").ToList();
        Assert.Equal(["介護事業所の申請をはじめる", "医療機関の申請をはじめる"], forms.Select(f => f.QuerySelector("button")!.TextContent));
        Assert.Equal(["/applications?programme=care", "/applications?programme=medical"], forms.Select(f => f.GetAttribute("action")));
        Assert.All(forms, f => Assert.NotNull(f.QuerySelector("[name=__RequestVerificationToken]")));
    }

    [Fact]
    public async Task Staff_are_not_led_into_an_application()
    {
        var user = await portal.Given.Staff(StaffRole.Reviewer);
        var (_, page) = await (await portal.SignInAsync(user)).ReadAsync("/");
        Assert.Empty(page.QuerySelectorAll("main form"));
        Assert.DoesNotContain("申請をはじめる", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-05-06T23:59:59+09:00", "受付開始前", "2026年5月7日（木）から受け付けます")]
    [InlineData("2027-03-13T00:00:00+09:00", "受付終了", "2027年3月12日（金）に終了しました")]
    public async Task Outside_the_period_the_page_says_so_and_offers_no_beginning(string now, string word, string notice)
    {
        portal.Clock.SetTo(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        var (_, page) = await portal.Browser().ReadAsync("/");
        Assert.Equal("現在、新しい申請は受け付けていません", page.QuerySelector("main .banner h2")?.TextContent);
        Assert.Contains(notice, page.QuerySelector("main .banner")!.TextContent, StringComparison.Ordinal);
        Assert.Equal([word, word], page.QuerySelectorAll(".entry .tag").Select(t => t.TextContent));
        Assert.DoesNotContain("申請をはじめる", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_shows_at_once_with_its_reason()
    {
        await ExecuteAsync("update programme_years set stopped_because = '要綱第15条により停止' where id = 'R8-care'");
        var (_, page) = await portal.Browser().ReadAsync("/");
        var entries = page.QuerySelectorAll(".entry").ToList();
        Assert.Contains("受付停止中", entries[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("理由：要綱第15条により停止。", entries[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("申請をはじめる", entries[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("受付中", entries[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("申請をはじめる", entries[1].TextContent, StringComparison.Ordinal);

        var (_, result) = await portal.Browser().ReadAsync("/simulator/care?services=11&supportCost=5000");
        Assert.Equal("5000", result.QuerySelector("#grant")?.GetAttribute("data-yen"));
        Assert.Contains("新しい申請の受付を停止しています", result.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("申請をはじめる", result.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_pledged_in_full_closes_intake()
    {
        await ExecuteAsync("update programme_years set budget_yen = 64000 where id = 'R8-medical'");
        await ExecuteAsync("update programme_year_totals set open_yen = 63999 where year_id = 'R8-medical' and stripe = 3");
        var (_, open) = await portal.Browser().ReadAsync("/");
        Assert.Contains("申請をはじめる", open.QuerySelectorAll(".entry")[1].TextContent, StringComparison.Ordinal);

        await ExecuteAsync("update programme_year_totals set open_yen = 1 where year_id = 'R8-medical' and stripe = 4");
        var (_, full) = await portal.Browser().ReadAsync("/");
        Assert.Contains("予算額に達したため", full.QuerySelectorAll(".entry")[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("申請をはじめる", full.QuerySelectorAll(".entry")[1].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/privacy")]
    [InlineData("/simulator/care")]
    [InlineData("/simulator/medical?kind=clinic&cost=5000")]
    [InlineData("/nowhere")]
    public async Task Every_page_names_the_contact_desk_links_the_privacy_notice_and_loads_nothing_from_elsewhere(string path)
    {
        var (_, page) = await portal.Browser().ReadAsync(path);
        Assert.Equal("ja", page.DocumentElement.GetAttribute("lang"));
        Assert.Single(page.QuerySelectorAll("h1"));
        var footer = page.QuerySelector("footer")!;
        Assert.Contains("お問い合わせ窓口", footer.TextContent, StringComparison.Ordinal);
        Assert.Equal("/privacy", footer.QuerySelectorAll("a").Single(a => a.TextContent == "個人情報の取扱い").GetAttribute("href"));
        var loaded = page.QuerySelectorAll("[src], link[href]").Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!);
        Assert.All(loaded, address => Assert.StartsWith("/", address, StringComparison.Ordinal));
        Assert.All(loaded, address => Assert.False(address.StartsWith("//", StringComparison.Ordinal)));
        Assert.Empty(page.QuerySelectorAll("style, [style], script:not([src]), [onclick], [onload]"));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var db = await portal.Database.OpenAsync(TestContext.Current.CancellationToken);
        await db.ExecuteAsync(sql);
    }
}
