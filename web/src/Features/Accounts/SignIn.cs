using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Checks a mail address with its password and begins a session. Every attempt stands in the audit.</summary>
public sealed class SignIn(
    SignInManager<PortalUser> identity, UserManager<PortalUser> users, IPasswordHasher<PortalUser> hasher, Database database, TimeProvider clock, AuditLog audit)
{
    /// <summary>Nobody's password is longer, and hashing more only costs time.</summary>
    public const int LongestPassword = 200;

    /// <summary>An unknown address must take as long as a wrong password: this hash is checked instead.</summary>
    private static readonly PortalUser Nobody = new() { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default };

    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <returns>Who signed in; null when address or password are wrong, and nothing says which.</returns>
    public async Task<Actor?> RunAsync(string email, string password, string? address)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null || !await IsRightAsync(user, password))
        {
            if (user?.PasswordHash is null) hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
            // People type passwords into the wrong field: only what looks like an address is written down.
            var typed = email.Contains('@', StringComparison.Ordinal) && email.Length <= 254 ? email : null;
            await audit.AppendAsync(new AuditEntry(null, "login-failed", user is null ? null : "user", user?.Id.ToString(), address, new { email = typed }));
            return null;
        }
        await identity.SignInAsync(user, isPersistent: false);
        await using var connection = await database.OpenAsync();
        var actor = (await AccountStore.FindActorAsync(connection, user.Id, clock.GetUtcNow()))?.Actor;
        if (actor is not null) await AuditLog.AppendAsync(connection, new AuditEntry(actor, "login", "user", user.Id.ToString(), address), clock.GetUtcNow());
        return actor;
    }

    /// <summary>Failures lock nobody out, for anybody could then shut out anybody else; slowing them down is the rate limits' work.</summary>
    private async Task<bool> IsRightAsync(PortalUser user, string password) =>
        password.Length <= LongestPassword && (await identity.CheckPasswordSignInAsync(user, password, lockoutOnFailure: false)).Succeeded;
}
