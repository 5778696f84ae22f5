using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Factors;

/// <summary>What is asked between the first factor and the session.</summary>
public sealed record SecondFactorPage(AccountFactors Factors, string? ReturnUrl);

/// <summary>The second factor of a sign-in: a code of the app, a recovery code or a passkey.</summary>
[Permit(Permission.Public)]
[Route("login/second-factor")]
public sealed class SecondFactorLoginController(SessionStart sessions, AuthenticatorApp app, RecoveryCodes recovery, Passkeys passkeys, Database database, AuditLog audit) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Ask(string? returnUrl) => await sessions.HalfAsync(HttpContext) is { } half ? View("SecondFactor", await PageAsync(half, returnUrl)) : Again(returnUrl);

    [HttpPost("")]
    public Task<IActionResult> Code(string? code, string? returnUrl) =>
        JudgeAsync(returnUrl, nameof(code), SecondFactor.Code, ProofWords.WrongCode, half => app.CheckAsync(half.User.Id, code));

    [HttpPost("recovery-code")]
    public Task<IActionResult> Recovery(string? recoveryCode, string? returnUrl) =>
        JudgeAsync(returnUrl, nameof(recoveryCode), SecondFactor.RecoveryCode, ProofWords.WrongRecoveryCode, half => recovery.UseAsync(half.User.Id, recoveryCode));

    [HttpPost("passkey")]
    public Task<IActionResult> Passkey(string? credential, string? returnUrl) =>
        JudgeAsync(returnUrl, "", SecondFactor.Passkey, ProofWords.WrongPasskey,
            async half => (await passkeys.CheckAsync(credential))?.Id == half.User.Id ? Proof.Right : Proof.Wrong);

    private async Task<IActionResult> JudgeAsync(string? returnUrl, string field, SecondFactor second, string wrong, Func<HalfSignedIn, Task<Proof>> check)
    {
        if (await sessions.HalfAsync(HttpContext) is not { } half) return Again(returnUrl);
        var proof = await check(half);
        if (proof.IsRight) return await sessions.CompleteAsync(HttpContext, half, second) is { } started ? LocalRedirect(started.Next(returnUrl)) : Again(returnUrl);
        await audit.AppendAsync(new AuditEntry(null, "login-failed", "user", half.User.Id.ToString(), HttpContext.Address(), new { second = Codes.Of(second), tooOften = proof.Wait is not null }));
        return proof.Wait is { } wait
            ? TooOften("SecondFactor", await PageAsync(half, returnUrl), wait, LimitWords.CodesTooOften(wait))
            : Invalid("SecondFactor", await PageAsync(half, returnUrl), [new Problem(field, wrong)]);
    }

    private async Task<SecondFactorPage> PageAsync(HalfSignedIn half, string? returnUrl)
    {
        await using var connection = await database.OpenAsync();
        return new SecondFactorPage(await SecondFactorStore.OfUserAsync(connection, half.User.Id), returnUrl);
    }

    private RedirectResult Again(string? returnUrl)
    {
        Banner("時間がたったため、もう一度ログインしてください。");
        return Redirect("/login" + (Url.IsLocalUrl(returnUrl) ? QueryString.Create("returnUrl", returnUrl!) : QueryString.Empty));
    }
}
