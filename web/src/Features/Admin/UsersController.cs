using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Admin;

/// <summary>利用者と役割: accounts of the staff. Roles are asked for by one 管理者 and confirmed by a second.</summary>
[Route("admin/users")]
[Permit(Permission.ManageUsers)]
public sealed class UsersController(Database database, TimeProvider clock, AddStaff add, AskRoleChange ask, EndRoleChange end, JobSignal signal) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index([FromQuery] UsersAddress address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var lines = await StaffQueries.PageAsync(connection, address.Filter, address.Behind, UsersPage.Size + 1, now);
        return View("Users", new UsersPage(address, [.. lines.Take(UsersPage.Size)], lines.Count > UsersPage.Size, await RoleChangeStore.OpenAsync(connection, now), Actor.UserId));
    }

    [HttpGet("new")]
    public async Task<IActionResult> New()
    {
        // What had to wait for a recent sign-in stands here again.
        var typed = await ParkedPosts.TakeAsync(HttpContext);
        ModelState.Clear();
        return View("NewUser", typed is null
            ? new NewUserForm()
            : new NewUserForm { Name = typed[nameof(NewUserForm.Name)], Email = typed[nameof(NewUserForm.Email)], Roles = [.. typed[nameof(NewUserForm.Roles)].OfType<string>()], Reason = typed[nameof(NewUserForm.Reason)] });
    }

    [HttpPost("new")]
    [RecentSignIn]
    public async Task<IActionResult> Add(NewUserForm form, CancellationToken cancel)
    {
        var problems = new Problems();
        if (form.Read(problems) is not { } wanted) return Invalid("NewUser", form, problems.Errors);
        switch (await add.RunAsync(wanted.Name, wanted.Email, wanted.Roles, wanted.Reason, Actor, HttpContext.Address(), cancel))
        {
            case (ChangeResult.Done, { } id):
                Banner("アカウントを用意し、役割を依頼しました。ほかの管理者が確認すると、ご本人にはじめのパスワードを設定するメールが届きます。");
                return Redirect($"/admin/users/{id}");
            case (ChangeResult.Refused refused, _):
                return Refused("NewUser", form, refused.Reason);
            default:
                return Forbid();
        }
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel)
    {
        var form = await ParkedPosts.TakeAsync(HttpContext) is { } typed ? new RoleForm { Change = typed[nameof(RoleForm.Change)], Reason = typed[nameof(RoleForm.Reason)] } : new RoleForm();
        ModelState.Clear();
        return await PageAsync(id, form, cancel) is { } page ? View("User", page) : NotFound();
    }

    /// <summary>役割の変更を依頼する.</summary>
    [HttpPost("{id:guid}/changes")]
    [RecentSignIn]
    public async Task<IActionResult> Ask(Guid id, RoleForm form, CancellationToken cancel)
    {
        if (await PageAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.Read(problems) is not { } wanted) return Invalid("User", page, problems.Errors);
        return await AnswerAsync(id, form, await ask.RunAsync(id, wanted.Role, wanted.Kind, wanted.Reason, Actor, HttpContext.Address(), cancel),
            "役割の変更を依頼しました。ほかの管理者が確認すると、変更されます。", cancel);
    }

    [HttpPost("changes/{id:guid}/confirm")]
    [RecentSignIn]
    public Task<IActionResult> Confirm(Guid id, CancellationToken cancel) => EndAsync(id, end.ConfirmAsync, "確認しました。役割が変わり、ご本人のログイン中の端末はすべてログアウトしました。", cancel);

    [HttpPost("changes/{id:guid}/decline")]
    [RecentSignIn]
    public Task<IActionResult> Decline(Guid id, CancellationToken cancel) => EndAsync(id, end.DeclineAsync, "依頼を却下しました。役割は変わっていません。", cancel);

    [HttpPost("changes/{id:guid}/withdraw")]
    [RecentSignIn]
    public Task<IActionResult> Withdraw(Guid id, CancellationToken cancel) => EndAsync(id, end.WithdrawAsync, "依頼を取り下げました。役割は変わっていません。", cancel);

    /// <summary>The link to the first password once more; those of before are void.</summary>
    [HttpPost("{id:guid}/first-password")]
    [RecentSignIn]
    public async Task<IActionResult> FirstPassword(Guid id, CancellationToken cancel)
    {
        if (await PageAsync(id, new RoleForm(), cancel) is not { } page) return NotFound();
        if (!page.MaySendLink) return Refused("User", page, new Refusal(RefusalCode.WrongState, "この方には、はじめのパスワードを設定するメールを送れません。パスワードが設定済みか、役割がまだ確認されていません。"));
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await AccountStore.VoidFirstPasswordLinksAsync(connection, id, Guid.NewGuid().ToString("N"))) return Refused("User", page, new Refusal(RefusalCode.Stale, "この方は、たったいまパスワードを設定しました。"));
        await JobQueue.EnqueueAsync(connection, [FirstPasswordMailJob.For(id, now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "first-password-sent", "user", id.ToString(), HttpContext.Address()), now);
        await transaction.CommitAsync(cancel);
        signal.Wake();
        Banner("はじめのパスワードを設定するメールを送りました。以前のメールのリンクは使えません。");
        return Redirect($"/admin/users/{id}");
    }

    private async Task<IActionResult> EndAsync(Guid change, Func<Guid, Actor, string?, CancellationToken, Task<ChangeResult>> run, string banner, CancellationToken cancel)
    {
        Guid? person;
        await using (var connection = await database.OpenAsync(cancel)) person = (await RoleChangeStore.FindAsync(connection, change))?.UserId;
        return person is { } id ? await AnswerAsync(id, new RoleForm(), await run(change, Actor, HttpContext.Address(), cancel), banner, cancel) : NotFound();
    }

    private async Task<IActionResult> AnswerAsync(Guid person, RoleForm form, ChangeResult result, string banner, CancellationToken cancel)
    {
        switch (result)
        {
            case ChangeResult.Done:
                Banner(banner);
                return Redirect($"/admin/users/{person}");
            case ChangeResult.Forbidden:
                return Forbid();
            case ChangeResult.Refused refused when await PageAsync(person, form, cancel) is { } page:
                return Refused("User", page, refused.Reason);
            default:
                return NotFound();
        }
    }

    private async Task<UserPage?> PageAsync(Guid id, RoleForm form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        return await StaffQueries.FindAsync(connection, id, now) is { } person ? new UserPage(person, await RoleChangeStore.OfUserAsync(connection, id), form, Actor.UserId, now) : null;
    }
}
