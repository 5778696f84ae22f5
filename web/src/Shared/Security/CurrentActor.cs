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
/// Reads who is signed in, with roles and memberships, once per request: a role taken away or a password changed counts from the next request.
/// </summary>
public sealed class CurrentActor(RequestDelegate next, Database database, TimeProvider clock, IOptions<IdentityOptions> identity)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true && context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        {
            if (await FindAsync(context) is { } actor)
            {
                context.Features.Set(actor);
            }
            else
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
                await context.SignOutAsync(IdentityConstants.ApplicationScheme);
            }
        }
        await next(context);
    }

    private async Task<Actor?> FindAsync(HttpContext context)
    {
        if (!Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)) return null;
        await using var connection = await database.OpenAsync(context.RequestAborted);
        var known = await AccountStore.FindActorAsync(connection, id, clock.GetUtcNow());
        var stamp = context.User.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);
        return known is not null && known.SecurityStamp == stamp ? known.Actor : null;
    }
}
