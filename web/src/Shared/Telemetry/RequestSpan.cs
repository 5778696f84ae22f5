using System.Diagnostics;
using GrantPortal.Web.Shared.Errors;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Http.Features;

namespace GrantPortal.Web.Shared.Telemetry;

/// <summary>
/// What a request's span tells: method, pattern, status and reference number. Not the address itself, which OpenTelemetry's own instrumentation
/// would record: queries hold names that are searched for, and tokens.
/// </summary>
public sealed class RequestSpan(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span) Tell(span, context);
        }
    }

    private static void Tell(Activity span, HttpContext context)
    {
        var (method, route, status) = (context.Request.Method, context.Route(), context.Response.StatusCode);
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status).SetTag("grantportal.reference", ErrorPages.ReferenceOf(context));
        if (status >= 500) span.SetStatus(ActivityStatusCode.Error);
    }
}
