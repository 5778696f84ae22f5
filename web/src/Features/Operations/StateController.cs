using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Operations;

/// <summary>システムの状態: what the portal works with, and how it stands.</summary>
[Route("admin/state")]
[Permit(Permission.ReadState)]
public sealed class StateController(SystemState state) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View("State", await state.ReadAsync(cancel));
}
