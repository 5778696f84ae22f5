using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>How an attempt to sign in ended.</summary>
public abstract record Attempt
{
    private Attempt()
    {
    }

    public sealed record Begun(Started Started) : Attempt;

    /// <summary>Address or password are wrong, and nothing says which.</summary>
    public sealed record Wrong : Attempt;

    /// <summary>The password was not looked at.</summary>
    public sealed record TooOften(TimeSpan Wait) : Attempt;
}

/// <summary>Checks a mail address with its password and begins a session. Every attempt that is looked at stands in the audit, refused ones once a minute.</summary>
public sealed class SignIn(
    SignInManager<PortalUser> identity,
    UserManager<PortalUser> users,
    IPasswordHasher<PortalUser> hasher,
    SessionStart sessions,
    KnownDevices devices,
    RateLimits limits,
    IOptions<LimitOptions> options,
    AuditLog audit)
{
    /// <summary>Refusals stand in the audit once in this time for each account: an attack must not fill it.</summary>
    private static readonly LimitSetting Told = new(1, TimeSpan.FromMinutes(1));

    /// <summary>An unknown address must take as long as a wrong password: this hash is checked instead.</summary>
    private static readonly PortalUser Nobody = new() { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default };

    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <summary>
    /// Wrong passwords slow down whoever types them and lock nobody out: a browser that has signed in to the account before has a bucket of its
    /// own, and passkeys and mailed links have nothing to do with passwords. Buckets are asked before the password is hashed.
    /// </summary>
    public async Task<Attempt> RunAsync(string email, string password, HttpContext context)
    {
        var (attempts, mistakes) = Buckets(email, context);
        if (await limits.TakeAsync([.. attempts, .. mistakes]) is { } wait)
        {
            if (await limits.TakeAsync(new Bucket($"login-refused:{RateLimits.Account(email)}", Told)) is null) await WriteAsync("login-refused", await users.FindByEmailAsync(email), email, context);
            return new Attempt.TooOften(wait);
        }
        var user = await users.FindByEmailAsync(email);
        if (user is null || !await IsRightAsync(user, password))
        {
            if (user?.PasswordHash is null) hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
            await WriteAsync("login-failed", user, email, context);
            return new Attempt.Wrong();
        }
        await limits.GiveBackAsync(mistakes);
        if (await sessions.BeginAsync(context, user, SignInMethod.Password) is not { } started) return new Attempt.Wrong();
        devices.Remember(context, user.Email);
        return new Attempt.Begun(started);
    }

    /// <summary>
    /// What every attempt takes from, and what a wrong password does: taken beforehand, so that many at the same moment count too, and given back for
    /// a right one. A browser that has signed in before shares none of it with others, those at its own address included.
    /// </summary>
    private (Bucket[] Attempts, Bucket[] Mistakes) Buckets(string email, HttpContext context)
    {
        var account = RateLimits.Account(email);
        var all = options.Value;
        if (devices.IdFor(context, email) is { } device)
            return ([], [new Bucket($"login:device:{device}:{account}", all.LoginByDevice), new Bucket($"login:device-day:{device}:{account}", all.LoginByAccountAndDay)]);
        var address = RateLimits.Address(context);
        return (
            [new Bucket($"login:all:{address}", all.SignInsByAddress)],
            [new Bucket($"login:address:{address}", all.LoginByAddress), new Bucket($"login:account:{account}", all.LoginByAccount), new Bucket($"login:day:{account}", all.LoginByAccountAndDay)]);
    }

    private Task WriteAsync(string action, PortalUser? user, string email, HttpContext context)
    {
        // People type passwords into the wrong field: only what looks like an address is written down.
        var typed = email.Contains('@', StringComparison.Ordinal) && email.Length <= 254 ? email : null;
        return audit.AppendAsync(new AuditEntry(null, action, user is null ? null : "user", user?.Id.ToString(), context.Address(), new { email = typed }));
    }

    private async Task<bool> IsRightAsync(PortalUser user, string password) =>
        password.Length <= PasswordPolicy.Longest && (await identity.CheckPasswordSignInAsync(user, password, lockoutOnFailure: false)).Succeeded;
}
