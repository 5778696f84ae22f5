using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>What every act on a case answers: to strangers, to the wrong role, to invalid forms, to what the rules forbid.</summary>
public sealed class ReviewAnswersTests(PortalHost host) : IClassFixture<PortalHost>
{
    public static TheoryData<string> Acts => ["claim", "release", "return", "first-review", "decision", "hand-back", "withdraw"];

    /// <summary>Fields that make each act's form valid.</summary>
    private static (string, string)[] Valid(string act) => act switch
    {
        "return" => [("Items", "Account.Holder"), ("Reason", "通帳と違います。"), ("AnswerBy", "2026-06-15")],
        "first-review" or "decision" => [("Verdict", "grant"), ("Amount", "1,000"), ("Reason", "一部だけを認めます。")],
        "hand-back" => [("Reason", "もう一度確認してください。")],
        "withdraw" => [("Explanation", "申請者の依頼によります。")],
        _ => [],
    };

    private static readonly StaffRole[] EveryRole = Enum.GetValues<StaffRole>();

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Nobody_signed_in_is_sent_to_sign_in(string act)
    {
        var given = await host.ASubmittedApplication();
        var page = await host.Browser().ActAsync(host, given.Id, act, Valid(act));
        Assert.Equal(HttpStatusCode.Redirect, page.Status);
        Assert.StartsWith("/login", page.Location, StringComparison.Ordinal);
        Assert.Equal("received", await host.StatusAsync(given.Id));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task An_applicant_may_do_nothing_here(string act)
    {
        var given = await host.ASubmittedApplication();
        var browser = await host.SignInAsync(given.By);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.ActAsync(host, given.Id, act, Valid(act))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PageAsync("/review")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PageAsync($"/review/{given.Id}")).Status);
        Assert.Equal("received", await host.StatusAsync(given.Id));
    }

    [Theory]
    [InlineData("claim", StaffRole.Reviewer)]
    [InlineData("release", StaffRole.Reviewer, StaffRole.Admin)]
    [InlineData("return", StaffRole.Reviewer)]
    [InlineData("first-review", StaffRole.Reviewer)]
    [InlineData("decision", StaffRole.Approver)]
    [InlineData("hand-back", StaffRole.Approver)]
    [InlineData("withdraw", StaffRole.Reviewer)]
    public async Task Each_act_is_for_its_roles_only(string act, params StaffRole[] allowed)
    {
        var given = await host.ASubmittedApplication();
        foreach (var role in EveryRole)
        {
            var browser = await host.SignInAsync(await host.Given.Staff(role));
            var page = await browser.ActAsync(host, given.Id, act, [("Version", "0"), .. Valid(act)]);
            // Whoever may, is told that the form is out of date: the right role reaches the rules.
            Assert.Equal(allowed.Contains(role) ? HttpStatusCode.Conflict : HttpStatusCode.Forbidden, page.Status);
            Assert.Equal(HttpStatusCode.OK, (await browser.PageAsync($"/review/{given.Id}")).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task A_draft_and_what_does_not_exist_are_not_found(string act)
    {
        var draft = await host.ADraft();
        var browser = await host.SignInAsync(await host.Given.Staff(EveryRole));
        foreach (var id in new[] { draft.Id, Guid.NewGuid() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.ActAsync(host, id, act, Valid(act))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.PageAsync($"/review/{id}")).Status);
        }
        Assert.Equal("draft", await host.StatusAsync(draft.Id));
    }

    [Theory]
    [InlineData("received", "claim", "withdraw")]
    [InlineData("reviewing", "release", "return", "first-review")]
    [InlineData("awaiting-decision", "decision", "hand-back")]
    [InlineData("returned", "withdraw")]
    [InlineData("granted")]
    public async Task What_the_state_does_not_allow_is_refused_with_the_reason(string state, params string[] allowed)
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync(state, clerk, approver);
        foreach (var act in Acts.Select(a => a.Data).Except(allowed))
        {
            var browser = await host.SignInAsync(act is "decision" or "hand-back" ? approver : clerk);
            var page = await browser.ActAsync(host, given.Id, act, Valid(act));
            Assert.Equal(HttpStatusCode.Conflict, page.Status);
            Assert.Contains("この操作はできません。最新の状態をご確認ください", page.Words, StringComparison.Ordinal);
            Assert.Equal(state, page.Shown);
            Assert.Equal(state, await host.StatusAsync(given.Id));
        }
    }

    [Fact]
    public async Task A_person_with_both_roles_does_not_decide_what_they_reviewed()
    {
        var both = await host.Given.Staff(StaffRole.Reviewer, StaffRole.Approver);
        var given = await host.ASubmittedApplication();
        await host.RecommendAsync(given.Id, both);
        var browser = await host.SignInAsync(both);

        var page = await browser.PageAsync($"/review/{given.Id}");
        Assert.DoesNotContain("交付決定する", page.Buttons);
        Assert.Contains("審査を担当したことがある方は、決裁できません", page.Words, StringComparison.Ordinal);
        foreach (var act in new[] { "decision", "hand-back" })
        {
            var answer = await browser.ActAsync(host, given.Id, act, Valid(act));
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Contains("審査を担当したことがある方は、決裁できません", answer.Document.QuerySelector(".banner.refusal")!.TextContent, StringComparison.Ordinal);
        }
        Assert.Equal("awaiting-decision", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task Whoever_once_held_a_case_never_decides_it()
    {
        var both = await host.Given.Staff(StaffRole.Reviewer, StaffRole.Approver);
        var given = await host.ASubmittedApplication();
        await host.ClaimAsync(given.Id, both);
        var browser = await host.SignInAsync(both);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.ActAsync(host, given.Id, "release")).Status);
        await host.RecommendAsync(given.Id, await host.Given.Staff(StaffRole.Reviewer));
        Assert.Equal(HttpStatusCode.Conflict, (await browser.ActAsync(host, given.Id, "decision", Valid("decision"))).Status);
    }

    [Fact]
    public async Task A_member_of_the_applicant_neither_reviews_nor_decides()
    {
        var given = await host.ASubmittedApplication();
        var member = await host.AMemberOnTheStaffAsync(given.By.ApplicantId!.Value, StaffRole.Reviewer, StaffRole.Approver);
        var browser = await host.SignInAsync(member);

        var claimed = await browser.ActAsync(host, given.Id, "claim");
        Assert.Equal(HttpStatusCode.Conflict, claimed.Status);
        Assert.Contains("この申請者に所属している", claimed.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("担当する", claimed.Buttons);

        await host.RecommendAsync(given.Id, await host.Given.Staff(StaffRole.Reviewer));
        var decided = await browser.ActAsync(host, given.Id, "decision", Valid("decision"));
        Assert.Equal(HttpStatusCode.Conflict, decided.Status);
        Assert.Contains("この申請者に所属している", decided.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("交付決定する", decided.Buttons);
        Assert.Equal("awaiting-decision", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task Whoever_became_a_member_while_holding_the_case_cannot_finish_the_review()
    {
        var given = await host.ASubmittedApplication();
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        await host.ClaimAsync(given.Id, clerk);
        await host.ExecuteAsync(
            "insert into memberships (user_id, applicant_id, role, since) values (@Id, @ApplicantId, 'clerk', now())", new { clerk.Id, given.By.ApplicantId });
        var page = await (await host.SignInAsync(clerk)).ActAsync(host, given.Id, "first-review", Valid("first-review"));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Equal("reviewing", await host.StatusAsync(given.Id));
    }

    [Theory]
    [InlineData("return")]
    [InlineData("first-review")]
    [InlineData("release")]
    public async Task Another_clerks_case_is_theirs(string act)
    {
        var given = await host.ASubmittedApplication();
        await host.ClaimAsync(given.Id, await host.Given.Staff(StaffRole.Reviewer));
        var page = await (await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer))).ActAsync(host, given.Id, act, Valid(act));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("別の審査担当者が担当しています", page.Words, StringComparison.Ordinal);
        Assert.Equal("reviewing", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task An_admin_takes_a_case_from_the_clerk_who_holds_it()
    {
        var given = await host.ASubmittedApplication();
        await host.ClaimAsync(given.Id, await host.Given.Staff(StaffRole.Reviewer));
        var browser = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        Assert.Contains("担当を外す", (await browser.PageAsync($"/review/{given.Id}")).Buttons);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.ActAsync(host, given.Id, "release")).Status);
        Assert.Equal("received", await host.StatusAsync(given.Id));
    }

    [Fact]
    public async Task What_was_seen_is_out_of_date_and_the_current_state_is_shown()
    {
        var given = await host.ASubmittedApplication();
        var (first, second) = (await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer)), await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer)));
        var seen = (await second.PageAsync($"/review/{given.Id}")).Version;
        Assert.Equal(HttpStatusCode.Redirect, (await first.ActAsync(host, given.Id, "claim")).Status);

        var late = await second.ActAsync(host, given.Id, "claim", ("Version", seen));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("別の操作で更新されました", late.Words, StringComparison.Ordinal);
        Assert.Equal("reviewing", late.Shown);
        Assert.Equal(1, await host.EventsAsync(given.Id, "claimed"));
    }

    [Fact]
    public async Task Only_what_can_be_done_is_offered()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.ASubmittedApplication();
        var (reviewing, deciding) = (await host.SignInAsync(clerk), await host.SignInAsync(approver));
        var auditing = await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor));
        async Task<string[]> Offered(HttpClient browser) => [.. (await browser.PageAsync($"/review/{given.Id}")).Acts.Where(words => words != "次の決裁")];

        Assert.Equal(["担当する", "取り下げる"], await Offered(reviewing));
        Assert.Empty(await Offered(deciding));
        await host.ClaimAsync(given.Id, clerk);
        Assert.Equal(["一次審査を完了する", "差し戻す", "担当を外れる"], await Offered(reviewing));
        Assert.Empty(await Offered(deciding));
        await host.DoneAsync(given.Id, seen => host.Command<Web.Features.Reviews.ReviewApplication>().RunAsync(
            given.Id, seen, Domain.Applications.Verdict.Grant, null, null, clerk.Actor, CancellationToken.None));
        Assert.Equal(["次の案件"], await Offered(reviewing));
        Assert.Equal(["交付決定する", "不交付とする", "審査に戻す"], await Offered(deciding));
        Assert.Empty(await Offered(auditing));
    }
}
