using System.Globalization;

namespace GrantPortal.Web.Shared;

/// <summary>How the portal's cookies are named and guarded.</summary>
public static class PortalCookies
{
    /// <summary>
    /// Over https bound to this very host (<c>__Host-</c>). On the loopback addresses named by port, because browsers do not tell ports apart
    /// and two portals may run side by side.
    /// </summary>
    public static void Guard(CookieBuilder cookie, string name, PortalOptions portal)
    {
        var https = portal.PublicUrl.Scheme == Uri.UriSchemeHttps;
        cookie.Name = https ? "__Host-" + name : string.Create(CultureInfo.InvariantCulture, $"{name}-{portal.PublicUrl.Port}");
        cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.HttpOnly = true;
        cookie.Path = "/";
        cookie.IsEssential = true;
    }
}
