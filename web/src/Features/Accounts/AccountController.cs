using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>What the account's own page shows.</summary>
/// <param name="Change">A change of mail address that waits for an answer.</param>
public sealed record AccountPage(PortalUser User, MailChange? Change);

/// <summary>A new password by somebody who is signed in and knows the old one.</summary>
public sealed class PasswordForm
{
    public string? Current { get; set; }

    public string? Password { get; set; }

    public string? PasswordAgain { get; set; }
}

/// <summary>「ログイン情報」: mail address and password of whoever is signed in.</summary>
[Permit(Permission.SignedIn)]
[Route("account")]
public sealed class AccountController(Database database, TimeProvider clock, PasswordPolicy policy, PasswordChange change, PasswordProof passwords) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index()
    {
        await using var connection = await database.OpenAsync();
        return View("Account", new AccountPage(await MeAsync(connection), await MailChangeStore.OfUserAsync(connection, Actor.UserId, clock.GetUtcNow())));
    }

    [HttpGet("password")]
    public IActionResult Password() => View("PasswordEdit", new PasswordForm());

    [HttpPost("password")]
    public async Task<IActionResult> Password(PasswordForm form)
    {
        PortalUser user;
        await using (var connection = await database.OpenAsync()) user = await MeAsync(connection);
        var problems = new List<Problem>();
        if (string.IsNullOrEmpty(form.Current)) problems.Add(new Problem(nameof(form.Current), "現在のパスワードを入力してください。"));
        problems.AddRange(policy.Problems(new NewPasswordForm { Password = form.Password, PasswordAgain = form.PasswordAgain }, user));
        if (problems.Count > 0) return Invalid("PasswordEdit", form, problems);

        var proof = await passwords.CheckAsync(user.Id, form.Current!);
        if (proof.Wait is { } wait) return TooOften("PasswordEdit", form, wait, LimitWords.PasswordsTooOften(wait));
        if (!proof.IsRight) return Invalid("PasswordEdit", form, [new Problem(nameof(form.Current), "現在のパスワードが正しくありません。お忘れの場合は、ログアウトして「パスワードの再設定」をご利用ください。")]);
        if (!await change.OwnAsync(user, form.Password!, HttpContext)) return Invalid("PasswordEdit", form, [new Problem(nameof(form.Current), "パスワードは別の画面で変更されています。いまのパスワードを入力してください。")]);
        Banner("パスワードを変更しました。ほかの端末はログアウトしました。");
        return LocalRedirect("/account");
    }

    private async Task<PortalUser> MeAsync(Npgsql.NpgsqlConnection connection) =>
        await UserStore.FindAsync(connection, Actor.UserId) ?? throw new InvalidOperationException("Accounts are not deleted.");
}
