using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Factors;

/// <summary>2段階認証 of the account.</summary>
/// <param name="Required">Staff who have none yet: they can do nothing else before.</param>
public sealed record FactorsPage(AccountFactors Factors, bool IsStaff, bool Required);

/// <summary>An authenticator app being set up.</summary>
public sealed record AppPage(QrCode Code, string Secret);

/// <summary>認証アプリ and 回復コード: set up, renew, remove.</summary>
[Permit(Permission.SignedIn)]
[OneFactorSuffices]
[RecentSignIn]
[Route("account/second-factor")]
public sealed class SecondFactorController(AuthenticatorApp app, SessionStart sessions, FactorChanges changes, Database database, IOptions<PortalOptions> portal) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index() => View("Factors", await PageAsync());

    /// <summary>Makes the secret. A page that is only looked at makes none.</summary>
    [HttpPost("app/start")]
    public async Task<IActionResult> Start()
    {
        await app.StartAsync(Actor.UserId);
        return LocalRedirect("/account/second-factor/app");
    }

    [HttpGet("app")]
    public async Task<IActionResult> App() => await SetUpAsync() is { } page ? View(page) : LocalRedirect("/account/second-factor");

    [HttpPost("app")]
    public async Task<IActionResult> Confirm(string? code)
    {
        if (await SetUpAsync() is not { } page) return LocalRedirect("/account/second-factor");
        IReadOnlyList<string> codes;
        await using (var connection = await database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            if (!await app.ConfirmAsync(connection, Actor.UserId, code)) return Invalid(nameof(App), page, [new Problem(nameof(code), ProofWords.WrongCode)]);
            codes = await RecoveryCodes.RenewAsync(connection, Actor.UserId);
            await changes.NoteAsync(connection, HttpContext, Actor, "authenticator-added", "認証アプリによる2段階認証を設定しました。次回から、ログインのときに認証コードが必要です。");
            await transaction.CommitAsync();
        }
        await sessions.RenewAsync(HttpContext, SecondFactor.Code);
        return View("Codes", codes);
    }

    [HttpPost("app/remove")]
    public async Task<IActionResult> Remove()
    {
        await using (var connection = await database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await SecondFactorStore.LockAsync(connection, Actor.UserId);
            if (!await SecondFactorStore.RemoveAsync(connection, Actor.UserId)) return LocalRedirect("/account/second-factor");
            var left = await SecondFactorStore.OfUserAsync(connection, Actor.UserId);
            if (left.Shortage(Actor.IsStaff) is { } refusal)
            {
                await transaction.RollbackAsync();
                return Refused("Factors", await PageAsync(), refusal);
            }
            if (!left.AsksForSecond(Actor.IsStaff)) await SecondFactorStore.ReplaceRecoveryCodesAsync(connection, Actor.UserId, [], []);
            await changes.NoteAsync(connection, HttpContext, Actor, "authenticator-removed", "認証アプリによる2段階認証を取り消しました。");
            await transaction.CommitAsync();
        }
        Banner("認証アプリによる2段階認証を取り消しました。");
        return LocalRedirect("/account/second-factor");
    }

    /// <summary>A new set of recovery codes; the earlier ones are void.</summary>
    [HttpPost("recovery-codes")]
    public async Task<IActionResult> NewCodes()
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SecondFactorStore.LockAsync(connection, Actor.UserId);
        if (!(await SecondFactorStore.OfUserAsync(connection, Actor.UserId)).AsksForSecond(Actor.IsStaff))
            return Refused("Factors", await PageAsync(), new Refusal(RefusalCode.WrongState, "回復コードは、2段階認証を設定すると使えます。先に、認証アプリを設定してください。"));
        var codes = await RecoveryCodes.RenewAsync(connection, Actor.UserId);
        await changes.NoteAsync(connection, HttpContext, Actor, "recovery-codes-renewed", "回復コードを作り直しました。以前の回復コードは使えません。");
        await transaction.CommitAsync();
        return View("Codes", codes);
    }

    private async Task<AppPage?> SetUpAsync()
    {
        if (await app.PendingAsync(Actor.UserId) is not { } secret) return null;
        await using var connection = await database.OpenAsync();
        var user = await UserStore.FindAsync(connection, Actor.UserId);
        return new AppPage(QrCode.Of(Totp.Address(secret, portal.Value.Name, user!.Email)), Totp.Words(secret));
    }

    private async Task<FactorsPage> PageAsync()
    {
        await using var connection = await database.OpenAsync();
        return new FactorsPage(await SecondFactorStore.OfUserAsync(connection, Actor.UserId), Actor.IsStaff, Actor.IsStaff && HttpContext.Session() is { HasBothFactors: false, Exempt: false });
    }
}
