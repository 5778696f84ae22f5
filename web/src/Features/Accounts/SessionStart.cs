using System.Security.Claims;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>What a first factor led to.</summary>
public abstract record Started
{
    private Started()
    {
    }

    /// <summary>The address to redirect to.</summary>
    /// <param name="returnUrl">Where the person wanted to go; used only when it is an address of the portal.</param>
    public abstract string Next(string? returnUrl);

    /// <summary>The answer carries the session's cookie.</summary>
    public sealed record SignedIn(Actor Actor) : Started
    {
        public override string Next(string? returnUrl) => SessionStart.Destination(returnUrl, Actor);
    }
}

/// <summary>
/// Begins and renews sessions. Every way of signing in ends here once its first factor has succeeded, whatever that was: what must be shown
/// besides is decided here alone.
/// </summary>
public sealed class SessionStart(IUserClaimsPrincipalFactory<PortalUser> principals, Database database, TimeProvider clock)
{
    /// <summary>Begins a session in this browser; one that it had before ends.</summary>
    /// <param name="user">Whose first factor succeeded.</param>
    /// <returns>Null when the account is closed.</returns>
    public async Task<Started?> BeginAsync(HttpContext context, PortalUser user, SignInMethod method)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(context.RequestAborted);
        if (await AccountStore.FindActorAsync(connection, user.Id, now) is not { Actor: var actor }) return null;
        var session = Guid.NewGuid();
        await using (var transaction = await connection.BeginTransactionAsync(context.RequestAborted))
        {
            if (context.Session() is { } before && context.Features.Get<Actor>() is { } earlier) await SessionStore.EndAsync(connection, earlier.UserId, before.Id, now);
            await SessionStore.BeginAsync(connection, new NewSession(session, user.Id, context.Address(), DeviceWords.Of(context.Request.Headers.UserAgent), method, null), now);
            await AuditLog.AppendAsync(connection, new AuditEntry(actor, "login", "user", user.Id.ToString(), context.Address(), new { method = Codes.Of(method) }), now);
            await transaction.CommitAsync(context.RequestAborted);
        }
        await context.SignInAsync(IdentityConstants.ApplicationScheme, await PrincipalAsync(user, session));
        return new Started.SignedIn(actor);
    }

    /// <summary>
    /// The person has just proved again who they are, or changed a credential (the account's security stamp): the session of this request goes on
    /// under another id and cookie, and counts as a recent sign-in.
    /// </summary>
    /// <param name="second">What was shown besides the first factor; null: as it was.</param>
    public async Task RenewAsync(HttpContext context, SecondFactor? second = null)
    {
        if (context.Session() is not { } session || context.Features.Get<Actor>() is not { } actor) throw new InvalidOperationException("There is no session to renew.");
        await using var connection = await database.OpenAsync(context.RequestAborted);
        var id = Guid.NewGuid();
        // Ended meanwhile, from another device: it stays ended.
        if (!await SessionStore.RenewAsync(connection, session.Id, id, second, clock.GetUtcNow())) return;
        var user = await UserStore.FindAsync(connection, actor.UserId) ?? throw new InvalidOperationException("Accounts are not deleted.");
        await context.SignInAsync(IdentityConstants.ApplicationScheme, await PrincipalAsync(user, id));
    }

    /// <summary>What the session's cookie says, protected by the portal's keys.</summary>
    public async Task<ClaimsPrincipal> PrincipalAsync(PortalUser user, Guid session)
    {
        var principal = await principals.CreateAsync(user);
        principal.Identities.First().AddClaim(new Claim(CurrentActor.SessionClaim, session.ToString()));
        return principal;
    }

    /// <summary>Where one goes after signing in.</summary>
    public static string Destination(string? returnUrl, Actor actor) => RedirectHttpResult.IsLocalUrl(returnUrl) ? returnUrl! : actor.IsStaff ? "/review" : "/applications";
}
