using System.Net.Mime;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Factors;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Signing in with a passkey alone. No guess at a password ever slows it down.</summary>
[Permit(Permission.Public)]
[Route("login/passkey")]
public sealed class PasskeyLoginController(Passkeys passkeys, SessionStart sessions, KnownDevices devices, AuditLog audit) : PortalController
{
    /// <summary>For the script: what the browser is asked. Also used where a passkey is the second factor or confirms who is there.</summary>
    [HttpPost("options")]
    public async Task<IActionResult> Options() => Content(await passkeys.AskAsync(), MediaTypeNames.Application.Json);

    [HttpPost("")]
    public async Task<IActionResult> Login(string? credential, string? returnUrl)
    {
        if (await passkeys.CheckAsync(credential) is { } user && await sessions.BeginAsync(HttpContext, user, SignInMethod.Passkey) is { } started)
        {
            devices.Remember(HttpContext, user.Email);
            return LocalRedirect(started.Next(returnUrl));
        }
        await audit.AppendAsync(new AuditEntry(null, "login-failed", Address: HttpContext.Address(), Detail: new { method = "passkey" }));
        return Invalid("Login", new LoginForm { ReturnUrl = returnUrl }, [new Problem("", "パスキーでログインできませんでした。もう一度お試しいただくか、メールアドレスとパスワードを入力してください。")]);
    }
}
