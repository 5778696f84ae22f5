using System.Net;
using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Mails;

/// <summary>One mail a day: to applicants who chose so, and to staff for whom something waits.</summary>
public sealed class DigestTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_chose_one_mail_a_day_gets_everything_in_it_once_and_a_colleague_each_thing_at_once()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var clerk = await portal.Given.Staff(StaffRole.Reviewer);
        var owner = await portal.Given.AnApplicantUser();
        var colleague = await portal.Given.AMemberOf(owner.ApplicantId!.Value);
        using (var browser = await portal.SignInAsync(owner))
        {
            Assert.NotNull((await browser.PageAsync("/account/notices")).Document.QuerySelector("input[value='at-once'][checked]"));
            using var wrong = await browser.PostFormAsync("/account/notices", [new("When", "sometimes")], page: "/account/notices");
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            using var saved = await browser.PostFormAsync("/account/notices", [new("When", "daily")], page: "/account/notices");
            Assert.Equal(HttpStatusCode.Found, saved.StatusCode);
            Assert.NotNull((await browser.PageAsync("/account/notices")).Document.QuerySelector("input[value='daily'][checked]"));
        }
        var given = await portal.ASubmittedApplication(a => a.OfUser(owner));
        await portal.ReturnAsync(given.Id, clerk);
        Assert.Equal([], await MailsToAsync(portal, owner));
        Assert.Equal(2, (await MailsToAsync(portal, colleague)).Count);

        await using var second = await portal.StartSiblingAsync();
        portal.Clock.Advance(TimeSpan.FromHours(8)); // 18:00
        await Task.WhenAll(portal.Jobs.RunDueAsync(Cancel), second.Jobs.RunDueAsync(Cancel));
        var digest = Assert.Single(await MailsToAsync(portal, owner));
        Assert.Contains("本日のお知らせ（2件）", digest.Subject, StringComparison.Ordinal);
        foreach (var told in new[] { "1．申請を受け付けました", "2．申請内容の修正をお願いします（差戻し）", "通帳の名義と異なります。", "/letters/" }) Assert.Contains(told, digest.Body, StringComparison.Ordinal);

        // Nothing new, no mail; the next thing comes with the next day's.
        portal.Clock.Advance(TimeSpan.FromDays(1));
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Single(await MailsToAsync(portal, owner));
        await portal.ASubmittedApplication(a => a.OfUser(owner));
        portal.Clock.Advance(TimeSpan.FromDays(1));
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Contains("（1件）", (await MailsToAsync(portal, owner))[^1].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_are_told_on_working_days_what_waits_for_them()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var (clerk, idle, approver) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver));
        var both = await portal.Given.Staff(StaffRole.Reviewer, StaffRole.Approver);
        await portal.AnApplicationAsync("reviewing", clerk, approver);
        await portal.AnApplicationAsync("returned", clerk, approver);
        await portal.AnApplicationAsync("awaiting-decision", both, approver);
        portal.Clock.Advance(TimeSpan.FromDays(1)); // Tuesday 10:00
        await portal.Jobs.RunDueAsync(Cancel);
        var morning = Assert.Single(await MailsToAsync(portal, clerk));
        Assert.Contains("審査中の案件：1件", morning.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("回答期限を過ぎた", morning.Body, StringComparison.Ordinal);
        Assert.Contains("決裁を待っている案件：1件", Assert.Single(await MailsToAsync(portal, approver)).Body, StringComparison.Ordinal);
        Assert.Empty(await MailsToAsync(portal, idle));
        // What this person reviewed waits for somebody else's decision.
        Assert.Empty(await MailsToAsync(portal, both));

        portal.Clock.Advance(TimeSpan.FromDays(4)); // Saturday
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Single(await MailsToAsync(portal, clerk));
        portal.Clock.Advance(TimeSpan.FromDays(10)); // Tuesday, 16 June: the answer was asked by the 15th
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Contains("回答期限を過ぎた案件：1件", (await MailsToAsync(portal, clerk))[^1].Body, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Mail>> MailsToAsync(PortalHost portal, TestUser user)
    {
        await using var db = await portal.Database.OpenAsync(Cancel);
        return [.. (await db.QueryAsync<string>("select payload from jobs where kind = 'mail' and payload ->> 'to' = @Email order by id", new { user.Email })).Select(Mail.From)];
    }
}
