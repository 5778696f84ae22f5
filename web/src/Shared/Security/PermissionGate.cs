using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Errors;
using Microsoft.AspNetCore.Http.Metadata;

namespace GrantPortal.Web.Shared.Security;

/// <summary>
/// Lets a request through to its endpoint only with the permission the endpoint names. Signed out: to the sign-in page and back, with what
/// was posted. Signed in without it: 403. An endpoint that names none is open to nobody. Staff who have shown one factor only are led to set up
/// a second one, and an endpoint marked <c>[RecentSignIn]</c> asks for one.
/// </summary>
public sealed class PermissionGate(RequestDelegate next, ParkedPosts parked, StepAddress steps, RecentSignIn recent, AuditLog audit, ILogger<PermissionGate> log)
{
    /// <summary>Bytes of a request body unless its endpoint says otherwise with <c>[RequestSizeLimit]</c>.</summary>
    public const long LargestBody = 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var permit = endpoint?.Metadata.GetMetadata<PermitAttribute>();
        var actor = context.Features.Get<Actor>();
        if (permit is null)
        {
            // Without an endpoint the answer is 404; endpoints that have no route are routing's own, for 405 and 415.
            if (endpoint is not RouteEndpoint)
            {
                await next(context);
                return;
            }
            log.LogError("{Endpoint} names no permission and is refused.", endpoint.DisplayName);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (!Permissions.Allows(permit.Permission, actor))
        {
            await (actor is null ? AskToSignInAsync(context) : DenyAsync(context, actor, permit.Permission));
        }
        else if (permit.Permission != Permission.Public && actor!.IsStaff && context.Session() is { HasBothFactors: false, Exempt: false }
            && endpoint!.Metadata.GetMetadata<OneFactorSufficesAttribute>() is null)
        {
            AskForSecondFactor(context);
        }
        else if (endpoint!.Metadata.GetMetadata<RecentSignInAttribute>() is not null && !recent.Holds(context))
        {
            await recent.AskAsync(context);
        }
        else if (context.Request.ContentLength > Limit(endpoint!))
        {
            // Asked here, because the antiforgery check would call a form it may not read to its end an old one.
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        }
        else
        {
            await next(context);
        }
    }

    private async Task AskToSignInAsync(HttpContext context)
    {
        if (context.Request.IsFromScript())
        {
            ErrorPages.Say(context, "ログインの有効期限が切れました。ログインし直してください。入力した内容は、この画面に残っています。");
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var address = context.Request.Path + context.Request.QueryString;
        if (!context.Request.IsRead())
        {
            address = steps.Of(context);
            await parked.ParkAsync(context, address);
        }
        context.Response.Redirect("/login" + QueryString.Create("returnUrl", address));
    }

    private static void AskForSecondFactor(HttpContext context)
    {
        if (context.Request.IsFromScript())
        {
            ErrorPages.Say(context, "先に、2段階認証を設定してください。");
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        context.Response.Redirect(OneFactorSufficesAttribute.SetUp);
    }

    private async Task DenyAsync(HttpContext context, Actor actor, Permission permission)
    {
        await audit.AppendAsync(new AuditEntry(actor, "denied", "path", context.Request.Path, context.Address(),
            new { method = context.Request.Method, permission = permission.ToString() }), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    private static long? Limit(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { } limit ? limit.MaxRequestBodySize : LargestBody;
}
