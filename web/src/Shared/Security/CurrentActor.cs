using System.Security.Claims;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Security;

/// <summary>
/// Reads the session with who is signed in, roles and memberships, once per request: a session ended, a role taken away or a password changed
/// counts from the next request.
/// </summary>
public sealed class CurrentActor(RequestDelegate next, Database database, TimeProvider clock, IOptions<IdentityOptions> identity)
{
    /// <summary>Names the session in the cookie.</summary>
    public const string SessionClaim = "session";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true && context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        {
            if (await FindAsync(context) is { } known)
            {
                context.Features.Set(known.Actor);
                context.Features.Set(known.Session);
            }
            else
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
                await context.SignOutAsync(IdentityConstants.ApplicationScheme);
            }
        }
        await next(context);
    }

    private async Task<KnownSession?> FindAsync(HttpContext context)
    {
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var user)) return null;
        if (!Guid.TryParse(context.User.FindFirstValue(SessionClaim), out var session)) return null;
        await using var connection = await database.OpenAsync(context.RequestAborted);
        var known = await SessionStore.FindAsync(connection, session, user, clock.GetUtcNow());
        return known?.SecurityStamp == context.User.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ? known : null;
    }
}
