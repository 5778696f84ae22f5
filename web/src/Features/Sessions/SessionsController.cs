using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Sessions;

/// <summary>ログイン中の端末.</summary>
/// <param name="Current">The session that asks.</param>
public sealed record SessionsPage(IReadOnlyList<OwnSession> Sessions, Guid Current);

/// <summary>Where one is signed in, and ending it from here.</summary>
[Permit(Permission.SignedIn)]
[Route("account/sessions")]
public sealed class SessionsController(Database database, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View("Sessions", await PageAsync(cancel));

    [HttpPost("end")]
    public async Task<IActionResult> End(Guid? id, CancellationToken cancel)
    {
        if (id is not { } session) return Invalid("Sessions", await PageAsync(cancel), [new Problem("", "端末を一覧から選んでください。")]);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await SessionStore.EndAsync(connection, Actor.UserId, session, now)) return NotFound();
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "session-ended", "user", Actor.UserId.ToString(), HttpContext.Address()), now);
        await transaction.CommitAsync(cancel);
        Banner("選んだ端末をログアウトしました。");
        return LocalRedirect("/account/sessions");
    }

    [HttpPost("end-others")]
    public async Task<IActionResult> EndOthers(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var ended = await SessionStore.EndAllAsync(connection, Actor.UserId, HttpContext.Session()!.Id, now);
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, "sessions-ended", "user", Actor.UserId.ToString(), HttpContext.Address(), new { ended }), now);
        await transaction.CommitAsync(cancel);
        Banner("この端末のほかは、すべてログアウトしました。");
        return LocalRedirect("/account/sessions");
    }

    private async Task<SessionsPage> PageAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return new SessionsPage(await SessionStore.OfUserAsync(connection, Actor.UserId, clock.GetUtcNow()), HttpContext.Session()!.Id);
    }
}
