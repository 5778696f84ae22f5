using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Features.Factors;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.GbizId;

/// <summary>The account's GビズID.</summary>
/// <param name="LinkedAt">Null: none is linked.</param>
/// <param name="Arrived">This browser has just come back from the provider: that GビズID may be linked.</param>
public sealed record GbizIdPage(DateTimeOffset? LinkedAt, bool Arrived);

/// <summary>
/// Links a GビズID to the account that is signed in, and unlinks it. Linking is asked for on a page of ours: whoever lures somebody to the provider
/// cannot link a GビズID of their own to that person's account.
/// </summary>
[Permit(Permission.SignedIn)]
[RecentSignIn]
[Route("account/gbiz-id")]
public sealed class GbizIdController(SessionStart sessions, FactorChanges changes, Database database, TimeProvider clock) : PortalController
{
    public const string Page = "/account/gbiz-id";

    [HttpGet("")]
    public async Task<IActionResult> Index() => View("Account", await PageAsync());

    [HttpPost("link")]
    public async Task<IActionResult> Link()
    {
        if (await GbizIdLoginController.SubjectAsync(HttpContext) is not { } subject)
            return Refused("Account", await PageAsync(), new Refusal(RefusalCode.WrongState, "時間がたったため、もう一度GビズIDの画面でログインしてください。"));
        await using (var connection = await database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            if (!await GbizIdStore.LinkAsync(connection, Actor.UserId, subject, clock.GetUtcNow()))
                return Refused("Account", await PageAsync(), new Refusal(RefusalCode.WrongState, "このGビズIDは、すでに別のアカウントに結び付いているか、あなたのアカウントに別のGビズIDが結び付いています。"));
            await changes.NoteAsync(connection, HttpContext, Actor, "gbiz-id-linked", "GビズIDを結び付けました。次回から、GビズIDでもログインできます。");
            await transaction.CommitAsync();
        }
        await HttpContext.SignOutAsync(GbizIdSetup.ArrivedScheme);
        await sessions.RenewAsync(HttpContext);
        Banner("GビズIDを結び付けました。次回から、GビズIDでもログインできます。");
        return LocalRedirect(Page);
    }

    [HttpPost("unlink")]
    public async Task<IActionResult> Unlink()
    {
        await using (var connection = await database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await SecondFactorStore.LockAsync(connection, Actor.UserId);
            if (!await GbizIdStore.UnlinkAsync(connection, Actor.UserId)) return LocalRedirect(Page);
            if ((await SecondFactorStore.OfUserAsync(connection, Actor.UserId)).Shortage(Actor.IsStaff) is { } refusal)
            {
                await transaction.RollbackAsync();
                return Refused("Account", await PageAsync(), refusal);
            }
            await changes.NoteAsync(connection, HttpContext, Actor, "gbiz-id-unlinked", "GビズIDの結び付けを取り消しました。");
            await transaction.CommitAsync();
        }
        Banner("GビズIDの結び付けを取り消しました。");
        return LocalRedirect(Page);
    }

    private async Task<GbizIdPage> PageAsync()
    {
        await using var connection = await database.OpenAsync();
        return new GbizIdPage(await GbizIdStore.LinkedAtAsync(connection, Actor.UserId), await GbizIdLoginController.SubjectAsync(HttpContext) is not null);
    }
}
