using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Where a one-time link leads: the holder sets the first password of its account.</summary>
[Permit(Permission.Public)]
public sealed class FirstPasswordController(FirstPasswordLink link, PasswordPolicy policy, PasswordChange change, Database database) : PortalController
{
    [HttpGet("/login/first")]
    public async Task<IActionResult> Edit(string? token) => await FindAsync(token) is null ? Void() : View("FirstPassword", new NewPasswordForm { Token = token });

    [HttpPost("/login/first")]
    public async Task<IActionResult> Save(NewPasswordForm form)
    {
        if (await FindAsync(form.Token) is not { } account) return Void();
        if (policy.Problems(form, account.User) is { Count: > 0 } problems) return Invalid("FirstPassword", form, problems);
        if (!await change.FirstAsync(account.User, account.Stamp, form.Password!, HttpContext.Address())) return Void();
        Banner("パスワードを設定しました。メールアドレスとパスワードを入力して、ログインしてください。");
        return LocalRedirect("/login");
    }

    private async Task<(PortalUser User, string Stamp)?> FindAsync(string? token)
    {
        if (link.Read(token) is not { } claim) return null;
        await using var connection = await database.OpenAsync();
        return await UserStore.FindAsync(connection, claim.UserId) is { PasswordHash: null } user && user.SecurityStamp == claim.Stamp ? (user, claim.Stamp) : null;
    }

    private ViewResult Void()
    {
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return View("FirstPasswordVoid");
    }
}
