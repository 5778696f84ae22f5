using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Members;

/// <summary>招待 as typed.</summary>
public sealed record InviteForm
{
    public string? Email { get; init; }

    /// <summary><c>owner</c>, <c>clerk</c> or <c>viewer</c>.</summary>
    public string? Role { get; init; }
}

/// <summary>Who belongs to an applicant.</summary>
/// <param name="Own">All applicants of the person, to choose from.</param>
/// <param name="Invitations">Seen by 管理者 only.</param>
public sealed record MembersPage(
    OwnApplicant Applicant, IReadOnlyList<OwnApplicant> Own, IReadOnlyList<MemberLine> Members, IReadOnlyList<OpenInvitation> Invitations, InviteForm Form, Guid Me, DateTimeOffset Now)
{
    public bool MayManage => Applicant.Role == MemberRole.Owner;

    /// <summary>The person is the only 管理者 and cannot leave.</summary>
    public bool IsLastOwner => MayManage && Members.Count(m => m.Role == MemberRole.Owner) == 1;
}

/// <summary>メンバー: invite, change the role, remove, leave. 管理者 manage; everybody of the applicant sees who else there is.</summary>
[Route("members")]
[Permit(Permission.ReadMembers)]
public sealed class MembersController(Database database, TimeProvider clock, InviteMember invite, ChangeMembers change) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(Guid? applicant, CancellationToken cancel)
    {
        if (applicant is null && Actor.Memberships.Count == 0) return Redirect("/profile");
        ModelState.Clear();
        // An invitation that had to wait for a recent sign-in stands here again.
        var form = await ParkedPosts.TakeAsync(HttpContext) is { } typed ? new InviteForm { Email = typed[nameof(InviteForm.Email)], Role = typed[nameof(InviteForm.Role)] } : new InviteForm { Role = "clerk" };
        return await PageAsync(applicant, form, cancel) is { } page ? View(nameof(Index), page) : NotFound();
    }

    [HttpPost("{applicant:guid}/invitations")]
    [Permit(Permission.ManageMembers)]
    [RecentSignIn]
    public async Task<IActionResult> Invite(Guid applicant, InviteForm form, CancellationToken cancel)
    {
        if (await PageAsync(applicant, form, cancel) is not { } page) return NotFound();
        if (!page.MayManage) return Forbid();
        var problems = new Problems();
        var email = MailAddressText.Read(form.Email);
        if (email is null) problems.Add(nameof(form.Email), string.IsNullOrWhiteSpace(form.Email) ? "招待する方のメールアドレスを入力してください。" : MailAddressText.Wrong);
        if (Codes.From<MemberRole>(form.Role) is not { } role) problems.Add(nameof(form.Role), "役割を選んでください。");
        else if (email is not null)
            return await AnswerAsync(applicant, form, await invite.RunAsync(applicant, email, role, Actor, HttpContext.Address(), cancel), $"{email} に招待のメールを送りました。", cancel);
        return Invalid(nameof(Index), page, problems.Errors);
    }

    [HttpPost("invitations/{id:guid}/resend")]
    [Permit(Permission.ManageMembers)]
    [RecentSignIn]
    public Task<IActionResult> Resend(Guid id, CancellationToken cancel) => AnswerInvitationAsync(id, invite.ResendAsync, "招待のメールをもう一度送りました。以前のメールのリンクは使えません。", cancel);

    [HttpPost("invitations/{id:guid}/revoke")]
    [Permit(Permission.ManageMembers)]
    [RecentSignIn]
    public Task<IActionResult> Revoke(Guid id, CancellationToken cancel) => AnswerInvitationAsync(id, invite.RevokeAsync, "招待を取り消しました。", cancel);

    [HttpPost("{applicant:guid}/{user:guid}/role")]
    [Permit(Permission.ManageMembers)]
    [RecentSignIn]
    public async Task<IActionResult> ChangeRole(Guid applicant, Guid user, string? role, int version, CancellationToken cancel)
    {
        if (Codes.From<MemberRole>(role) is not { } next) return NotFound();
        return await AnswerAsync(applicant, null, await change.ChangeRoleAsync(applicant, user, next, version, Actor, HttpContext.Address(), cancel), "役割を変更しました。", cancel);
    }

    [HttpPost("{applicant:guid}/{user:guid}/remove")]
    [Permit(Permission.ManageMembers)]
    [RecentSignIn]
    public async Task<IActionResult> Remove(Guid applicant, Guid user, int version, CancellationToken cancel) =>
        await AnswerAsync(applicant, null, await change.RemoveAsync(applicant, user, version, Actor, HttpContext.Address(), cancel), "メンバーから外しました。", cancel);

    [HttpPost("{applicant:guid}/leave")]
    [Permit(Permission.LeaveApplicant)]
    [RecentSignIn]
    public async Task<IActionResult> Leave(Guid applicant, CancellationToken cancel)
    {
        var result = await change.LeaveAsync(applicant, Actor, HttpContext.Address(), cancel);
        if (result is not ChangeResult.Done) return await AnswerAsync(applicant, null, result, "", cancel);
        Banner("メンバーから外れました。");
        return Redirect("/applications");
    }

    private async Task<IActionResult> AnswerInvitationAsync(Guid id, Func<Guid, Actor, string?, CancellationToken, Task<ChangeResult>> run, string banner, CancellationToken cancel)
    {
        Guid? applicant;
        await using (var connection = await database.OpenAsync(cancel)) applicant = (await MemberStore.FindInvitationAsync(connection, id))?.ApplicantId;
        return applicant is { } own && Actor.BelongsTo(own) ? await AnswerAsync(own, null, await run(id, Actor, HttpContext.Address(), cancel), banner, cancel) : NotFound();
    }

    private async Task<IActionResult> AnswerAsync(Guid applicant, InviteForm? form, ChangeResult result, string banner, CancellationToken cancel)
    {
        switch (result)
        {
            case ChangeResult.Done:
                Banner(banner);
                return Redirect($"/members?applicant={applicant}");
            case ChangeResult.Forbidden:
                return Forbid();
            case ChangeResult.Refused refused when await PageAsync(applicant, form ?? new InviteForm { Role = "clerk" }, cancel) is { } page:
                ModelState.Clear();
                return Refused(nameof(Index), page, refused.Reason);
            default:
                return NotFound();
        }
    }

    private async Task<MembersPage?> PageAsync(Guid? applicant, InviteForm form, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var own = await ApplicantStore.OfUserAsync(connection, Actor.UserId);
        if ((applicant is { } id ? own.FirstOrDefault(a => a.Id == id) : own.Count > 0 ? own[0] : null) is not { } chosen) return null;
        var members = await MemberStore.MembersAsync(connection, chosen.Id, Actor.UserId);
        var invitations = await MemberStore.InvitationsAsync(connection, chosen.Id, Actor.UserId);
        return new MembersPage(chosen, own, members, invitations, form, Actor.UserId, clock.GetUtcNow());
    }
}

/// <summary>Where an invitation's link leads: what it is, and how to take it up.</summary>
/// <param name="Invitation">Null: it is void.</param>
public sealed record InvitationPage(OpenInvitation? Invitation, string? Token, Actor? Actor, bool RightAddress)
{
    /// <summary>This page, to come back to after signing in or registering.</summary>
    public string Address => "/invitations" + QueryString.Create("token", Token ?? "");
}

/// <summary>招待への参加, for who is signed in, and by way of sign-in or registration for everybody else.</summary>
[Route("invitations")]
[Permit(Permission.Public)]
public sealed class InvitationsController(Database database, TimeProvider clock, InvitationLink link, AcceptInvitation accept) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Show(string? token, CancellationToken cancel) => Page(await PageAsync(token, cancel));

    [HttpPost("")]
    [Permit(Permission.JoinApplicant)]
    public async Task<IActionResult> Accept(string? token, CancellationToken cancel)
    {
        var page = await PageAsync(token, cancel);
        if (link.Read(token) is not var (id, sending) || page.Invitation is null) return Page(page with { Invitation = null });
        switch (await accept.RunAsync(id, sending, Actor, HttpContext.Address(), cancel))
        {
            case ChangeResult.Done:
                Banner($"{page.Invitation.ApplicantName}のメンバーになりました。");
                return Redirect("/applications");
            case ChangeResult.Refused refused:
                return Refused(nameof(Show), page, refused.Reason);
            case ChangeResult.Forbidden:
                return Forbid();
            default:
                return Page(page with { Invitation = null });
        }
    }

    /// <summary>A link that is void says so; which of the reasons holds is nobody's business.</summary>
    private ViewResult Page(InvitationPage page)
    {
        if (page.Invitation is null) Response.StatusCode = StatusCodes.Status400BadRequest;
        return View(nameof(Show), page);
    }

    private async Task<InvitationPage> PageAsync(string? token, CancellationToken cancel)
    {
        if (link.Read(token) is not var (id, sending)) return new InvitationPage(null, token, MaybeActor, false);
        await using var connection = await database.OpenAsync(cancel);
        var invitation = await MemberStore.FindInvitationAsync(connection, id);
        if (invitation is null || invitation.Sendings != sending || clock.GetUtcNow() >= invitation.ExpiresAt) return new InvitationPage(null, token, MaybeActor, false);
        var user = MaybeActor is { } actor ? await UserStore.FindAsync(connection, actor.UserId) : null;
        return new InvitationPage(invitation, token, MaybeActor, user?.NormalizedEmail == UserStore.Normalize(invitation.Email));
    }
}
