using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Features.Factors;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Sessions;

/// <summary>Ways of proving who one is that the account has.</summary>
public sealed record ConfirmPage(AccountFactors Factors, string? ReturnUrl);

/// <summary>Asks again who is there, before a sensitive act (<see cref="RecentSignIn"/>), and leads back to it.</summary>
[Permit(Permission.SignedIn)]
[OneFactorSuffices]
[Route("confirm")]
public sealed class ConfirmController(SessionStart sessions, PasswordProof passwords, AuthenticatorApp app, Passkeys passkeys, AuditLog audit, Database database) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Ask(string? returnUrl) => View("Confirm", await PageAsync(returnUrl));

    [HttpPost("")]
    public async Task<IActionResult> Password(string? password, string? returnUrl) => string.IsNullOrEmpty(password)
        ? Invalid("Confirm", await PageAsync(returnUrl), [new Problem(nameof(password), "パスワードを入力してください。")])
        : await JudgeAsync(returnUrl, nameof(password), ProofWords.WrongPassword, null, () => passwords.CheckAsync(Actor.UserId, password));

    [HttpPost("code")]
    public Task<IActionResult> Code(string? code, string? returnUrl) =>
        JudgeAsync(returnUrl, nameof(code), ProofWords.WrongCode, SecondFactor.Code, () => app.CheckAsync(Actor.UserId, code));

    [HttpPost("passkey")]
    public Task<IActionResult> Passkey(string? credential, string? returnUrl) => JudgeAsync(returnUrl, "", ProofWords.WrongPasskey, SecondFactor.Passkey,
        async () => (await passkeys.CheckAsync(credential))?.Id == Actor.UserId ? Proof.Right : Proof.Wrong);

    private async Task<IActionResult> JudgeAsync(string? returnUrl, string field, string wrong, SecondFactor? second, Func<Task<Proof>> check)
    {
        var proof = await check();
        var detail = new { with = second is { } shown ? Codes.Of(shown) : "password", tooOften = proof.Wait is not null };
        await audit.AppendAsync(new AuditEntry(Actor, proof.IsRight ? "confirmed" : "confirm-failed", "user", Actor.UserId.ToString(), HttpContext.Address(), detail));
        if (proof.IsRight)
        {
            await sessions.RenewAsync(HttpContext, second);
            return LocalRedirect(SessionStart.Destination(returnUrl, Actor));
        }
        return proof.Wait is { } wait
            ? TooOften("Confirm", await PageAsync(returnUrl), wait, LimitWords.CodesTooOften(wait))
            : Invalid("Confirm", await PageAsync(returnUrl), [new Problem(field, wrong)]);
    }

    private async Task<ConfirmPage> PageAsync(string? returnUrl)
    {
        await using var connection = await database.OpenAsync();
        return new ConfirmPage(await SecondFactorStore.OfUserAsync(connection, Actor.UserId), returnUrl);
    }
}
