using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>What the page of a case offers besides its acts: questions, confirmed documents, notes, versions side by side, keys.</summary>
public sealed class CaseDeskTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Theory]
    [InlineData("decision", "awaiting-decision", "交付決定する", "Verdict=grant", "Amount=64,000")]
    [InlineData("decision", "awaiting-decision", "不交付とする", "Verdict=refuse", "Reason=対象外です。")]
    [InlineData("return", "reviewing", "差し戻す", "Items=Account.Holder", "Reason=通帳と違います。", "AnswerBy=2026-06-15")]
    public async Task Grant_refusal_and_return_are_asked_for_once_more(string act, string state, string button, params string[] typed)
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync(state, clerk, approver);
        var browser = await host.SignInAsync(state == "reviewing" ? clerk : approver);
        var fields = typed.Select(t => t.Split('=')).Select(t => (t[0], t[1])).ToArray();
        var before = await browser.PageAsync($"/review/{given.Id}");

        var question = await browser.PostFromAsync(before, $"/review/{given.Id}/{act}", [("Version", before.Version), .. fields]);
        Assert.Equal(HttpStatusCode.OK, question.Status);
        Assert.Equal(state, await host.StatusAsync(given.Id));
        Assert.Single(question.Buttons, b => b == button);
        foreach (var (_, value) in fields.Where(f => f.Item1 == "Reason")) Assert.Contains(value, question.Document.QuerySelector(".question")!.TextContent, StringComparison.Ordinal);

        // The answer is the question's own form, as it stands.
        var answer = question.Document.QuerySelectorAll(".question input[name]").Where(i => i.GetAttribute("name") != "__RequestVerificationToken").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).ToArray();
        var back = await browser.PostFromAsync(question, $"/review/{given.Id}/{act}", [.. answer, ("Back", "true")]);
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Assert.Null(back.Document.QuerySelector(".question"));
        Assert.Equal(state, await host.StatusAsync(given.Id));
        if (fields.Any(f => f.Item1 == "Reason")) Assert.Equal(fields.First(f => f.Item1 == "Reason").Item2, back.Document.QuerySelector("textarea[name=Reason]")!.TextContent.Trim());

        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostFromAsync(question, $"/review/{given.Id}/{act}", [.. answer, ("Confirmed", "true")])).Status);
        Assert.NotEqual(state, await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task A_question_is_not_asked_where_the_answer_is_no_already()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        var browser = await host.SignInAsync(approver);
        var form = await browser.PageAsync($"/review/{given.Id}");
        var stale = await browser.PostFromAsync(form, $"/review/{given.Id}/decision", ("Version", "1"), ("Verdict", "grant"), ("Amount", "64,000"));
        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
        Assert.Contains("別の操作で更新されました", stale.Words, StringComparison.Ordinal);
        var tooHigh = await browser.PostFromAsync(form, $"/review/{given.Id}/decision", ("Version", form.Version), ("Verdict", "grant"), ("Amount", "64,001"));
        Assert.Equal(HttpStatusCode.Conflict, tooHigh.Status);
        Assert.Contains("超えることはできません", tooHigh.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_holds_the_case_confirms_each_document_and_can_take_it_back()
    {
        var (clerk, other) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var given = await host.AnApplicationAsync("reviewing", clerk, other);
        var documents = await host.DocumentsAsync(given.Id);
        var browser = await host.SignInAsync(clerk);
        var page = await browser.PageAsync($"/review/{given.Id}");
        Assert.Equal(documents.Count, page.Document.QuerySelectorAll("form[data-confirm]").Length);
        Assert.Contains($"確認していない書類が{documents.Count}件", page.Words, StringComparison.Ordinal);
        // What it must show stands beside it; the account number only masked.
        var passbook = page.Document.QuerySelector("[data-item='Documents.Passbook'] .desk-points")!.TextContent;
        Assert.Contains("口座名義（カナ）", passbook, StringComparison.Ordinal);
        Assert.Contains("＊", passbook, StringComparison.Ordinal);
        // Bank and branch by name, as a passbook says them; by code where the list does not have them.
        Assert.Contains("金融機関・支店0001-001", string.Concat(passbook.Where(c => !char.IsWhiteSpace(c))), StringComparison.Ordinal);
        await host.ExecuteAsync(
            """
            insert into banks (code, name, kana) values ('0001', 'みずほ', 'ミズホ') on conflict do nothing;
            insert into bank_branches (bank_code, code, name, kana) values ('0001', '001', '東京営業部', 'トウキヨウ') on conflict do nothing
            """, new { });
        var named = (await browser.PageAsync($"/review/{given.Id}")).Document.QuerySelector("[data-item='Documents.Passbook'] .desk-points")!.TextContent;
        Assert.Contains("みずほ（0001）東京営業部（001）", named, StringComparison.Ordinal);

        Task<Page> Confirm(HttpClient who, Page from, Guid document, bool yes) => who.PostFromAsync(from, $"/review/{given.Id}/documents/{document}/confirm", ("confirmed", yes ? "true" : "false"));
        Assert.Equal($"/review/{given.Id}#document-{documents[0]}", (await Confirm(browser, page, documents[0], yes: true)).Location);
        var first = await host.ScalarAsync<DateTime>("select at from document_confirmations where document_id = @id and confirmed", new { id = documents[0] });
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await Confirm(browser, page, documents[0], yes: true);
        Assert.Equal(first, await host.ScalarAsync<DateTime>("select at from document_confirmations where document_id = @id", new { id = documents[0] }));
        var confirmed = await browser.PageAsync($"/review/{given.Id}");
        Assert.Contains($"確認済み {clerk.Name}", confirmed.Words, StringComparison.Ordinal);

        await Confirm(browser, page, documents[0], yes: false);
        Assert.False(await host.ScalarAsync<bool>("select confirmed from document_confirmations where document_id = @id", new { id = documents[0] }));
        Assert.DoesNotContain("確認済み " + clerk.Name, (await browser.PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);

        // Another clerk does not; nor is another case's document one of this one.
        var stranger = await host.SignInAsync(other);
        Assert.Equal(HttpStatusCode.Conflict, (await Confirm(stranger, await stranger.PageAsync($"/review/{given.Id}"), documents[1], yes: true)).Status);
        var elsewhere = await host.DocumentsAsync((await host.ASubmittedApplication()).Id);
        Assert.Equal(HttpStatusCode.NotFound, (await Confirm(browser, page, elsewhere[0], yes: true)).Status);
    }

    [Fact]
    public async Task A_confirmation_stands_in_the_next_version_unless_what_the_document_must_show_changed()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var browser = await host.SignInAsync(clerk);
        var page = await browser.PageAsync($"/review/{given.Id}");
        foreach (var document in await host.DocumentsAsync(given.Id)) await browser.PostFromAsync(page, $"/review/{given.Id}/documents/{document}/confirm", ("confirmed", "true"));
        Assert.Contains("書類はすべて確認済みです", (await browser.PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);

        // The holder's name changes: the passbook must be looked at again, the rest need not.
        await browser.ActAsync(host, given.Id, "return", ("Items", "Account.Holder"), ("Reason", "通帳と違います。"), ("AnswerBy", "2026-06-15"));
        await host.ResubmitAsync(given, a => a with { Account = a.Account with { Holder = "ベツノメイギ" } });
        await browser.ActAsync(host, given.Id, "claim");
        var again = await browser.PageAsync($"/review/{given.Id}");
        Assert.Contains("確認していない書類が1件", again.Words, StringComparison.Ordinal);
        Assert.Null(again.Document.QuerySelector("[data-item='Documents.Passbook'] [data-confirmation].done"));
        Assert.NotNull(again.Document.QuerySelector("[data-item='Documents.Receipt'] [data-confirmation].done"));
        Assert.Contains("（1回目の提出）", again.Words, StringComparison.Ordinal);

        // Any two versions, either way round.
        var backwards = await browser.PageAsync($"/review/{given.Id}?version=1&against=2");
        Assert.Contains("2回目から1回目で変わったところ", backwards.Words, StringComparison.Ordinal);
        Assert.Contains("ベツノメイギ", backwards.Document.QuerySelector("[aria-labelledby=changes-heading] del")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["2回目", "1回目"], again.Document.QuerySelectorAll(".compare select[name=against] option").Select(o => o.TextContent.Trim()));
    }

    [Fact]
    public async Task Notes_are_kept_for_staff_and_never_shown_to_the_applicant()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var browser = await host.SignInAsync(clerk);
        var page = await browser.PageAsync($"/review/{given.Id}");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostFromAsync(page, $"/review/{given.Id}/notes", ("Note", " "))).Status);
        var tooLong = await browser.PostFromAsync(page, $"/review/{given.Id}/notes", ("Note", new string('あ', 2001)));
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.Status);
        Assert.Equal(2001, tooLong.Document.QuerySelector("textarea[name=Note]")!.TextContent.Trim().Length);
        Assert.Equal($"/review/{given.Id}#notes", (await browser.PostFromAsync(page, $"/review/{given.Id}/notes", ("Note", "電話で確認済み。\n折り返し待ち。"))).Location);

        var auditor = await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor));
        var read = await auditor.PageAsync($"/review/{given.Id}");
        Assert.Contains("電話で確認済み。", read.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("メモを残す", read.Buttons);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostFromAsync(read, $"/review/{given.Id}/notes", ("Note", "x"))).Status);
        var applicant = await host.SignInAsync(given.By);
        Assert.DoesNotContain("電話で確認済み", (await applicant.PageAsync($"/applications/{given.Id}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letter_keys_can_be_switched_off_and_stay_off()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.ASubmittedApplication();
        var browser = await host.SignInAsync(clerk);
        var page = await browser.PageAsync($"/review/{given.Id}");
        Assert.Equal("on", page.Document.QuerySelector(".desk")!.GetAttribute("data-letter-keys"));
        Assert.Equal($"/review/{given.Id}", (await browser.PostFromAsync(page, "/review/keys", ("on", "false"), ("back", $"/review/{given.Id}"))).Location);
        Assert.Equal("off", (await browser.PageAsync($"/review/{given.Id}")).Document.QuerySelector(".desk")!.GetAttribute("data-letter-keys"));
        Assert.Equal("/review", (await browser.PostFromAsync(page, "/review/keys", ("on", "true"), ("back", "https://elsewhere.example/"))).Location);
        // A choice about mails is another matter.
        Assert.False(await host.ScalarAsync<bool>("select daily_mail from user_settings where user_id = @Id", new { clerk.Id }));
    }

    [Fact]
    public async Task The_next_decision_is_never_ones_own_review_and_goes_on_behind_the_one_looked_at()
    {
        await using var own = await PortalHost.StartAsync(host.Local, _ => { });
        var (clerk, approver) = (await own.Given.Staff(StaffRole.Reviewer), await own.Given.Staff(StaffRole.Reviewer, StaffRole.Approver));
        var browser = await own.SignInAsync(approver);
        Assert.Equal("/review?status=awaiting-decision", (await browser.PostAsPageAsync("/review/next-decision")).Location);
        await own.AnApplicationAsync("awaiting-decision", approver, approver);
        Assert.Equal("/review?status=awaiting-decision", (await browser.PostAsPageAsync("/review/next-decision")).Location);
        var first = await own.AnApplicationAsync("awaiting-decision", clerk, clerk);
        own.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await own.AnApplicationAsync("awaiting-decision", clerk, clerk);
        Assert.Equal($"/review/{first.Id}", (await browser.PostAsPageAsync("/review/next-decision")).Location);
        foreach (var (from, to) in new[] { (first, second), (second, first) })
        {
            var page = await browser.PageAsync($"/review/{from.Id}");
            var after = page.Document.QuerySelector("form[action='/review/next-decision'] input[name=after]")!.GetAttribute("value")!;
            Assert.Equal($"/review/{to.Id}", (await browser.PostFromAsync(page, "/review/next-decision", ("after", after))).Location);
        }
        Assert.Equal($"/review/{first.Id}", (await browser.PostFromAsync(await browser.PageAsync("/review"), "/review/next-decision", ("after", "nonsense"))).Location);
    }
}
