using System.Net.Mime;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace GrantPortal.Web.Features.Factors;

/// <summary>The account's passkeys.</summary>
/// <param name="Name">Typed for the next one.</param>
public sealed record PasskeysPage(IReadOnlyList<OwnPasskey> Passkeys, AccountFactors Factors, string Name);

/// <summary>パスキー: register, name, remove; offered once after signing in.</summary>
[Permit(Permission.SignedIn)]
[OneFactorSuffices]
[RecentSignIn]
[Route("account/passkeys")]
public sealed class PasskeysController(Passkeys passkeys, SessionStart sessions, FactorChanges changes, Database database) : PortalController
{
    private const int LongestName = 50;

    [HttpGet("")]
    public async Task<IActionResult> Index() => View("Passkeys", await PageAsync());

    /// <summary>After the first sign-in. Going on is declining; it is not asked again.</summary>
    [HttpGet("offer")]
    public IActionResult Offer(string? returnUrl) => View("Offer", SessionStart.Destination(returnUrl, Actor));

    /// <summary>For the script: what the browser is asked.</summary>
    [HttpPost("options")]
    public async Task<IActionResult> Options() => Content(await passkeys.AskToRegisterAsync(Actor.UserId), MediaTypeNames.Application.Json);

    [HttpPost("")]
    public async Task<IActionResult> Add(string? credential, string? name, string? returnUrl)
    {
        var typed = JapaneseText.Narrow(name);
        if (typed.Length == 0) typed = DeviceWords.Of(Request.Headers.UserAgent);
        if (typed.Length > LongestName) return Invalid("Passkeys", await PageAsync(typed), [new Problem(nameof(name), $"名前は{LongestName}文字以内で入力してください。")]);
        if (!await passkeys.RegisterAsync(HttpContext, Actor, credential, typed))
            return Invalid("Passkeys", await PageAsync(typed), [new Problem("", $"パスキーを登録できませんでした。もう一度お試しください。1つのアカウントに登録できるのは{PasskeyStore.Most}個までです。")]);
        await sessions.RenewAsync(HttpContext, SecondFactor.Passkey);
        Banner($"パスキー「{typed}」を登録しました。次回から、「パスキーでログイン」でログインできます。");
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl! : "/account/passkeys");
    }

    [HttpPost("rename")]
    public async Task<IActionResult> Rename(string? key)
    {
        if (Id(key) is not { } id) return await WhichAsync();
        // One form a passkey on one page: each field has the passkey in its name.
        var field = $"newName-{Convert.ToHexString(id)}";
        var typed = JapaneseText.Narrow(Request.Form[field]);
        if (typed.Length is 0 or > LongestName)
        {
            ModelState.SetModelValue(field, new ValueProviderResult(typed));
            return Invalid("Passkeys", await PageAsync(), [new Problem(field, $"名前を{LongestName}文字以内で入力してください。")]);
        }
        await using var connection = await database.OpenAsync();
        if (!await PasskeyStore.RenameAsync(connection, Actor.UserId, id, typed)) return NotFound();
        Banner($"パスキーの名前を「{typed}」に変えました。");
        return LocalRedirect("/account/passkeys");
    }

    [HttpPost("remove")]
    public async Task<IActionResult> Remove(string? key)
    {
        if (Id(key) is not { } id) return await WhichAsync();
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SecondFactorStore.LockAsync(connection, Actor.UserId);
        if (await PasskeyStore.RemoveAsync(connection, Actor.UserId, id) is not { } name) return NotFound();
        if ((await SecondFactorStore.OfUserAsync(connection, Actor.UserId)).Shortage(Actor.IsStaff) is { } refusal)
        {
            await transaction.RollbackAsync();
            return Refused("Passkeys", await PageAsync(), refusal);
        }
        await changes.NoteAsync(connection, HttpContext, Actor, "passkey-removed", $"パスキー「{name}」の登録を取り消しました。", new { name });
        await transaction.CommitAsync();
        Banner($"パスキー「{name}」の登録を取り消しました。お使いの端末からも削除してください。");
        return LocalRedirect("/account/passkeys");
    }

    private async Task<ViewResult> WhichAsync() => Invalid("Passkeys", await PageAsync(), [new Problem("", "パスキーを一覧から選んでください。")]);

    private static byte[]? Id(string? key)
    {
        try
        {
            return string.IsNullOrEmpty(key) ? null : Convert.FromHexString(key);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private async Task<PasskeysPage> PageAsync(string name = "")
    {
        await using var connection = await database.OpenAsync();
        return new PasskeysPage(await PasskeyStore.OfUserAsync(connection, Actor.UserId), await SecondFactorStore.OfUserAsync(connection, Actor.UserId), name);
    }
}
