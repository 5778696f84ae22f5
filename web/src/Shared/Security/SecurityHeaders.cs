using GrantPortal.Domain.Accounts;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Shared.Security;

/// <summary>
/// Headers that tell the browser what our pages may do. Each is set when the response starts and only where the endpoint has not set its own:
/// a document that may be framed by our own pages sets <see cref="FramedByOurPages"/>.
/// </summary>
public sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The Content-Security-Policy of a file shown inside our pages: it may load nothing.</summary>
    public const string FramedByOurPages = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'; base-uri 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, Policy);
            headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
            if (context.Request.IsHttps && !IsLoopback(context.Request.Host)) headers.TryAdd(HeaderNames.StrictTransportSecurity, "max-age=31536000; includeSubDomains");
            // What a signed-in person saw must not come back from a shared computer's cache.
            if (context.Features.Get<Actor>() is not null) headers.TryAdd(HeaderNames.CacheControl, "no-store");
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static bool IsLoopback(HostString host) => new UriBuilder(Uri.UriSchemeHttp, host.Host).Uri.IsLoopback;
}
