using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>The form behind a mailed sign-in link.</summary>
public sealed class LinkForm
{
    public string? Token { get; set; }

    /// <summary>Where to go afterwards; used only when it is an address of the portal.</summary>
    public string? ReturnUrl { get; set; }
}

/// <summary>Signing in by a link sent by mail, in the place of the password. Wrong passwords never slow it down.</summary>
[Permit(Permission.Public)]
[Route("login/link")]
public sealed class LoginLinkController(
    Database database, TimeProvider clock, SessionStart sessions, KnownDevices devices, RateLimits limits, IOptions<LimitOptions> options)
    : MailedLinkController(limits, options)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    [HttpGet("")]
    public IActionResult Ask(string? returnUrl) =>
        MaybeActor is { } actor ? LocalRedirect(SessionStart.Destination(returnUrl, actor)) : View("LinkAsk", new MailForm { ReturnUrl = returnUrl });

    [HttpPost("")]
    public async Task<IActionResult> Ask(MailForm form)
    {
        await using var connection = await database.OpenAsync();
        return await AskForLinkAsync(connection, form, "login-link", LinkPurpose.SignIn, "LinkAsk", "LinkSent", clock.GetUtcNow());
    }

    /// <summary>Where the mail's link leads. Opening it changes nothing: mail programs open links too.</summary>
    [HttpGet("use")]
    public async Task<IActionResult> Use(string? token, string? returnUrl)
    {
        await using var connection = await database.OpenAsync();
        return await AccountLinkStore.FindAsync(connection, LinkPurpose.SignIn, token, clock.GetUtcNow()) is null
            ? LinkVoid(VoidLink.SignIn)
            : View("LinkUse", new LinkForm { Token = token, ReturnUrl = returnUrl });
    }

    [HttpPost("use")]
    public async Task<IActionResult> Use(LinkForm form)
    {
        if (await TakeUserAsync(form.Token) is not { } user || await sessions.BeginAsync(HttpContext, user, SignInMethod.MailLink) is not { } started) return LinkVoid(VoidLink.SignIn);
        devices.Remember(HttpContext, user.Email);
        return LocalRedirect(started.Next(form.ReturnUrl));
    }

    private async Task<PortalUser?> TakeUserAsync(string? token)
    {
        await using var connection = await database.OpenAsync();
        return await AccountLinkStore.UseAsync(connection, LinkPurpose.SignIn, token, clock.GetUtcNow()) is { } id ? await UserStore.FindAsync(connection, id) : null;
    }
}
