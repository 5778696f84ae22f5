using GrantPortal.Data.Accounts;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Shared.Security;

/// <summary>What a request is like, apart from what it asks for.</summary>
public static class Requests
{
    /// <summary>Made by a script, which follows no redirect to a page: 401 instead of the sign-in page, JSON instead of an error page.</summary>
    public static bool IsFromScript(this HttpRequest request) =>
        request.Headers.XRequestedWith == "fetch"
        || request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    /// <summary>GET and HEAD: answered by a page, changes nothing.</summary>
    public static bool IsRead(this HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>
    /// False when the browser says that another site sent it. A form of ours always says so or says nothing (browsers without these headers).
    /// </summary>
    public static bool IsFromOurPages(this HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none")) return false;
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }

    /// <summary>Path and query of the page the request came from, when it is one of ours.</summary>
    public static string? LocalReferer(this HttpRequest request) =>
        Uri.TryCreate(request.Headers[HeaderNames.Referer], UriKind.Absolute, out var from) && from.Authority == request.Host.Value ? from.PathAndQuery : null;

    /// <summary>The pattern of the address, as in <c>review/{id:guid}</c>: what logs may say. The address itself can hold what somebody typed.</summary>
    public static string Route(this HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no page of ours)";

    /// <summary>The session of a signed-in request; null when signed out.</summary>
    public static PortalSession? Session(this HttpContext context) => context.Features.Get<PortalSession>();

    /// <summary>The caller's IP address, for the audit.</summary>
    public static string? Address(this HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
