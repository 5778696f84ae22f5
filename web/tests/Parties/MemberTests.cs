using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Members;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using GrantPortal.Web.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Parties;

/// <summary>Members of an applicant: invited by mail, with roles; the last 管理者 stays.</summary>
public sealed class MemberTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invited_colleague_joins_sees_this_applicants_applications_and_no_others()
    {
        var owner = await portal.Given.AnApplicantUser();
        var ours = await portal.ASubmittedApplication(a => a.OfUser(owner));
        var others = await portal.ASubmittedApplication();
        var colleague = await portal.Given.ANewcomer();
        var link = await InviteAsync(owner, colleague.Email, "clerk");

        using var browser = await portal.SignInAsync(colleague);
        Assert.Contains("参加する", await browser.GetStringOfAsync(link), StringComparison.Ordinal);
        Assert.Equal("/applications", (await AcceptAsync(browser, link)).To);
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync($"/applications/{ours.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await browser.StatusAsync($"/applications/{others.Id}"));
        Assert.Equal(HttpStatusCode.BadRequest, (await AcceptAsync(browser, link)).Status);
        Assert.Contains(colleague.Name, await (await portal.SignInAsync(owner)).GetStringOfAsync("/members"), StringComparison.Ordinal);
        await portal.NextMailToAsync(owner.Email, "メンバー", Cancel);
    }

    [Fact]
    public async Task Only_the_address_that_was_invited_can_take_the_invitation_up()
    {
        var owner = await portal.Given.AnApplicantUser();
        var link = await InviteAsync(owner, "somebody@example.jp", "clerk");
        using var stranger = await portal.SignInAsync(await portal.Given.ANewcomer());
        Assert.Contains("別のメールアドレスあてです", await stranger.GetStringOfAsync(link), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await AcceptAsync(stranger, link)).Status);
        using var signedOut = portal.Browser();
        Assert.Contains("アカウントを登録して参加する", await signedOut.GetStringOfAsync(link), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_is_void_when_revoked_sent_again_or_a_week_old()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var owner = await own.Given.AnApplicantUser();
        var colleague = await own.Given.ANewcomer();
        using var managing = await own.SignInAsync(owner);
        using var browser = await own.SignInAsync(colleague);

        var first = await InviteAsync(own, owner, colleague.Email, "viewer");
        var id = await own.ScalarAsync<Guid>("select id from invitations where state = 'open'");
        Assert.Equal(HttpStatusCode.Conflict, (await managing.SendAsync($"/members/invitations/{id}/resend")).Status);
        own.Clock.Advance(InviteMember.Pause);
        Assert.Equal(HttpStatusCode.Redirect, (await managing.SendAsync($"/members/invitations/{id}/resend")).Status);
        var second = (await own.NextMailToAsync(colleague.Email, Cancel)).Link("/invitations");
        Assert.Equal(HttpStatusCode.BadRequest, await browser.StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync(second));
        Assert.Equal(HttpStatusCode.Redirect, (await managing.SendAsync($"/members/invitations/{id}/revoke")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, await browser.StatusAsync(second));

        var third = await InviteAsync(own, owner, colleague.Email, "viewer");
        own.Clock.Advance(InviteMember.Lifetime);
        using var later = await own.SignInAsync(colleague);
        Assert.Equal(HttpStatusCode.BadRequest, (await AcceptAsync(later, third)).Status);
    }

    [Fact]
    public async Task Roles_change_at_once_and_a_removed_member_sees_nothing_any_more()
    {
        var owner = await portal.Given.AnApplicantUser();
        var member = await portal.Given.AMemberOf(owner.ApplicantId!.Value);
        var application = await portal.ASubmittedApplication(a => a.OfUser(owner));
        using var managing = await portal.SignInAsync(owner);
        using var browser = await portal.SignInAsync(member);
        var address = $"/members/{owner.ApplicantId}/{member.Id}";

        Assert.Equal(HttpStatusCode.Redirect, (await managing.SendAsync($"{address}/role", ("role", "viewer"), ("version", "1"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync($"/applications/{application.Id}/edit")).Status);
        // A page from before the change does nothing.
        Assert.Equal(HttpStatusCode.Conflict, (await managing.SendAsync($"{address}/role", ("role", "owner"), ("version", "1"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await managing.SendAsync($"{address}/remove", ("version", "2"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, await browser.StatusAsync($"/applications/{application.Id}"));
        await portal.NextMailToAsync(member.Email, "メンバー", Cancel);
    }

    [Fact]
    public async Task The_last_owner_can_neither_leave_nor_step_down_and_everybody_else_can()
    {
        var owner = await portal.Given.AnApplicantUser();
        var viewer = await portal.Given.AMemberOf(owner.ApplicantId!.Value, MemberRole.Viewer);
        using var managing = await portal.SignInAsync(owner);
        var leave = await managing.SendAsync($"/members/{owner.ApplicantId}/leave");
        Assert.Equal(HttpStatusCode.Conflict, leave.Status);
        Assert.Contains("管理者がいなくなるため", leave.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await managing.SendAsync($"/members/{owner.ApplicantId}/{owner.Id}/role", ("role", "clerk"), ("version", "1"))).Status);
        using var leaving = await portal.SignInAsync(viewer);
        Assert.Equal("/applications", (await leaving.SendAsync($"/members/{owner.ApplicantId}/leave")).To);
    }

    [Fact]
    public async Task Two_owners_who_leave_together_leave_one_behind()
    {
        for (var round = 0; round < 20; round++)
        {
            var first = await portal.Given.AnApplicantUser();
            var second = await portal.Given.AMemberOf(first.ApplicantId!.Value, MemberRole.Owner);
            var change = portal.Services.GetRequiredService<ChangeMembers>();
            var results = await Task.WhenAll(new[] { first, second }.Select(user => Task.Run(() => change.LeaveAsync(first.ApplicantId!.Value, user.Actor, null, Cancel))));
            Assert.Single(results, result => result is ChangeResult.Done);
            Assert.Equal(1, await portal.ScalarAsync<int>("select count(*)::int from memberships where applicant_id = @id and role = 'owner'", new { id = first.ApplicantId }));
        }
    }

    [Fact]
    public async Task What_is_typed_wrong_is_said_and_a_member_is_not_invited_twice()
    {
        var owner = await portal.Given.AnApplicantUser();
        using var managing = await portal.SignInAsync(owner);
        var wrong = await managing.SendAsync($"/members/{owner.ApplicantId}/invitations", ("Email", "not an address"), ("Role", ""));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("メールアドレスの形式で入力してください", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("役割を選んでください。", wrong.Words, StringComparison.Ordinal);
        var member = await managing.SendAsync($"/members/{owner.ApplicantId}/invitations", ("Email", owner.Email), ("Role", "clerk"));
        Assert.Equal(HttpStatusCode.Conflict, member.Status);
        Assert.Contains("すでにメンバーです", member.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_change_only_after_a_recent_sign_in()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var owner = await own.Given.AnApplicantUser();
        using var managing = await own.SignInAsync(owner);
        own.Clock.Advance(RecentSignIn.Lasts);
        var asked = await managing.SendAsync($"/members/{owner.ApplicantId}/invitations", ("Email", "colleague@example.jp"), ("Role", "clerk"));
        Assert.StartsWith(RecentSignIn.Page, asked.To, StringComparison.Ordinal);
        Assert.Equal(0, await own.ScalarAsync<int>("select count(*)::int from invitations"));
        Assert.Equal(HttpStatusCode.OK, await managing.StatusAsync("/members"));
    }

    private Task<string> InviteAsync(TestUser owner, string email, string role) => InviteAsync(portal, owner, email, role);

    private static async Task<string> InviteAsync(PortalHost portal, TestUser owner, string email, string role)
    {
        using var browser = await portal.SignInAsync(owner);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync($"/members/{owner.ApplicantId}/invitations", ("Email", email), ("Role", role))).Status);
        return (await portal.NextMailToAsync(email, Cancel)).Link("/invitations");
    }

    private static Task<(HttpStatusCode Status, string? To, string Words)> AcceptAsync(HttpClient browser, string link) =>
        browser.SendAsync("/invitations", ("token", Uri.UnescapeDataString(link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..])));
}
