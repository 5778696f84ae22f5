using System.Security.Claims;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

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
    /// <param name="OfferPasskey">The person has not been offered a passkey before.</param>
    public sealed record SignedIn(Actor Actor, bool OfferPasskey) : Started
    {
        public override string Next(string? returnUrl)
        {
            var destination = SessionStart.Destination(returnUrl, Actor);
            return OfferPasskey ? "/account/passkeys/offer" + QueryString.Create("returnUrl", destination) : destination;
        }
    }

    /// <summary>The answer carries a cookie that says so; nobody is signed in yet.</summary>
    public sealed record SecondFactorNeeded : Started
    {
        public override string Next(string? returnUrl) => "/login/second-factor" + (RedirectHttpResult.IsLocalUrl(returnUrl) ? QueryString.Create("returnUrl", returnUrl!) : QueryString.Empty);
    }
}

/// <summary>Whose first factor succeeded and whose second one is awaited.</summary>
public sealed record HalfSignedIn(PortalUser User, SignInMethod Method);

/// <summary>
/// Begins and renews sessions. Every way of signing in ends here once its first factor has succeeded, whatever that was: what must be shown
/// besides is decided here alone.
/// </summary>
public sealed class SessionStart(IUserClaimsPrincipalFactory<PortalUser> principals, IOptions<IdentityOptions> identity, Database database, TimeProvider clock)
{
    /// <summary>The cookie between two factors.</summary>
    public const string HalfScheme = "Half";

    /// <summary>How long the second factor may take.</summary>
    public static readonly TimeSpan HalfLasts = TimeSpan.FromMinutes(10);

    /// <summary>Begins a session in this browser; one that it had before ends. Or asks for a second factor first.</summary>
    /// <param name="user">Whose first factor succeeded.</param>
    /// <returns>Null when the account is closed.</returns>
    public async Task<Started?> BeginAsync(HttpContext context, PortalUser user, SignInMethod method)
    {
        await using var connection = await database.OpenAsync(context.RequestAborted);
        if (await AccountStore.FindActorAsync(connection, user.Id, clock.GetUtcNow()) is not { Actor: var actor }) return null;
        if (method == SignInMethod.Passkey || !(await SecondFactorStore.OfUserAsync(connection, user.Id)).AsksForSecond(actor.IsStaff))
            return await SignInAsync(connection, context, user, actor, method, null);
        var half = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, user.Id.ToString()), new(ClaimTypes.AuthenticationMethod, Codes.Of(method)), new(identity.Value.ClaimsIdentity.SecurityStampClaimType, user.SecurityStamp)],
            HalfScheme);
        await context.SignInAsync(HalfScheme, new ClaimsPrincipal(half));
        return new Started.SecondFactorNeeded();
    }

    /// <summary>Whose second factor this browser is asked for; null when that was too long ago, or the account changed meanwhile.</summary>
    public async Task<HalfSignedIn?> HalfAsync(HttpContext context)
    {
        if ((await context.AuthenticateAsync(HalfScheme)).Principal is not { } half) return null;
        if (!Guid.TryParse(half.FindFirstValue(ClaimTypes.NameIdentifier), out var id) || Codes.From<SignInMethod>(half.FindFirstValue(ClaimTypes.AuthenticationMethod)) is not { } method) return null;
        await using var connection = await database.OpenAsync(context.RequestAborted);
        return await UserStore.FindAsync(connection, id) is { } user && user.SecurityStamp == half.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType)
            ? new HalfSignedIn(user, method)
            : null;
    }

    /// <summary>Begins the session after the second factor.</summary>
    /// <returns>Null when the account is closed.</returns>
    public async Task<Started?> CompleteAsync(HttpContext context, HalfSignedIn half, SecondFactor second)
    {
        await using var connection = await database.OpenAsync(context.RequestAborted);
        if (await AccountStore.FindActorAsync(connection, half.User.Id, clock.GetUtcNow()) is not { Actor: var actor }) return null;
        await context.SignOutAsync(HalfScheme);
        return await SignInAsync(connection, context, half.User, actor, half.Method, second);
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

    private async Task<Started> SignInAsync(NpgsqlConnection connection, HttpContext context, PortalUser user, Actor actor, SignInMethod method, SecondFactor? second)
    {
        var (now, session) = (clock.GetUtcNow(), Guid.NewGuid());
        await using var transaction = await connection.BeginTransactionAsync(context.RequestAborted);
        if (context.Session() is { } before && context.Features.Get<Actor>() is { } earlier) await SessionStore.EndAsync(connection, earlier.UserId, before.Id, now);
        await SessionStore.BeginAsync(connection, new NewSession(session, user.Id, context.Address(), DeviceWords.Of(context.Request.Headers.UserAgent), method, second), now);
        var detail = new { method = Codes.Of(method), second = second is { } shown ? Codes.Of(shown) : null };
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "login", "user", user.Id.ToString(), context.Address(), detail), now);
        var offer = await SecondFactorStore.OfferPasskeyAsync(connection, user.Id, now)
            && await SecondFactorStore.OfUserAsync(connection, user.Id) is { Passkeys: 0, Exempt: false } && (!actor.IsStaff || second is not null);
        await transaction.CommitAsync(context.RequestAborted);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, await PrincipalAsync(user, session));
        return new Started.SignedIn(actor, offer);
    }
}
