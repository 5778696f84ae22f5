using System.Security.Claims;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.GbizId;

/// <summary>Signing in with GビズID: to the provider, back, and into the account it is linked to.</summary>
[Permit(Permission.Public)]
[Route("login/gbiz-id")]
public sealed class GbizIdLoginController(IOptionsMonitor<OAuthOptions> oauth, SessionStart sessions, GbizIdAudit audit, Database database, ILogger<GbizIdLoginController> log) : PortalController
{
    /// <summary>Where a sign-in that came to nothing is explained.</summary>
    public static string FailedAddress(GbizIdFailure why) => "/login/gbiz-id/failed" + QueryString.Create("why", Codes.Of(why));

    /// <summary>To the provider. Asked first whether it answers, so that nobody is sent into a browser's error page.</summary>
    [HttpGet("")]
    public async Task<IActionResult> Start(string? returnUrl, CancellationToken cancel)
    {
        var provider = oauth.Get(GbizIdSetup.Scheme);
        try
        {
            using var answer = await provider.Backchannel.GetAsync(new Uri(provider.AuthorizationEndpoint), HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested && GbizIdSetup.IsDown(exception))
        {
            log.LogWarning(exception, "The provider of GビズID does not answer.");
            await audit.FailedAsync(HttpContext, GbizIdFailure.Down);
            return Failed(Codes.Of(GbizIdFailure.Down));
        }
        var back = Url.IsLocalUrl(returnUrl) ? QueryString.Create("returnUrl", returnUrl!) : QueryString.Empty;
        return Challenge(new AuthenticationProperties { RedirectUri = "/login/gbiz-id/done" + back }, GbizIdSetup.Scheme);
    }

    [HttpGet("done")]
    public async Task<IActionResult> Done(string? returnUrl, CancellationToken cancel)
    {
        if (await SubjectAsync(HttpContext) is not { } subject) return Failed(Codes.Of(GbizIdFailure.Invalid));
        if (MaybeActor is not null) return LocalRedirect(GbizIdController.Page);
        await using var connection = await database.OpenAsync(cancel);
        if (await GbizIdStore.FindUserAsync(connection, subject) is not { } user) return View("Unlinked");
        await HttpContext.SignOutAsync(GbizIdSetup.ArrivedScheme);
        return await sessions.BeginAsync(HttpContext, user, SignInMethod.GbizId) is { } started ? LocalRedirect(started.Next(returnUrl)) : Failed(Codes.Of(GbizIdFailure.Invalid));
    }

    [HttpGet("failed")]
    public ViewResult Failed(string? why)
    {
        var known = Codes.From<GbizIdFailure>(why) ?? GbizIdFailure.Invalid;
        if (known == GbizIdFailure.Down)
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Response.Headers.RetryAfter = "60";
        }
        else if (known == GbizIdFailure.Invalid)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        return View("Failed", known);
    }

    /// <summary>Who has come back from the provider to this browser, at most ten minutes ago; null: nobody.</summary>
    internal static async Task<string?> SubjectAsync(HttpContext context) =>
        (await context.AuthenticateAsync(GbizIdSetup.ArrivedScheme)).Principal?.FindFirstValue(ClaimTypes.NameIdentifier);
}
