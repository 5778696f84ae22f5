using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Admin;

/// <summary>管理.</summary>
/// <param name="Waiting">Changes of roles this 管理者 can confirm.</param>
public sealed record AdminPage(int Waiting);

/// <summary>管理: where all administrators' pages are reached from.</summary>
[Route("admin")]
[Permit(Permission.Administer)]
public sealed class AdminController(Database database, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return View("Admin", new AdminPage(await RoleChangeStore.WaitingForAsync(connection, Actor.UserId, clock.GetUtcNow())));
    }
}
