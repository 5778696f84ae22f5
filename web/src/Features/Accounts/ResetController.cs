using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Asks for a mail to an address.</summary>
public sealed class MailForm
{
    public string? Email { get; set; }

    /// <summary>Where to go afterwards; used only when it is an address of the portal.</summary>
    public string? ReturnUrl { get; set; }
}

/// <summary>A new password, by a link or a signed-in person.</summary>
public sealed class NewPasswordForm
{
    public string? Token { get; set; }

    public string? Password { get; set; }

    public string? PasswordAgain { get; set; }
}

/// <summary>A forgotten password is set anew by a mailed link. Nothing shown says whether an address has an account.</summary>
[Permit(Permission.Public)]
[Route("login/reset")]
public sealed class ResetController(
    Database database, TimeProvider clock, PasswordPolicy policy, PasswordChange change, RateLimits limits, IOptions<LimitOptions> options)
    : MailedLinkController(limits, options)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    [HttpGet("")]
    public IActionResult Ask() => View("ResetAsk", new MailForm());

    [HttpPost("")]
    public async Task<IActionResult> Ask(MailForm form)
    {
        await using var connection = await database.OpenAsync();
        return await AskForLinkAsync(connection, form, "reset", LinkPurpose.Reset, "ResetAsk", "ResetSent", clock.GetUtcNow());
    }

    /// <summary>Where the mail's link leads. Opening it changes nothing.</summary>
    [HttpGet("password")]
    public async Task<IActionResult> Edit(string? token) => await FindAsync(token) is null ? LinkVoid(VoidLink.Reset) : View("ResetPassword", new NewPasswordForm { Token = token });

    [HttpPost("password")]
    public async Task<IActionResult> Save(NewPasswordForm form)
    {
        if (await FindAsync(form.Token) is not { } user) return LinkVoid(VoidLink.Reset);
        if (policy.Problems(form, user) is { Count: > 0 } problems) return Invalid("ResetPassword", form, problems);
        if (!await change.ByLinkAsync(user, form.Token, form.Password!, HttpContext.Address())) return LinkVoid(VoidLink.Reset);
        Banner("新しいパスワードを設定しました。新しいパスワードでログインしてください。");
        return LocalRedirect("/login");
    }

    private async Task<PortalUser?> FindAsync(string? token)
    {
        await using var connection = await database.OpenAsync();
        return await AccountLinkStore.FindAsync(connection, LinkPurpose.Reset, token, clock.GetUtcNow()) is { } id ? await UserStore.FindAsync(connection, id) : null;
    }
}
