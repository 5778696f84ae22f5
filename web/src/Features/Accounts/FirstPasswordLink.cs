using System.Globalization;
using System.Security.Cryptography;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>
/// A link that lets its holder set the first password of one account: protected by the portal's keys, valid for a day, and void as soon as the
/// account's security stamp changes, which setting the password does.
/// </summary>
public sealed class FirstPasswordLink(IDataProtectionProvider protection, TimeProvider clock, IOptions<PortalOptions> portal)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly IDataProtector protector = protection.CreateProtector("GrantPortal.FirstPassword.v1");

    public Uri Make(Guid userId, string stamp)
    {
        var until = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        var token = protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{userId:N} {until} {stamp}"));
        return new Uri(portal.Value.PublicUrl, "/login/first?token=" + Uri.EscapeDataString(token));
    }

    /// <returns>Null when the token is not ours, or too old.</returns>
    public (Guid UserId, string Stamp)? Read(string? token)
    {
        try
        {
            var parts = protector.Unprotect(token ?? "").Split(' ', 3);
            return clock.GetUtcNow().ToUnixTimeSeconds() < long.Parse(parts[1], CultureInfo.InvariantCulture) ? (Guid.ParseExact(parts[0], "N"), parts[2]) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
