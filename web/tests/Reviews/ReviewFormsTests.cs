using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>What the forms of a case ask for (400), and what a good one does.</summary>
public sealed class ReviewFormsTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Theory]
    [InlineData("", "64000", "", "「交付」か「不交付」を選んでください")]
    [InlineData("grant", "", "", "交付額を入力してください")]
    [InlineData("grant", "0", "", "交付額は1円以上で入力してください")]
    [InlineData("grant", "六万円", "", "交付額は、円単位の整数で入力してください")]
    [InlineData("grant", "-1", "", "交付額は、円単位の整数で入力してください")]
    [InlineData("grant", "1000", "", "より少ない額にする理由を入力してください")]
    [InlineData("refuse", "64000", " ", "不交付とする理由を入力してください")]
    public async Task A_verdict_that_is_not_whole_is_asked_for_again(string verdict, string amount, string reason, string words)
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        foreach (var (state, act, person) in new[] { ("reviewing", "first-review", clerk), ("awaiting-decision", "decision", approver) })
        {
            var given = await host.AnApplicationAsync(state, clerk, approver);
            var page = await (await host.SignInAsync(person)).ActAsync(host, given.Id, act, ("Verdict", verdict), ("Amount", amount), ("Reason", reason));
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Contains(words, page.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(amount, page.Document.QuerySelector("input[name=Amount]")!.GetAttribute("value"));
            Assert.Equal(state, await host.StatusAsync(given.Id));
        }
    }

    [Theory]
    [InlineData("first-review", "reviewing")]
    [InlineData("decision", "awaiting-decision")]
    public async Task More_than_applied_for_is_against_the_rules(string act, string state)
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync(state, clerk, approver);
        var applied = await host.ScalarAsync<long>("select applied_yen from applications where id = @Id", new { given.Id });
        var page = await (await host.SignInAsync(state == "reviewing" ? clerk : approver)).ActAsync(
            host, given.Id, act, ("Verdict", "grant"), ("Amount", $"{applied + 1}"), ("Reason", "追加の費用を認めます。"));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("申請額を超えることはできません", page.Words, StringComparison.Ordinal);
        Assert.Equal("追加の費用を認めます。", page.Document.QuerySelector("textarea[name=Reason]")!.TextContent.Trim());
    }

    [Fact]
    public async Task A_return_needs_an_item_words_for_each_and_a_day_to_come()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var browser = await host.SignInAsync(clerk);
        async Task<string> Asked(params (string, string)[] fields)
        {
            var page = await browser.ActAsync(host, given.Id, "return", fields);
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            return page.Document.QuerySelector(".error-summary")!.TextContent;
        }

        Assert.Contains("差し戻す項目を1つ以上選んでください", await Asked(("Reason", "違います。"), ("AnswerBy", "2026-06-15")), StringComparison.Ordinal);
        Assert.Contains("差し戻す項目を1つ以上選んでください", await Asked(("Items", "No.Such"), ("Reason", "違います。"), ("AnswerBy", "2026-06-15")), StringComparison.Ordinal);
        Assert.Contains("差し戻す理由を入力してください（「所在地」", await Asked(
            ("Items", "Account.Holder"), ("Words[Account.Holder]", "カタカナで"), ("Items", "Office.Address"), ("AnswerBy", "2026-06-15")), StringComparison.Ordinal);
        Assert.Contains("今日（2026年6月1日）以降", await Asked(("Items", "Account.Holder"), ("Reason", "違います。"), ("AnswerBy", "2026-05-31")), StringComparison.Ordinal);
        Assert.Contains("実在する日付", await Asked(("Items", "Account.Holder"), ("Reason", "違います。"), ("AnswerBy", "2026-02-30")), StringComparison.Ordinal);
        Assert.Equal("reviewing", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task What_was_typed_into_a_return_stays()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var page = await (await host.SignInAsync(clerk)).ActAsync(
            host, given.Id, "return", ("Items", "Account.Holder"), ("Words[Account.Holder]", "カタカナで入力してください。"), ("Items", "Office.Address"), ("AnswerBy", "2026-06-20"));
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Equal(["Office.Address", "Account.Holder"], page.Document.QuerySelectorAll("input[name=Items][checked]").Select(i => i.GetAttribute("value")));
        Assert.Equal("カタカナで入力してください。", page.Document.QuerySelector("[name='Words[Account.Holder]']")!.GetAttribute("value"));
        Assert.Equal("2026-06-20", page.Document.QuerySelector("[name=AnswerBy]")!.GetAttribute("value"));
        Assert.True(page.Document.QuerySelector("details.return-items")!.HasAttribute("open"));
    }

    [Fact]
    public async Task A_return_opens_the_items_with_their_words_and_the_shared_ones()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var page = await (await host.SignInAsync(clerk)).ActAsync(
            host, given.Id, "return", ("Items", "Account.Holder"), ("Words[Account.Holder]", "カタカナで入力してください。"), ("Items", "Documents.Passbook"),
            ("Words[Office.Name]", "選んでいない項目"), ("Reason", "読み取れません。"), ("AnswerBy", "2026-06-20"));
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Equal($"/review/{given.Id}", page.Location);
        Assert.Equal("returned", await host.StatusAsync(given.Id));
        Assert.Equal(
            "Account.Holder=カタカナで入力してください。 Documents.Passbook=読み取れません。",
            await host.ScalarAsync<string>(
                "select string_agg(i ->> 'key' || '=' || (i ->> 'reason'), ' ' order by i ->> 'key') from applications, jsonb_array_elements(returned) i where id = @Id", new { given.Id }));
        Assert.Equal("2026-06-20", await host.ScalarAsync<string>("select answer_by::text from applications where id = @Id", new { given.Id }));
        Assert.True(await host.ScalarAsync<long>("select count(*) from jobs where kind = 'mail' and payload ->> 'body' like '%口座名義（カタカナ）：カタカナで入力してください。%' and key like @key", new { key = $"%{given.Id}%" }) > 0);
    }

    [Fact]
    public async Task A_lower_grant_with_a_reason_is_recorded()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        var page = await (await host.SignInAsync(approver)).ActAsync(host, given.Id, "decision", ("Verdict", "grant"), ("Amount", "５０，０００円"), ("Reason", "一部は対象外です。"));
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Equal(50_000, await host.ScalarAsync<long>("select granted_yen from applications where id = @Id and status = 'granted'", new { given.Id }));
        Assert.Equal("一部は対象外です。", await host.ScalarAsync<string>("select reason from events where application_id = @Id and kind = 'granted'", new { given.Id }));
    }

    [Fact]
    public async Task A_withdrawal_by_staff_says_why_and_ends_the_edit()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.ASubmittedApplication();
        Assert.IsType<CommandResult.Done>(await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, CancellationToken.None));
        var browser = await host.SignInAsync(clerk);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.ActAsync(host, given.Id, "withdraw", ("Explanation", " "))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.ActAsync(host, given.Id, "withdraw", ("Explanation", "同じ番号の申請が2件ありました。"))).Status);
        Assert.Equal("withdrawn", await host.StatusAsync(given.Id));
        Assert.Equal("同じ番号の申請が2件ありました。", await host.ScalarAsync<string>("select reason from events where application_id = @Id and kind = 'withdrawn' and by_staff", new { given.Id }));
        Assert.Equal(0, await host.ScalarAsync<long>("select count(*) from working_sections where application_id = @Id", new { given.Id }));
    }

    [Fact]
    public async Task An_edit_that_the_review_overtook_does_not_slip_into_the_answer_to_a_return()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.ASubmittedApplication();
        Assert.IsType<CommandResult.Done>(await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, CancellationToken.None));
        await host.ClaimAsync(given.Id, clerk);
        Assert.True(await host.ScalarAsync<long>("select count(*) from working_sections where application_id = @Id", new { given.Id }) > 0);
        var page = await (await host.SignInAsync(clerk)).ActAsync(host, given.Id, "return", ("Items", "Office.Phone"), ("Reason", "つながりません。"), ("AnswerBy", "2026-06-20"));
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.Equal(0, await host.ScalarAsync<long>("select count(*) from working_sections where application_id = @Id", new { given.Id }));
    }

    [Fact]
    public async Task What_was_typed_before_the_session_expired_is_there_after_signing_in()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        // Signs in with the password alone, as the demo's staff do.
        await host.ExecuteAsync($"update users set second_factor_exempt = true where id = '{clerk.Id}'");
        var given = await host.AnApplicationAsync("reviewing", clerk, clerk);
        var browser = host.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/review/{given.Id}/first-review")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("Verdict", "refuse"), KeyValuePair.Create("Reason", "書類が足りません。")]),
        };
        request.Headers.Referrer = new Uri($"http://localhost/review/{given.Id}");
        using var sent = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal($"/login?returnUrl=%2Freview%2F{given.Id}", sent.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostFormAsync("/login", ("Email", clerk.Email), ("Password", Given.Password))).StatusCode);

        var page = await browser.PageAsync($"/review/{given.Id}");
        Assert.Equal("書類が足りません。", page.Document.QuerySelector("textarea[name=Reason]")!.TextContent.Trim());
        Assert.True(page.Document.QuerySelector("input[name=Verdict][value=refuse]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task The_pages_controls_have_the_names_people_rely_on()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        foreach (var (state, person) in new[] { ("received", clerk), ("reviewing", clerk), ("awaiting-decision", approver) })
        {
            var given = await host.AnApplicationAsync(state, clerk, approver);
            var page = await (await host.SignInAsync(person)).PageAsync($"/review/{given.Id}");
            var names = page.Document.QuerySelectorAll("main label").Select(l => l.TextContent.Trim()).ToList();
            Assert.Equal(state == "received" ? [] : ["理由"], names.Where(n => n.Contains("理由", StringComparison.Ordinal)));
            Assert.Equal(await host.ScalarAsync<string>("select receipt_number from applications where id = @Id", new { given.Id }), page.Document.QuerySelector("strong#receipt-number")!.TextContent);
            // Every id once, every label at its control.
            var ids = page.Document.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
            Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
            Assert.All(page.Document.QuerySelectorAll("main label[for]"), l => Assert.NotNull(page.Document.GetElementById(l.GetAttribute("for")!)));
        }
    }
}
