using System.Net;
using AngleSharp.Html.Parser;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>The steps keep everything typed: wrong values, other people's changes, sessions that ended.</summary>
public sealed class StepTests(PortalHost portal) : IClassFixture<PortalHost>
{
    public static TheoryData<string, string, string, string> WrongValues => new()
    {
        { "office", "Office.Number", "12345", "10桁" },
        { "office", "Office.Number", "13A0101238", "総合事業" },
        { "office", "Office.Phone", "12", "電話番号は市外局番から" },
        { "office", "Office.Services", "99", "助成の対象ではありません" },
        { "amount", "Amount.Readers", "4", "3台までです" },
        { "amount", "Amount.ReaderCost", "あ", "円単位の整数" },
        { "amount", "Amount.CompletedOn", "2026-03-31", "2026年4月1日以降" },
        { "amount", "Amount.CompletedOn", "2026-06-02", "未来の日付" },
        { "account", "Account.BankCode", "12", "数字4桁" },
        { "account", "Account.Holder", "山田太郎", "カタカナ" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_wrong_value_is_400_said_at_its_field_and_kept(string step, string field, string value, string words)
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);

        using var answer = await PostAsync(browser, draft.Id, step, fields => fields[field] = [value]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        var id = field.Replace('.', '_');
        Assert.Contains(words, page.QuerySelector($"#{id}-error")?.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector($".error-summary a[href='#{id}']"));
        Assert.StartsWith("エラー：", page.Title, StringComparison.Ordinal);
        if (field == "Office.Services") return; // no box of the page says an unknown code
        Assert.Equal(value, page.QuerySelector($"[name='{field}']")!.GetAttribute("value"));
        // Saved as typed, so that another machine shows it too.
        Assert.Contains(WebUtility.HtmlEncode(value), await browser.GetStringOfAsync($"/applications/{draft.Id}/{step}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("office", "amount")]
    [InlineData("amount", "account")]
    [InlineData("account", "documents")]
    [InlineData("documents", "confirm")]
    public async Task A_whole_step_leads_to_the_next(string step, string next)
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);

        using var answer = await PostAsync(browser, draft.Id, step, _ => { });

        Assert.Equal($"/applications/{draft.Id}/{next}", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Two_people_on_one_step_never_overwrite_each_other_silently()
    {
        var draft = await portal.ADraft();
        var mine = await portal.SignInAsync(draft.By);
        var theirs = await portal.SignInAsync(await portal.Given.AMemberOf(draft.By.ApplicantId!.Value));
        var page = await FieldsAsync(mine, $"/applications/{draft.Id}/office");
        using var first = await PostAsync(theirs, draft.Id, "office", fields => fields["Office.Address"] = ["大阪市北区"]);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);

        page["Office.Address"] = ["名古屋市中区"];
        page["Act"] = ["next"];
        using var second = await SendAsync(mine, draft.Id, "office", page);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        var shown = await second.Content.ReadAsStringAsync();
        var html = new HtmlParser().ParseDocument(shown);
        Assert.Contains("大阪市北区", html.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("名古屋市中区", html.QuerySelector("[name='Office.Address']")!.GetAttribute("value"));
        Assert.Equal("大阪市北区", (await portal.DossierAsync(draft)).Answers.Office.Address);

        // Having seen it, saving again is a decision.
        using var third = await SendAsync(mine, draft.Id, "office", Fields(shown, "next"));
        Assert.Equal(HttpStatusCode.Redirect, third.StatusCode);
        Assert.Equal("名古屋市中区", (await portal.DossierAsync(draft)).Answers.Office.Address);
    }

    [Fact]
    public async Task A_repeat_after_a_lost_answer_is_no_conflict()
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);
        var page = await FieldsAsync(browser, $"/applications/{draft.Id}/office");
        page["Act"] = ["next"];
        page["Office.Address"] = ["一度目"];
        using var first = await SendAsync(browser, draft.Id, "office", page);
        page["Office.Address"] = ["二度目"];
        using var second = await SendAsync(browser, draft.Id, "office", page);

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (first.StatusCode, second.StatusCode));
        Assert.Equal("二度目", (await portal.DossierAsync(draft)).Answers.Office.Address);
    }

    [Fact]
    public async Task Autosave_keeps_the_text_computes_the_amount_and_tells_the_revision()
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);
        browser.DefaultRequestHeaders.Add("X-Requested-With", "fetch");

        using var answer = await PostAsync(browser, draft.Id, "amount", fields =>
        {
            fields["Amount.SupportCost"] = ["10000"];
            fields["Act"] = ["autosave"];
        });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("2", answer.Headers.GetValues("X-Revision").Single());
        Assert.Contains("data-yen=\"49000\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_ended_in_the_middle_loses_nothing()
    {
        var draft = await portal.ADraft();
        var before = await portal.SignInAsync(draft.By);
        var fields = await FieldsAsync(before, $"/applications/{draft.Id}/office");
        fields["Office.Address"] = ["期限切れの前に入力した住所"];
        fields["Act"] = ["next"];
        var ended = portal.Browser();
        using var content = new FormUrlEncodedContent(fields.SelectMany(f => f.Value.Select(v => KeyValuePair.Create(f.Key, v))));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/applications/{draft.Id}/office", UriKind.Relative)) { Content = content };
        request.Headers.Add("Origin", "http://localhost");
        using var parked = await ended.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, parked.StatusCode);
        Assert.StartsWith("/login", parked.Headers.Location!.ToString(), StringComparison.Ordinal);

        using var signedIn = await ended.PostFormAsync(parked.Headers.Location!.ToString(), ("Email", draft.By.Email), ("Password", Given.Password));

        Assert.Equal($"/applications/{draft.Id}/office", signedIn.Headers.Location?.ToString());
        Assert.Contains("期限切れの前に入力した住所", WebUtility.HtmlDecode(await ended.GetStringOfAsync($"/applications/{draft.Id}/office")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_returned_application_only_the_named_items_open_also_for_a_forged_post()
    {
        var application = await portal.ASubmittedApplication();
        var reviewer = await portal.Given.Staff(StaffRole.Reviewer);
        var command = portal.Services.GetRequiredService<ApplicationCommand>();
        await command.RunAsync(application.Id, reviewer.Actor, null, (d, now) => d.Application.Claim(reviewer.Actor, now));
        await command.RunAsync(application.Id, reviewer.Actor, null,
            (d, now) => d.Application.Return([new ReturnedItem("Office.Phone", "電話がつながりません。")], new DateOnly(2026, 6, 15), reviewer.Actor, now));
        var browser = await portal.SignInAsync(application.By);
        using var opened = await browser.PostFormAsync($"/applications/{application.Id}/edit", [], page: $"/applications/{application.Id}");

        var html = new HtmlParser().ParseDocument(await browser.GetStringOfAsync($"/applications/{application.Id}/office"));
        Assert.False(html.QuerySelector("[name='Office.Phone']")!.HasAttribute("readonly"));
        Assert.True(html.QuerySelector("[name='Office.Address']")!.HasAttribute("readonly"));
        Assert.Contains("電話がつながりません。", html.Body!.TextContent, StringComparison.Ordinal);
        using var forged = await PostAsync(browser, application.Id, "office", fields =>
        {
            fields["Office.Phone"] = ["06-1234-5678"];
            fields["Office.Address"] = ["すり替えた住所"];
        });

        Assert.Equal(HttpStatusCode.Redirect, forged.StatusCode);
        var office = (await portal.DossierAsync(application)).Answers.Office;
        Assert.Equal(("06-1234-5678", application.Answers.Office.Address), (office.Phone, office.Address));
        using var again = await PostAsync(browser, application.Id, "account", fields => fields["Account.Number"] = ["7654321"]);
        Assert.Equal("1234567", (await portal.DossierAsync(application)).Answers.Account.Number);
        Assert.IsType<SubmitResult.Submitted>(await portal.SubmitAsync(application));
        var after = (await portal.DossierAsync(application)).Application;
        Assert.Equal((Status.Received, reviewer.Id), (after.Status, after.ReviewerId!.Value));
    }

    [Fact]
    public async Task A_known_number_fills_in_the_rest_and_can_be_overwritten()
    {
        await using (var connection = await portal.Database.OpenAsync())
            await connection.ExecuteAsync(
                """
                insert into institutions (programme, number, name, address, phone, services, updated_at)
                values ('care', '1370101238', '公開情報の事業所', '東京都港区', '03-1111-2222', array['11', '51'], now())
                """);
        var user = await portal.Given.AnApplicantUser();
        var browser = await portal.SignInAsync(user);
        using var started = await browser.PostFormAsync("/applications?programme=care", [], page: "/profile");
        var address = started.Headers.Location!.ToString();
        var id = Guid.Parse(address.Split('/')[2]);

        using var filled = await PostAsync(browser, id, "office", fields =>
        {
            fields["Office.Number"] = ["１３７０１０１２３８"];
            fields["Act"] = ["lookup"];
        });

        var html = new HtmlParser().ParseDocument(await filled.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, filled.StatusCode);
        Assert.Equal("公開情報の事業所", html.QuerySelector("[name='Office.Name']")!.GetAttribute("value"));
        Assert.Equal(["11", "51"], html.QuerySelectorAll("[name='Office.Services'][checked]").Select(c => c.GetAttribute("value")));
        Assert.Equal("見本 花子", html.QuerySelector("[name='Office.ContactName']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_bank_typed_by_name_becomes_its_code()
    {
        await using (var connection = await portal.Database.OpenAsync())
            await connection.ExecuteAsync(
                """
                insert into banks (code, name, kana) values ('0001', 'みずほ', 'ミズホ'), ('0005', '三菱ＵＦＪ', 'ミツビシユーエフジエイ') on conflict do nothing;
                insert into bank_branches (bank_code, code, name, kana) values ('0001', '001', '東京営業部', 'トウキヨウ') on conflict do nothing;
                """);
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);

        using var answer = await PostAsync(browser, draft.Id, "account", fields =>
        {
            fields["Account.BankCode"] = ["みずほ銀行"];
            fields["Account.BranchCode"] = ["東京営業部"];
        });

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var account = (await portal.DossierAsync(draft)).Answers.Account;
        Assert.Equal(("0001", "001"), (account.BankCode, account.BranchCode));
    }

    /// <summary>Posts a step's page as a browser would, with changes.</summary>
    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, Guid id, string step, Action<Dictionary<string, string[]>> change)
    {
        var fields = await FieldsAsync(browser, $"/applications/{id}/{step}");
        fields["Act"] = ["next"];
        change(fields);
        return await SendAsync(browser, id, step, fields);
    }

    private static async Task<Dictionary<string, string[]>> FieldsAsync(HttpClient browser, string page) => Fields(await browser.GetStringOfAsync(page), "next");

    /// <summary>What a browser would post from the page's main form.</summary>
    private static Dictionary<string, string[]> Fields(string page, string act)
    {
        var form = new HtmlParser().ParseDocument(page).QuerySelector("form[data-autosave]")!;
        var fields = form.QuerySelectorAll("input[name]:not([type='file']):not([disabled])")
            .Where(i => i.GetAttribute("type") is not ("checkbox" or "radio") || i.HasAttribute("checked"))
            .Select(i => (Name: i.GetAttribute("name")!, Value: i.GetAttribute("value") ?? ""))
            .Concat(form.QuerySelectorAll("textarea[name]").Select(t => (Name: t.GetAttribute("name")!, Value: t.TextContent.TrimStart('\n'))))
            .GroupBy(f => f.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(f => f.Value).ToArray(), StringComparer.Ordinal);
        fields["Act"] = [act];
        return fields;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, Guid id, string step, Dictionary<string, string[]> fields)
    {
        using var content = new FormUrlEncodedContent(fields.SelectMany(f => f.Value.Select(v => KeyValuePair.Create(f.Key, v))));
        return await browser.PostAsync(new Uri($"/applications/{id}/{step}", UriKind.Relative), content);
    }
}
