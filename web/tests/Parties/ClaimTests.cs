using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Claims;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Parties;

/// <summary>Offices of an applicant, and second claims to their numbers.</summary>
public sealed class ClaimTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_number_belongs_to_one_applicant_and_a_second_claim_is_decided_by_staff_with_notice_to_both()
    {
        var (holder, claimant) = (await portal.Given.AnApplicantUser(), await portal.Given.AnApplicantUser());
        var number = TestApplication.NewNumber("13701");
        using var holding = await portal.SignInAsync(holder);
        using var claiming = await portal.SignInAsync(claimant);
        Assert.Equal(HttpStatusCode.Redirect, (await AddAsync(holding, holder, number)).Status);
        var refused = await AddAsync(claiming, claimant, number);
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.DoesNotContain(holder.Name, refused.Words, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await ClaimAsync(claiming, claimant, number, "4月に事業を引き継ぎました。")).Status);
        // Again: nothing changes.
        await ClaimAsync(claiming, claimant, number, "もう一度申し出ます。");
        var id = await portal.ScalarAsync<long>("select id from number_claims where number = @number", new { number });
        Assert.Equal(HttpStatusCode.Redirect, (await holding.SendAsync($"/offices/claims/{id}/statement", ("statement", "引き継いだ覚えはありません。"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await claiming.SendAsync($"/offices/claims/{id}/statement", ("statement", "x"))).Status);

        using var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        Assert.Contains("href=\"/review/claims\"", await clerk.GetStringOfAsync("/review"), StringComparison.Ordinal);
        Assert.Contains(number, await clerk.GetStringOfAsync("/review/claims"), StringComparison.Ordinal);
        var page = await clerk.GetStringOfAsync($"/review/claims/{id}");
        Assert.Contains("4月に事業を引き継ぎました。", page, StringComparison.Ordinal);
        Assert.Contains("引き継いだ覚えはありません。", page, StringComparison.Ordinal);
        var version = await portal.ScalarAsync<int>("select version from number_claims where id = @id", new { id });
        var nothing = await clerk.SendAsync($"/review/claims/{id}", ("Version", $"{version}"));
        Assert.Equal(HttpStatusCode.BadRequest, nothing.Status);
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.SendAsync($"/review/claims/{id}", ("Verdict", "uphold"), ("Reason", "指定の変更を確認しました。"), ("Version", $"{version}"))).Status);

        Assert.Equal(claimant.ApplicantId, await portal.ScalarAsync<Guid>("select applicant_id from applicant_offices where number = @number", new { number }));
        foreach (var (user, words) in new[] { (claimant, "申し出の番号が登録されました"), (holder, "登録されていた番号について") })
        {
            var mail = await portal.NextMailToAsync(user.Email, words, Cancel);
            Assert.Contains("指定の変更を確認しました。", mail.Text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Conflict, (await clerk.SendAsync($"/review/claims/{id}", ("Verdict", "decline"), ("Reason", "x"), ("Version", $"{version}"))).Status);
    }

    [Fact]
    public async Task A_hold_on_a_number_never_stops_a_submission_and_staff_get_the_claim()
    {
        var holder = await portal.Given.AnApplicantUser();
        var number = TestApplication.NewNumber("13702");
        using var holding = await portal.SignInAsync(holder);
        await AddAsync(holding, holder, number);
        var submitted = await portal.ASubmittedApplication(a => a.WithNumber(number));
        Assert.Equal(("submitted", submitted.By.ApplicantId!.Value, holder.ApplicantId!.Value), await portal.ScalarAsync<(string, Guid, Guid)>(
            "select source, claimant_id, holder_id from number_claims where number = @number", new { number }));
        using var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        Assert.Contains("この番号について、申し出があります", await clerk.GetStringOfAsync($"/review/{submitted.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submitted_number_joins_the_applicants_offices_and_stays_while_the_application_lives()
    {
        var submitted = await portal.ASubmittedApplication();
        using var browser = await portal.SignInAsync(submitted.By);
        Assert.Contains(submitted.Number, await browser.GetStringOfAsync("/offices"), StringComparison.Ordinal);
        var removed = await browser.SendAsync($"/offices/{submitted.By.ApplicantId}/remove", ("Programme", "care"), ("Number", submitted.Number));
        Assert.Equal(HttpStatusCode.Conflict, removed.Status);
        var other = TestApplication.NewNumber("13703");
        await AddAsync(browser, submitted.By, other);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync($"/offices/{submitted.By.ApplicantId}/remove", ("Programme", "care"), ("Number", other))).Status);
        Assert.DoesNotContain(other, await browser.GetStringOfAsync("/offices"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_applicants_who_add_a_number_at_once_get_one_holder()
    {
        var users = new[] { await portal.Given.AnApplicantUser(), await portal.Given.AnApplicantUser() };
        var browsers = await Task.WhenAll(users.Select(portal.SignInAsync));
        for (var round = 0; round < 20; round++)
        {
            var number = TestApplication.NewNumber("13705");
            var answers = await Task.WhenAll(users.Zip(browsers, (user, browser) => AddAsync(browser, user, number)));
            Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], answers.Select(a => a.Status).Order());
        }
    }

    [Fact]
    public async Task Two_clerks_who_decide_at_once_decide_once()
    {
        var clerks = new[] { await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Reviewer) };
        for (var round = 0; round < 20; round++)
        {
            var number = TestApplication.NewNumber("13706");
            var holder = await portal.Given.AnApplicantUser();
            using (var holding = await portal.SignInAsync(holder)) await AddAsync(holding, holder, number);
            await portal.ASubmittedApplication(a => a.WithNumber(number));
            var id = await portal.ScalarAsync<long>("select id from number_claims where number = @number", new { number });
            var decide = portal.Services.GetRequiredService<DecideClaim>();
            var results = await Task.WhenAll(clerks.Select((clerk, i) => Task.Run(() => decide.RunAsync(id, 1, new ClaimDecision(i == 0, "確認しました。", null, 0), clerk.Actor, null, Cancel))));
            Assert.Single(results, result => result is ChangeResult.Done);
        }
    }

    [Fact]
    public async Task Numbers_are_checked_and_said_to_be_wrong_next_to_the_field()
    {
        var user = await portal.Given.AnApplicantUser();
        using var browser = await portal.SignInAsync(user);
        var wrong = await AddAsync(browser, user, "12345");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("10桁", wrong.Words, StringComparison.Ordinal);
        var blank = await browser.SendAsync($"/offices/{user.ApplicantId}/claims", ("Programme", "care"), ("Number", TestApplication.NewNumber("13707")), ("Words", ""));
        Assert.Equal(HttpStatusCode.BadRequest, blank.Status);
        Assert.Contains("申し出の内容", blank.Words, StringComparison.Ordinal);
    }

    private static Task<(HttpStatusCode Status, string? To, string Words)> AddAsync(HttpClient browser, TestUser user, string number) =>
        browser.SendAsync($"/offices/{user.ApplicantId}", ("Programme", "care"), ("Number", number));

    private static Task<(HttpStatusCode Status, string? To, string Words)> ClaimAsync(HttpClient browser, TestUser user, string number, string words) =>
        browser.SendAsync($"/offices/{user.ApplicantId}/claims", ("Programme", "care"), ("Number", number), ("Words", words));
}
