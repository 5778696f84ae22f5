using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Admin;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using GrantPortal.Web.Tests.Accounts;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Admin;

/// <summary>利用者と役割: roles of the staff are asked for by one 管理者 and confirmed by a second.</summary>
public sealed class UserTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_is_in_force_when_a_second_admin_has_confirmed_it_and_everybody_concerned_is_told()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (asker, second, third) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin));
        var person = await own.Given.Staff(StaffRole.Reviewer);
        using var asking = await own.SignInAsync(asker);
        using var confirming = await own.SignInAsync(second);
        using var working = await own.SignInAsync(person);
        Assert.Equal(HttpStatusCode.OK, await working.StatusAsync("/review"));

        Assert.Equal($"/admin/users/{person.Id}", (await asking.SendAsync($"/admin/users/{person.Id}/changes", ("Change", "give:approver"), ("Reason", "4月の異動のため"))).To);
        // Nothing has changed yet, and the two who may confirm know of it.
        Assert.Equal(0, await RolesAsync(own, person, "approver"));
        Assert.Equal(HttpStatusCode.OK, await working.StatusAsync("/review"));
        foreach (var admin in new[] { second, third }) Assert.Contains("4月の異動のため", (await own.NextMailToAsync(admin.Email, "確認をお願いします", Cancel)).Text, StringComparison.Ordinal);
        Assert.Empty(await own.Local.MailsToAsync(asker.Email, Cancel));
        var page = await confirming.PageAsync($"/admin/users/{person.Id}");
        foreach (var said in new[] { "「決裁者」を与える", "4月の異動のため", asker.Name }) Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Contains("あなたの確認を待っています", (await confirming.PageAsync("/admin/users")).Words, StringComparison.Ordinal);
        Assert.Contains("1件", (await confirming.PageAsync("/admin")).Words, StringComparison.Ordinal);

        var change = await ChangeAsync(own, person);
        Assert.Equal(HttpStatusCode.Redirect, (await confirming.SendAsync($"/admin/users/changes/{change}/confirm")).Status);
        Assert.Equal(1, await RolesAsync(own, person, "approver"));
        // The session of before is over; the next one has the role.
        Assert.Equal(HttpStatusCode.Redirect, await working.StatusAsync("/review"));
        var told = await own.NextMailToAsync(person.Email, "役割が変わりました", Cancel);
        Assert.Contains(second.Name, told.Text, StringComparison.Ordinal);
        foreach (var admin in new[] { asker, second, third }) Assert.Contains(person.Name, (await own.NextMailToAsync(admin.Email, "職員の役割が変わりました", Cancel)).Text, StringComparison.Ordinal);
        Assert.Equal((second.Id, person.Id.ToString(), asker.Id.ToString(), second.Id.ToString()), (
            await AccountBrowser.ScalarAsync<Guid>(own, "select actor_id from audit where action = 'role-given'"), await AccountBrowser.ScalarAsync<string>(own, "select object_id from audit where action = 'role-given'"),
            await AccountBrowser.ScalarAsync<string>(own, "select detail ->> 'askedBy' from audit where action = 'role-given'"), await AccountBrowser.ScalarAsync<string>(own, "select detail ->> 'confirmedBy' from audit where action = 'role-given'")));

        // Once more: said in words, and nothing twice.
        var again = await confirming.SendAsync($"/admin/users/changes/{change}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("すでにほかの管理者が確認しました", again.Words, StringComparison.Ordinal);
        Assert.Equal(1, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from audit where action = 'role-given'"));
        Assert.Equal(4, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from jobs where key like 'mail:role-change:%'"));
    }

    [Fact]
    public async Task Own_roles_and_own_requests_are_refused_in_words_and_by_the_page()
    {
        var (asker, second) = (await portal.Given.Staff(StaffRole.Admin), await portal.Given.Staff(StaffRole.Admin));
        var person = await portal.Given.Staff(StaffRole.Finance);
        using var asking = await portal.SignInAsync(asker);
        using var other = await portal.SignInAsync(second);
        var own = await asking.SendAsync($"/admin/users/{asker.Id}/changes", ("Change", "give:auditor"), ("Reason", "自分で"));
        Assert.Equal(HttpStatusCode.Conflict, own.Status);
        Assert.Contains("ご自身の役割の変更は、依頼も確認もできません", own.Words, StringComparison.Ordinal);
        Assert.Empty((await asking.PageAsync($"/admin/users/{asker.Id}")).Document.QuerySelectorAll($"form[action='/admin/users/{asker.Id}/changes']"));

        await AskAsync(asking, person, "give:auditor");
        var change = await ChangeAsync(portal, person);
        Assert.Contains("ご自身が依頼した変更は、ほかの管理者が確認します", (await asking.SendAsync($"/admin/users/changes/{change}/confirm")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await asking.SendAsync($"/admin/users/changes/{change}/decline")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await other.SendAsync($"/admin/users/changes/{change}/withdraw")).Status);
        // The other one is the person concerned.
        await AskAsync(asking, second, "give:auditor");
        Assert.Equal(HttpStatusCode.Conflict, (await other.SendAsync($"/admin/users/changes/{await ChangeAsync(portal, second)}/confirm")).Status);
        Assert.Equal(0, await RolesAsync(portal, second, "auditor") + await RolesAsync(portal, person, "auditor") + await RolesAsync(portal, asker, "auditor"));
        Assert.Equal(HttpStatusCode.Redirect, (await asking.SendAsync($"/admin/users/changes/{change}/withdraw")).Status);
        Assert.Contains("取下げ", (await asking.PageAsync($"/admin/users/{person.Id}")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await other.SendAsync($"/admin/users/changes/{change}/confirm")).Status);
    }

    [Fact]
    public async Task Two_admins_who_confirm_at_once_give_the_role_once()
    {
        var (asker, second, third) = (await portal.Given.Staff(StaffRole.Admin), await portal.Given.Staff(StaffRole.Admin), await portal.Given.Staff(StaffRole.Admin));
        for (var round = 0; round < 10; round++)
        {
            var person = await portal.Given.Staff(StaffRole.Finance);
            Assert.IsType<ChangeResult.Done>(await portal.Command<AskRoleChange>().RunAsync(person.Id, StaffRole.Auditor, RoleChangeKind.Give, "異動のため", asker.Actor, null, Cancel));
            var change = await ChangeAsync(portal, person);
            var results = await Task.WhenAll(new[] { second, third }.Select(admin => Task.Run(() => portal.Command<EndRoleChange>().ConfirmAsync(change, admin.Actor, null, Cancel))));
            Assert.Single(results, r => r is ChangeResult.Done);
            Assert.Equal(RefusalCode.Stale, Assert.IsType<ChangeResult.Refused>(Assert.Single(results, r => r is not ChangeResult.Done)).Reason.Code);
            Assert.Equal(1, await AccountBrowser.ScalarAsync<int>(portal, "select count(*)::int from audit where action = 'role-given' and object_id = @Id", new { Id = person.Id.ToString() }));
        }
    }

    [Fact]
    public async Task Two_admins_always_remain()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (first, second, third) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin));
        using var asking = await own.SignInAsync(first);
        using var confirming = await own.SignInAsync(second);
        using var leaving = await own.SignInAsync(third);
        await AskAsync(asking, third, "take:admin");
        // While it waits, the account of the second is closed: with the third gone, one would remain.
        var change = await ChangeAsync(own, third);
        var fourth = await own.Given.Staff(StaffRole.Admin);
        await own.ExecuteAsync("update users set lockout_end = '2999-01-01' where id = @Id", new { fourth.Id });
        Assert.Equal(HttpStatusCode.OK, await leaving.StatusAsync("/admin"));
        Assert.Equal(HttpStatusCode.Redirect, (await confirming.SendAsync($"/admin/users/changes/{change}/confirm")).Status);
        Assert.Equal(HttpStatusCode.Redirect, await leaving.StatusAsync("/admin"));
        Assert.Equal(1, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from audit where action = 'role-taken' and actor_id = @Id", new { second.Id }));
        // Two are left who can act, whatever the closed account has.
        var refused = await asking.SendAsync($"/admin/users/{second.Id}/changes", ("Change", "take:admin"), ("Reason", "異動のため"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("操作できる管理者が2人より少なくなるため", refused.Words, StringComparison.Ordinal);
        // The account that cannot act does not count, and may go.
        await AskAsync(asking, fourth, "take:admin");
        Assert.Equal(HttpStatusCode.Redirect, (await confirming.SendAsync($"/admin/users/changes/{await ChangeAsync(own, fourth)}/confirm")).Status);
        // What one asked who is no 管理者 any more is not confirmed; that one asks for nothing more.
        Assert.IsType<ChangeResult.Forbidden>(await own.Command<AskRoleChange>().RunAsync(second.Id, StaffRole.Auditor, RoleChangeKind.Give, "x", third.Actor, null, Cancel));
    }

    [Fact]
    public async Task A_new_account_waits_for_the_second_admin_and_then_gets_its_link()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (asker, second) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin));
        using var asking = await own.SignInAsync(asker);
        using var confirming = await own.SignInAsync(second);
        var wrong = await asking.SendAsync("/admin/users/new", ("Name", ""), ("Email", "x"), ("Reason", ""));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        foreach (var said in new[] { "氏名を入力してください", "メールアドレスの形式", "役割を1つ以上", "理由を入力してください" }) Assert.Contains(said, wrong.Words, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await asking.SendAsync("/admin/users/new", ("Name", "審査 新子"), ("Email", "shinko@example.jp"), ("Roles", "reviewer"), ("Roles", "approver"), ("Reason", "採用のため"))).Status);
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Empty(await own.Local.MailsToAsync("shinko@example.jp", Cancel));
        var person = await AccountBrowser.ScalarAsync<Guid>(own, "select id from users where email = 'shinko@example.jp'");
        Assert.Equal(HttpStatusCode.Conflict, (await asking.SendAsync($"/admin/users/{person}/first-password")).Status);
        var change = await AccountBrowser.ScalarAsync<Guid>(own, "select id from role_changes where user_id = @person and role = 'reviewer'", new { person });
        Assert.Equal(HttpStatusCode.Redirect, (await confirming.SendAsync($"/admin/users/changes/{change}/confirm")).Status);
        var first = (await own.NextMailToAsync("shinko@example.jp", "アカウントが用意されました", Cancel)).Link("/login/first");
        using var holder = own.Browser();
        Assert.Equal(HttpStatusCode.OK, await holder.StatusAsync(first));

        // Sent again, the link of before is void.
        own.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Redirect, (await asking.SendAsync($"/admin/users/{person}/first-password")).Status);
        var later = (await own.NextMailToAsync("shinko@example.jp", "アカウントが用意されました", Cancel)).Link("/login/first");
        Assert.NotEqual(first, later);
        Assert.Equal(HttpStatusCode.BadRequest, await holder.StatusAsync(first));
        var token = Uri.UnescapeDataString(later[(later.IndexOf("token=", StringComparison.Ordinal) + 6)..]);
        Assert.Equal("/login", (await holder.SendAsync("/login/first", ("Token", token), ("Password", AccountBrowser.Strong), ("PasswordAgain", AccountBrowser.Strong))).To);
        Assert.Equal(1, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from user_roles where user_id = @person", new { person }));
        var taken = await asking.SendAsync("/admin/users/new", ("Name", "別人"), ("Email", "Shinko@example.jp"), ("Roles", "finance"), ("Reason", "採用のため"));
        Assert.Equal(HttpStatusCode.Conflict, taken.Status);
        Assert.Contains("すでに職員の一覧にあります", taken.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_an_applicant_is_not_made_staff()
    {
        var member = await portal.Given.AnApplicantUser();
        using var asking = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
        var refused = await asking.SendAsync("/admin/users/new", ("Name", "申請 者"), ("Email", member.Email), ("Roles", "reviewer"), ("Reason", "採用のため"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("申請者のメンバーのため、職員の役割を与えられません", refused.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await asking.StatusAsync($"/admin/users/{member.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, (await asking.SendAsync($"/admin/users/{member.Id}/changes", ("Change", "give:reviewer"), ("Reason", "採用のため"))).Status);

        // Who joined an applicant while the change waited stays what they are.
        var newcomer = await portal.Given.ANewcomer();
        Assert.Equal(HttpStatusCode.Redirect, (await asking.SendAsync("/admin/users/new", ("Name", "新人"), ("Email", newcomer.Email), ("Roles", "reviewer"), ("Reason", "採用のため"))).Status);
        await portal.ExecuteAsync("insert into memberships (user_id, applicant_id, role, since) values (@Id, @ApplicantId, 'clerk', now())", new { newcomer.Id, member.ApplicantId });
        using var confirming = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
        Assert.Equal(HttpStatusCode.Conflict, (await confirming.SendAsync($"/admin/users/changes/{await ChangeAsync(portal, newcomer)}/confirm")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await confirming.SendAsync($"/admin/users/changes/{await ChangeAsync(portal, newcomer)}/decline")).Status);
        Assert.Equal(0, await RolesAsync(portal, newcomer, "reviewer"));
    }

    [Fact]
    public async Task Asking_and_confirming_need_a_recent_sign_in_and_what_was_typed_stands_again()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var person = await own.Given.Staff(StaffRole.Finance);
        await own.Given.Staff(StaffRole.Admin);
        using var asking = await own.SignInAsync(await own.Given.Staff(StaffRole.Admin));
        await AskAsync(asking, person, "give:auditor");
        using var confirming = await own.SignInAsync(await own.Given.Staff(StaffRole.Admin));
        own.Clock.Advance(RecentSignIn.Lasts);
        foreach (var (browser, path) in new[] { (asking, $"/admin/users/{person.Id}/changes"), (asking, "/admin/users/new"), (confirming, $"/admin/users/changes/{await ChangeAsync(own, person)}/confirm") })
            Assert.StartsWith(RecentSignIn.Page, (await browser.SendAsync(path, ("Change", "give:reviewer"), ("Name", "審査 新子"), ("Email", "shinko@example.jp"), ("Roles", "reviewer"), ("Reason", "採用のため"))).To, StringComparison.Ordinal);
        Assert.Equal(0, await RolesAsync(own, person, "auditor"));
        var form = await asking.PageAsync("/admin/users/new");
        Assert.Equal(("審査 新子", "採用のため"), (form.Document.QuerySelector("input[name=Name]")!.GetAttribute("value"), form.Document.QuerySelector("input[name=Reason]")!.GetAttribute("value")));
        Assert.NotNull(form.Document.QuerySelector("input[name=Roles][value=reviewer][checked]"));
    }

    [Fact]
    public async Task Who_is_no_reviewer_any_more_holds_no_case_and_is_in_no_team()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (asker, second, clerk) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Reviewer));
        var team = Guid.NewGuid();
        await own.ExecuteAsync("insert into teams (id, name, to_members, created_at) values (@team, '一班', false, now()); insert into team_members (team_id, user_id, since) values (@team, @Id, now())", new { team, clerk.Id });
        var held = await own.AnApplicationAsync("reviewing", clerk, clerk);
        Assert.IsType<ChangeResult.Done>(await own.Command<AskRoleChange>().RunAsync(clerk.Id, StaffRole.Reviewer, RoleChangeKind.Take, "異動のため", asker.Actor, null, Cancel));
        Assert.IsType<ChangeResult.Done>(await own.Command<EndRoleChange>().ConfirmAsync(await ChangeAsync(own, clerk), second.Actor, null, Cancel));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal("received", await own.StatusAsync(held.Id));
        Assert.Null(await AccountBrowser.ScalarAsync<Guid?>(own, "select reviewer_id from applications where id = @Id", new { held.Id }));
        Assert.Equal(0, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from team_members"));
        using var browser = await own.SignInAsync(clerk);
        Assert.Equal(HttpStatusCode.Forbidden, await browser.StatusAsync("/review"));
    }

    [Fact]
    public async Task What_nobody_confirms_expires_and_is_written_down()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (asker, second, person) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Finance));
        using var asking = await own.SignInAsync(asker);
        await AskAsync(asking, person, "give:auditor");
        var twice = await asking.SendAsync($"/admin/users/{person.Id}/changes", ("Change", "give:auditor"), ("Reason", "もう一度"));
        Assert.Contains("すでに依頼されて確認を待っています", twice.Words, StringComparison.Ordinal);
        own.Clock.Advance(RoleChange.Lifetime);
        using var late = await own.SignInAsync(second);
        var refused = await late.SendAsync($"/admin/users/changes/{await ChangeAsync(own, person)}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("確認の期限が過ぎました", refused.Words, StringComparison.Ordinal);
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal(1, await AccountBrowser.ScalarAsync<int>(own, "select count(*)::int from audit where action = 'role-expired'"));
        Assert.Contains("期限切れ", (await late.PageAsync($"/admin/users/{person.Id}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_narrowed_by_name_and_role_and_only_admins_see_it()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var (admin, clerk, applicant) = (await own.Given.Staff(StaffRole.Admin), await own.Given.Staff(StaffRole.Reviewer), await own.Given.AnApplicantUser());
        using var browser = await own.SignInAsync(admin);
        var all = await browser.PageAsync("/admin/users");
        Assert.Contains(clerk.Email, all.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(applicant.Email, all.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(clerk.Email, (await browser.PageAsync("/admin/users?role=admin")).Words, StringComparison.Ordinal);
        Assert.Equal(1, (await browser.PageAsync($"/admin/users?q={Uri.EscapeDataString(clerk.Email.ToUpperInvariant())}")).Document.QuerySelectorAll("table tbody tr").Length);
        Assert.Contains("条件に合う職員はいません", (await browser.PageAsync("/admin/users?q=%25_%25")).Words, StringComparison.Ordinal);
        Assert.NotNull((await browser.PageAsync("/review")).Document.QuerySelector("header a[href='/admin']"));
        using var other = await own.SignInAsync(clerk);
        Assert.Null((await other.PageAsync("/review")).Document.QuerySelector("header a[href='/admin']"));
        foreach (var path in new[] { "/admin", "/admin/users", "/admin/users/new", $"/admin/users/{clerk.Id}" }) Assert.Equal(HttpStatusCode.Forbidden, await other.StatusAsync(path));
    }

    private static async Task AskAsync(HttpClient browser, TestUser person, string change) =>
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync($"/admin/users/{person.Id}/changes", ("Change", change), ("Reason", "異動のため"))).Status);

    private static async Task<Guid> ChangeAsync(PortalHost portal, TestUser person) =>
        await AccountBrowser.ScalarAsync<Guid>(portal, "select id from role_changes where user_id = @Id order by asked_at desc, id desc limit 1", new { person.Id });

    private static async Task<int> RolesAsync(PortalHost portal, TestUser person, string role) =>
        await AccountBrowser.ScalarAsync<int>(portal, "select count(*)::int from user_roles where user_id = @Id and role = @role", new { person.Id, role });
}
