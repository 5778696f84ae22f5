using System.Security.Cryptography;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>
/// Browsers that have signed in to an account before, by a cookie (docs/adr/0014): wrong passwords typed elsewhere do not slow them down. It proves
/// nothing else; whoever steals it may guess as often as its owner may mistype.
/// </summary>
public sealed class KnownDevices(IDataProtectionProvider protection, IOptions<PortalOptions> portal)
{
    /// <summary>People share computers; the accounts used last count.</summary>
    private const int MostAccounts = 8;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    private readonly IDataProtector protector = protection.CreateProtector("GrantPortal.KnownDevices");
    private readonly CookieBuilder cookie = Cookie(portal.Value);

    /// <summary>The browser's own id; null when it has never signed in to this account.</summary>
    public string? IdFor(HttpContext context, string email) => Read(context) is { } device && device.Accounts.Contains(RateLimits.Account(email), StringComparer.Ordinal) ? device.Id : null;

    /// <summary>Notes that this browser has signed in to the account.</summary>
    public void Remember(HttpContext context, string email)
    {
        var account = RateLimits.Account(email);
        var device = Read(context) ?? new Device(Guid.NewGuid().ToString("N"), []);
        var accounts = device.Accounts.Where(known => known != account).Prepend(account).Take(MostAccounts);
        context.Response.Cookies.Append(cookie.Name!, protector.Protect(string.Join(' ', accounts.Prepend(device.Id))), cookie.Build(context));
    }

    private Device? Read(HttpContext context)
    {
        if (context.Request.Cookies[cookie.Name!] is not { Length: > 0 } value) return null;
        try
        {
            var parts = protector.Unprotect(value).Split(' ');
            return new Device(parts[0], parts[1..]);
        }
        catch (CryptographicException)
        {
            return null; // Forged, or older than the keys.
        }
    }

    private static CookieBuilder Cookie(PortalOptions portal)
    {
        var device = new CookieBuilder { SameSite = SameSiteMode.Strict, MaxAge = Lifetime };
        PortalCookies.Guard(device, "device", portal);
        return device;
    }

    private sealed record Device(string Id, IReadOnlyList<string> Accounts);
}
