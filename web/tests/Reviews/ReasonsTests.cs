using System.Net;
using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Reviews;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>差戻しの理由: the list is data; a return names one for each item, and they are counted.</summary>
public sealed class ReasonsTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly (string, string)[] New = [("Code", "paper-lost"), ("Fits", "Documents.Receipt"), ("Label", "原本が届いていない"), ("Words", "原本をお送りください。"), ("Active", "true")];

    [Fact]
    public async Task Every_seeded_reason_fits_an_item_and_every_item_has_one_besides_other()
    {
        await using var connection = await host.Database.OpenAsync(TestContext.Current.CancellationToken);
        var reasons = await connection.AskAsync(ReturnReasons.Active());
        Assert.Contains(reasons, r => r is { Code: "receipt-lump-sum", Label: "領収書が「一式」表記", Fits: "Documents.Receipt" });
        Assert.All(reasons, r => Assert.Contains(ApplicationItems.All, i => r.FitsItem(i.Key)));
        var without = ApplicationItems.All.Where(i => !reasons.Any(r => r.Code != ReturnReason.Other && r.FitsItem(i.Key))).Select(i => i.Key);
        Assert.Equal(["Amount.Donation", "Amount.Note"], without.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_item_is_returned_with_its_code_the_reasons_words_and_the_clerks_own()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var page = await (await host.SignInAsync(clerk)).ActAsync(
            host, given.Id, "return", ("Items", "Documents.Receipt"), ("Codes[Documents.Receipt]", "receipt-lump-sum"), ("Words[Documents.Receipt]", "型番もお願いします。"),
            ("Items", "Office.Phone"), ("Codes[Office.Phone]", "phone-unreachable"), ("Items", "Amount.Note"), ("Words[Amount.Note]", "備考を書いてください。"), ("AnswerBy", "2026-06-20"));
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        var items = await host.ScalarAsync<string>(
            "select string_agg(i ->> 'code', ' ' order by i ->> 'key') from events, jsonb_array_elements(items) i where application_id = @Id and kind = 'returned'", new { given.Id });
        Assert.Equal("other receipt-lump-sum phone-unreachable", items);
        var said = (await host.DossierAsync(given)).Application.Returned!;
        Assert.EndsWith("\n型番もお願いします。", said.Single(i => i.Code == "receipt-lump-sum").Reason, StringComparison.Ordinal);
        Assert.StartsWith("領収書の内訳が「一式」となっています。", said.Single(i => i.Code == "receipt-lump-sum").Reason, StringComparison.Ordinal);
        Assert.StartsWith("入力された電話番号につながりません。", said.Single(i => i.Code == "phone-unreachable").Reason, StringComparison.Ordinal);
        Assert.Equal("備考を書いてください。", said.Single(i => i.Code == "other").Reason);
    }

    [Theory]
    [InlineData("Office.Phone", "receipt-lump-sum")]
    [InlineData("Office.Phone", "no-such")]
    public async Task A_reason_that_is_not_for_the_item_is_asked_for_again(string item, string code)
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var page = await (await host.SignInAsync(clerk)).ActAsync(host, given.Id, "return", ("Items", item), ($"Codes[{item}]", code), ("Reason", "違います。"), ("AnswerBy", "2026-06-20"));
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("「電話番号」の区分を、一覧から選び直してください。", page.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("reviewing", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task An_admin_adds_a_reason_changes_it_and_takes_it_out_of_use()
    {
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostFormAsync("/admin/reasons/new", New)).StatusCode);
        var page = await browser.PageAsync("/admin/reasons/paper-lost");
        Assert.Equal("原本が届いていない", page.Document.QuerySelector("input[name=Label]")!.GetAttribute("value"));

        var changed = await browser.PostFromAsync(page, "/admin/reasons/paper-lost", ("Version", page.Version), ("Fits", "Documents.Receipt"), ("Label", "原本が未着"), ("Words", "原本をお送りください。"));
        Assert.Equal("/admin/reasons", changed.Location);
        Assert.Equal("原本が未着|false", await host.ScalarAsync<string>("select label || '|' || active from return_reasons where code = 'paper-lost'"));
        Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from audit where object_kind = 'return-reason' and object_id = 'paper-lost'"));

        // Who saw what it was before does not overwrite it unseen.
        var late = await browser.PostFromAsync(page, "/admin/reasons/paper-lost", ("Version", page.Version), ("Label", "別の名前"), ("Words", "別の文"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("別の名前", late.Document.QuerySelector("input[name=Label]")!.GetAttribute("value"));
        Assert.Contains("原本が未着", late.Words, StringComparison.Ordinal);

        // Out of use: not offered, and refused.
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var reviewing = await host.SignInAsync(clerk);
        Assert.Empty((await reviewing.PageAsync($"/review/{given.Id}")).Document.QuerySelectorAll("option[value=paper-lost]"));
        Assert.Equal(HttpStatusCode.BadRequest, (await reviewing.ActAsync(
            host, given.Id, "return", ("Items", "Documents.Receipt"), ("Codes[Documents.Receipt]", "paper-lost"), ("AnswerBy", "2026-06-20"))).Status);
    }

    [Theory]
    [InlineData("Code", "receipt-lump-sum", "このコードは使われています")]
    [InlineData("Code", "Paper Lost", "コードは、小文字の英字で始まる")]
    [InlineData("Label", "", "理由の名前を入力してください")]
    [InlineData("Label", "領収書が「一式」表記", "同じ項目に、同じ名前の理由があります")]
    [InlineData("Fits", "Documents.Letter", "対象の項目を、一覧から選び直してください")]
    [InlineData("Words", "long", "500文字以内で入力してください")]
    public async Task A_reason_that_is_not_whole_is_asked_for_again(string field, string value, string words)
    {
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var typed = value == "long" ? new string('あ', 501) : value;
        // A code nobody has: the tests of this class share a database.
        (string, string)[] whole = [("Code", "paper-wet"), .. New.Where(f => f.Item1 is not "Code")];
        using var answer = await browser.PostFormAsync("/admin/reasons/new", [.. whole.Where(f => f.Item1 != field), (field, typed)]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(words, WebUtility.HtmlDecode(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_cannot_be_changed()
    {
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        using var answer = await browser.PostFormAsync("/admin/reasons/other", ("Version", "1"), ("Label", "なし"), ("Words", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("その他", await host.ScalarAsync<string>("select label from return_reasons where code = 'other'"));
    }

    [Fact]
    public async Task Only_an_admin_edits_the_list()
    {
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            var browser = await host.SignInAsync(await host.Given.Staff(role));
            Assert.Equal(role == StaffRole.Admin ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.PageAsync("/admin/reasons")).Status);
        }
    }

    [Fact]
    public async Task Returns_are_counted_by_reason_and_item()
    {
        await using var own = await PortalHost.StartAsync(host.Local, _ => { });
        var clerk = await own.Given.Staff(StaffRole.Reviewer);
        var browser = await own.SignInAsync(clerk);
        for (var i = 0; i < 2; i++)
        {
            var given = await own.AnApplicationAsync("reviewing", clerk, clerk);
            await browser.ActAsync(own, given.Id, "return", ("Items", "Documents.Receipt"), ("Codes[Documents.Receipt]", "receipt-lump-sum"), ("Items", "Office.Phone"), ("Words[Office.Phone]", "違います。"), ("AnswerBy", "2026-06-20"));
        }
        await using var connection = await own.Database.OpenAsync(TestContext.Current.CancellationToken);
        var (from, until) = (TestClock.Usual.AddDays(-1), TestClock.Usual.AddDays(1));
        Assert.Equal(
            [new ReasonCount("other", "その他", "Office.Phone", 2, 2), new ReasonCount("receipt-lump-sum", "領収書が「一式」表記", "Documents.Receipt", 2, 2)],
            await ReturnReasons.CountAsync(connection, from, until));
        Assert.Empty(await ReturnReasons.CountAsync(connection, until, until.AddDays(1)));
    }
}
