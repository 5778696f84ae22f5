using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Public;

/// <summary>要綱 §4 through the addresses anyone may call.</summary>
public sealed class SimulatorTests(PortalHost portal) : IClassFixture<PortalHost>
{
    public static TheoryData<string, long> Amounts => new()
    {
        // The amount's table of the rules, row by row.
        { "care?services=11&readers=3&readerCost=39000&supportCost=30000", 64_000 },
        { "care?services=11&readers=2&readerCost=33500&supportCost=22480", 55_000 },
        { "care?services=11&services=51&readers=4&readerCost=58000&supportCost=70000", 119_000 },
        { "care?services=11&services=15&readers=3&readerCost=39000&supportCost=60000", 64_000 },
        { "care?services=17&readers=1&readerCost=14500&supportCost=27499", 41_000 },
        { "care?services=51&readers=2&readerCost=29000&supportCost=40000&otherIncome=20000", 49_000 },
        { "care?services=51&readers=2&readerCost=29000&supportCost=40000&donation=20000", 49_000 },
        { "care?services=51&readers=2&readerCost=29000&supportCost=40000&donation=20000&nonprofit=true", 55_000 },
        { "medical?kind=hospital&beds=200&cost=1100000", 550_000 },
        { "medical?kind=hospital&beds=199&cost=530667", 398_000 },
        { "medical?kind=clinic&beds=0&cost=530666", 397_000 },
        { "medical?kind=hospital&beds=200&cost=999999", 499_000 },

        // Blank is 0; full-width digits, commas and 円 are what people type.
        { "care?services=11&readers=&readerCost=&supportCost=1000&donation=&otherIncome=", 1_000 },
        { "care?services=2a&readers=３&readerCost=３９，０００円&supportCost=30,000", 64_000 },
        { "medical?kind=clinic&beds=&cost=530666", 397_000 },
        { "care?services=11&services=51&services=17&readers=6&readerCost=200000&supportCost=0", 161_000 },
        { "care?services=11&services=11&readers=0&supportCost=999999", 64_000 },
        { "medical?kind=hospital&beds=20&cost=99999999", 398_000 },
        { "medical?kind=clinic&beds=19&cost=4000&otherIncome=1000", 2_000 },
        { "medical?kind=hospital&beds=9999&cost=9999999999", 550_000 },
    };

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task The_grant_is_the_one_of_the_rules(string query, long yen)
    {
        var (status, page) = await portal.Browser().ReadAsync("/simulator/" + query);

        Assert.Equal(HttpStatusCode.OK, status);
        var grant = Assert.Single(page.QuerySelectorAll("output#grant"));
        Assert.Equal(yen.ToString(System.Globalization.CultureInfo.InvariantCulture), grant.GetAttribute("data-yen"));
        Assert.Equal($"{yen:#,0}円", grant.TextContent);
        Assert.Equal(["①", "②", "③", "④"], page.QuerySelectorAll("ol.sum > li").Select(li => li.Words()[..1]));
        Assert.Contains("申請に必要な書類", page.QuerySelectorAll("h2").Select(h => h.TextContent));
        Assert.Equal("/applications", page.QuerySelectorAll("main a").Single(a => a.TextContent == "ログインして申請をはじめる").GetAttribute("href"));
        Assert.Empty(page.QuerySelectorAll("[role=alert]"));
    }

    [Theory]
    [InlineData("care?services=11&supportCost=999")]
    [InlineData("care?services=11&supportCost=5000&otherIncome=90000")]
    [InlineData("care?services=17")]
    [InlineData("medical?kind=clinic&cost=1333")]
    public async Task Nothing_is_answered_as_nothing_to_apply_for(string query)
    {
        var (status, page) = await portal.Browser().ReadAsync("/simulator/" + query);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("0", page.QuerySelector("output#grant")?.GetAttribute("data-yen"));
        Assert.Contains("助成額が0円になるため、申請できません。", page.QuerySelector("main")!.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("ログインして申請をはじめる", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("care", "助成額を計算する")]
    [InlineData("medical", "助成額を計算する")]
    public async Task The_first_visit_shows_the_empty_form(string programme, string button)
    {
        var (status, page) = await portal.Browser().ReadAsync("/simulator/" + programme);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Null(page.QuerySelector("output"));
        Assert.Empty(page.QuerySelectorAll("[role=alert]"));
        Assert.Empty(page.QuerySelectorAll("[checked]"));
        var form = Assert.Single(page.QuerySelectorAll<IHtmlFormElement>("main form"));
        Assert.Equal(("get", $"/simulator/{programme}"), (form.Method, form.GetAttribute("action")));
        Assert.Contains(form.QuerySelectorAll("button"), b => b.TextContent == button);
    }

    [Theory]
    [InlineData("care?readers=0", "services", "1つ以上選んで")]
    [InlineData("care?services=99&supportCost=1", "services", "「99」")]
    [InlineData("care?services=11&readers=4&readerCost=1000", "readers", "3台まで")]
    [InlineData("care?services=11&services=51&readers=6&readerCost=1000", "readers", "5台まで")]
    [InlineData("care?services=11&readerCost=1000", "readers", "台数（1台以上）")]
    [InlineData("care?services=11&readers=1&supportCost=1000", "readerCost", "購入費用も入力")]
    [InlineData("care?services=11&readers=-1", "readers", "整数")]
    [InlineData("care?services=11&readers=1.5&readerCost=1000", "readers", "整数")]
    [InlineData("care?services=11&readers=two&readerCost=1000", "readers", "整数")]
    [InlineData("care?services=11&supportCost=-1", "supportCost", "円単位の整数")]
    [InlineData("care?services=11&supportCost=1e5", "supportCost", "円単位の整数")]
    [InlineData("care?services=11&supportCost=99999999999", "supportCost", "円単位の整数")]
    [InlineData("care?services=11&supportCost=1&donation=1.5", "donation", "円単位の整数")]
    [InlineData("medical?cost=1", "kind", "「病院」か「診療所」")]
    [InlineData("medical?kind=pharmacy&cost=1", "kind", "「病院」か「診療所」")]
    [InlineData("medical?kind=hospital&beds=19&cost=1", "beds", "20床以上")]
    [InlineData("medical?kind=hospital&beds=&cost=1", "beds", "20床以上")]
    [InlineData("medical?kind=clinic&beds=20&cost=1", "beds", "19床以下")]
    [InlineData("medical?kind=clinic&beds=many&cost=1", "beds", "整数")]
    [InlineData("medical?kind=clinic&beds=0&cost=a", "cost", "円単位の整数")]
    [InlineData("medical?kind=clinic&beds=0&cost=1&otherIncome=x", "otherIncome", "円単位の整数")]
    public async Task What_is_wrong_is_said_at_its_field(string query, string field, string words)
    {
        var (status, page) = await portal.Browser().ReadAsync("/simulator/" + query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Null(page.QuerySelector("output"));
        Assert.StartsWith("エラー：", page.Title, StringComparison.Ordinal);
        Assert.Equal("入力内容をご確認ください", page.QuerySelector("[role=alert] h2")?.TextContent);
        var (message, name) = Assert.Single(page.Errors());
        Assert.Equal(field, name);
        Assert.Contains(words, message, StringComparison.Ordinal);
        var input = page.GetElementById(field)!;
        var described = (input.Closest("fieldset.field") ?? input).GetAttribute("aria-describedby")!.Split(' ').Select(id => page.GetElementById(id)!);
        Assert.Contains(described, d => d.TextContent.Contains(message, StringComparison.Ordinal));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Every_mistake_is_listed_in_the_order_of_the_fields_and_what_was_typed_is_kept()
    {
        var (status, page) = await portal.Browser().ReadAsync(
            "/simulator/care?services=11&services=51&readers=x&readerCost=%3Cb%3E&supportCost=30,000&donation=?&otherIncome=&nonprofit=true");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["readers", "readerCost", "donation"], page.Errors().Select(e => e.Field));
        Assert.Equal(["11", "51"], page.QuerySelectorAll("[name=services][checked]").Select(i => i.GetAttribute("value")));
        Assert.Equal(["x", "<b>", "30,000", "?", ""], new[] { "readers", "readerCost", "supportCost", "donation", "otherIncome" }.Select(n => page.GetElementById(n)!.GetAttribute("value")));
        Assert.True(page.Labelled("営利を目的としない法人です").HasAttribute("checked"));
    }

    [Fact]
    public async Task Fields_have_the_names_of_the_contract()
    {
        var (_, care) = await portal.Browser().ReadAsync("/simulator/care");
        Assert.Equal("11", care.Labelled("11 訪問介護").GetAttribute("value"));
        Assert.Equal("2A", care.Labelled("2A 短期入所療養介護（介護医療院）").GetAttribute("value"));
        Assert.Equal(35, care.QuerySelectorAll("[name=services]").Length);
        foreach (var (label, name) in new[] { ("カードリーダーの台数", "readers"), ("カードリーダー購入費用（税込）", "readerCost"), ("接続サポート費用（税込）", "supportCost"), ("寄付金", "donation"), ("その他の収入", "otherIncome"), ("営利を目的としない法人です", "nonprofit") })
            Assert.Equal(name, care.Labelled(label).GetAttribute("name"));

        var (_, medical) = await portal.Browser().ReadAsync("/simulator/medical");
        Assert.Equal(("kind", "hospital"), (medical.Labelled("病院").GetAttribute("name"), medical.Labelled("病院").GetAttribute("value")));
        Assert.Equal(("kind", "clinic"), (medical.Labelled("診療所").GetAttribute("name"), medical.Labelled("診療所").GetAttribute("value")));
        foreach (var (label, name) in new[] { ("病床数", "beds"), ("対象経費（税込）", "cost"), ("寄付金", "donation"), ("その他の収入", "otherIncome") })
            Assert.Equal(name, medical.Labelled(label).GetAttribute("name"));
    }

    [Theory]
    [InlineData("/simulator/care")]
    [InlineData("/simulator/care?services=11&supportCost=1000")]
    [InlineData("/simulator/care?services=&readers=x")]
    [InlineData("/simulator/medical?beds=x")]
    public async Task Ids_are_unique_and_descriptions_exist(string path)
    {
        var (_, page) = await portal.Browser().ReadAsync(path);
        var ids = page.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
        var named = page.QuerySelectorAll("[aria-describedby], [aria-labelledby]").SelectMany(e => $"{e.GetAttribute("aria-describedby")} {e.GetAttribute("aria-labelledby")}".Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(named, id => Assert.Contains(id, ids));
        Assert.All(page.QuerySelectorAll("main :is(input, select, textarea)"), input => Assert.Single(page.QuerySelectorAll($"label[for='{input.Id}']")));
    }
}
