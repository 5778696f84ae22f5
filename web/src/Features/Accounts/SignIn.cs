using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Checks a mail address with its password and begins a session. Every attempt stands in the audit.</summary>
public sealed class SignIn(
    SignInManager<PortalUser> identity, UserManager<PortalUser> users, IPasswordHasher<PortalUser> hasher, SessionStart sessions, AuditLog audit)
{
    /// <summary>Nobody's password is longer, and hashing more only costs time.</summary>
    public const int LongestPassword = 200;

    /// <summary>An unknown address must take as long as a wrong password: this hash is checked instead.</summary>
    private static readonly PortalUser Nobody = new() { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default };

    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <returns>Null when address or password are wrong, and nothing says which.</returns>
    public async Task<Started?> RunAsync(string email, string password, HttpContext context)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null || !await IsRightAsync(user, password))
        {
            if (user?.PasswordHash is null) hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
            // People type passwords into the wrong field: only what looks like an address is written down.
            var typed = email.Contains('@', StringComparison.Ordinal) && email.Length <= 254 ? email : null;
            await audit.AppendAsync(new AuditEntry(null, "login-failed", user is null ? null : "user", user?.Id.ToString(), context.Address(), new { email = typed }));
            return null;
        }
        return await sessions.BeginAsync(context, user, SignInMethod.Password);
    }

    /// <summary>Failures lock nobody out, for anybody could then shut out anybody else; slowing them down is the rate limits' work.</summary>
    private async Task<bool> IsRightAsync(PortalUser user, string password) =>
        password.Length <= LongestPassword && (await identity.CheckPasswordSignInAsync(user, password, lockoutOnFailure: false)).Succeeded;
}
