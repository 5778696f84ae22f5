using GrantPortal.Web.Shared.Clock;
using GrantPortal.Web.Shared.Errors;
using GrantPortal.Web.Shared.Health;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Security;
using GrantPortal.Web.Shared.Telemetry;

namespace GrantPortal.Web.Shared;

/// <summary>What a request passes through, in order.</summary>
public static class Pipeline
{
    public static void UsePortal(this WebApplication app)
    {
        app.UseTelemetry();
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseResponseCompression();
        app.Use((context, next) =>
        {
            context.Items["ClockBanner"] = context.RequestServices.GetRequiredService<PortalClock>().Banner;
            return next(context);
        });
        app.UseMiddleware<ErrorPages>();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<CurrentActor>();
        app.UseMiddleware<PermissionGate>();
        app.Use(async (context, next) =>
        {
            await next(context);
            // What was done may have left something to do.
            if (!context.Request.IsRead()) context.RequestServices.GetRequiredService<JobSignal>().Wake();
        });
        app.MapStaticAssets().Add(asset => asset.Metadata.Add(new PermitAttribute(Permission.Public)));
        app.MapHealth();
        // Pages link assets by the name that holds their content's hash: kept for a year, never asked for again.
        app.MapControllers().WithStaticAssets();
    }
}
