using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Says while typing what the policy will say; nothing of it is kept or logged.</summary>
[Permit(Permission.Public)]
public sealed class PasswordStrengthController(PasswordPolicy policy) : PortalController
{
    private const int MostBytes = 4096;

    /// <param name="email">As typed on the page, if it asks for it.</param>
    /// <param name="name">Likewise.</param>
    [HttpPost("/password/strength")]
    [RequestSizeLimit(MostBytes)]
    [EnableRateLimiting(ProcessLimits.PasswordStrength)]
    public IActionResult Judge(string? password, string? email, string? name)
    {
        var verdict = policy.Judge(password, email, name, MaybeActor?.Name);
        return Json(new { acceptable = verdict.Acceptable, words = verdict.Words });
    }
}
