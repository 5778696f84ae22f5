using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Where a one-time link leads: the holder sets the first password of its account.</summary>
[Permit(Permission.Public)]
public sealed class FirstPasswordController(FirstPasswordLink link, IPasswordHasher<PortalUser> hasher, Database database, TimeProvider clock) : PortalController
{
    private const int ShortestPassword = 12;

    [HttpGet("/login/first")]
    public async Task<IActionResult> Edit(string? token) => await FindAsync(token) is null ? Void() : View("FirstPassword", new FirstPasswordForm { Token = token });

    [HttpPost("/login/first")]
    public async Task<IActionResult> Save(FirstPasswordForm form)
    {
        if (await FindAsync(form.Token) is not { } account) return Void();
        var problems = new List<Problem>();
        if ((form.Password ?? "").Length < ShortestPassword)
            problems.Add(new Problem(nameof(form.Password), $"パスワードは{ShortestPassword}文字以上で入力してください。"));
        else if (form.Password!.Length > Accounts.SignIn.LongestPassword)
            problems.Add(new Problem(nameof(form.Password), $"パスワードは{Accounts.SignIn.LongestPassword}文字以内で入力してください。"));
        else if (form.Password != form.PasswordAgain)
            problems.Add(new Problem(nameof(form.PasswordAgain), "確認のためのパスワードが一致しません。同じパスワードを入力してください。"));
        if (problems.Count > 0) return Invalid("FirstPassword", form, problems);

        var hash = hasher.HashPassword(account.User, form.Password!);
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (!await AccountStore.SetFirstPasswordAsync(connection, account.User.Id, account.Stamp, hash, Guid.NewGuid().ToString("N"))) return Void();
        await AuditLog.AppendAsync(connection, new AuditEntry(null, "password-set", "user", account.User.Id.ToString(), HttpContext.Address()), clock.GetUtcNow());
        await transaction.CommitAsync();
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
