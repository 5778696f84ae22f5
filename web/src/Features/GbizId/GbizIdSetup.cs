using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.GbizId;

/// <summary>
/// GビズID on the framework's OAuth handler: code flow with PKCE and state, who it is from the provider's userinfo (docs/adr/0016). What comes of it is
/// a short-lived cookie that names the subject and nothing else; <see cref="GbizIdLoginController"/> goes on from there.
/// </summary>
public static class GbizIdSetup
{
    public const string Scheme = "GbizId";

    /// <summary>The cookie of somebody who has come back from the provider.</summary>
    public const string ArrivedScheme = "GbizIdArrived";

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>Without settings there is neither a handler nor an address of it.</summary>
    public static void AddGbizId(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GbizIdOptions>().BindConfiguration(GbizIdOptions.Section)
            .Validate(gbiz => gbiz.IsWhole(), "GbizId: set the three endpoints (https), ClientId and ClientSecret, or none of them.").ValidateOnStart();
        if (!(configuration.GetSection(GbizIdOptions.Section).Get<GbizIdOptions>() ?? new GbizIdOptions()).IsOn)
        {
            services.Configure<MvcOptions>(mvc => mvc.Conventions.Add(new NoControllers()));
            return;
        }
        services.AddAuthentication().AddCookie(ArrivedScheme).AddOAuth(Scheme, _ => { });
        services.AddOptions<CookieAuthenticationOptions>(ArrivedScheme).Configure<IOptions<PortalOptions>>((arrived, portal) =>
        {
            arrived.ExpireTimeSpan = SessionStart.HalfLasts;
            arrived.SlidingExpiration = false;
            arrived.Cookie.SameSite = SameSiteMode.Lax;
            PortalCookies.Guard(arrived.Cookie, "gbiz-id", portal.Value);
        });
        services.AddOptions<OAuthOptions>(Scheme).Configure<IOptions<GbizIdOptions>, IOptions<PortalOptions>>((oauth, gbiz, portal) => Configure(oauth, gbiz.Value, portal.Value));
    }

    private static void Configure(OAuthOptions oauth, GbizIdOptions gbiz, PortalOptions portal)
    {
        oauth.ClientId = gbiz.ClientId;
        oauth.ClientSecret = gbiz.ClientSecret;
        oauth.AuthorizationEndpoint = gbiz.AuthorizationEndpoint!.ToString();
        oauth.TokenEndpoint = gbiz.TokenEndpoint!.ToString();
        oauth.UserInformationEndpoint = gbiz.UserInfoEndpoint!.ToString();
        oauth.CallbackPath = "/login/gbiz-id/callback";
        oauth.SignInScheme = ArrivedScheme;
        oauth.UsePkce = true;
        oauth.SaveTokens = false;
        oauth.Scope.Clear();
        oauth.Scope.Add("openid");
        oauth.ClaimActions.MapJsonKey(ClaimTypes.NameIdentifier, "sub");
        // Between us and the browser's cookie, which knows the real time only; a demo's clock may stand elsewhere.
        oauth.TimeProvider = TimeProvider.System;
        oauth.BackchannelTimeout = AnswerWithin;
        oauth.BackchannelHttpHandler = new RefuseErrors { InnerHandler = new SocketsHttpHandler { ConnectTimeout = ConnectWithin, AllowAutoRedirect = false } };
        // Lax: the provider's page leads back here.
        oauth.CorrelationCookie.SameSite = SameSiteMode.Lax;
        PortalCookies.Guard(oauth.CorrelationCookie, "gbiz-id-state", portal);
        oauth.Events.OnCreatingTicket = WhoIsItAsync;
        oauth.Events.OnAccessDenied = context =>
        {
            context.HandleResponse();
            context.Response.Redirect(GbizIdLoginController.FailedAddress(GbizIdFailure.Declined));
            return Task.CompletedTask;
        };
        oauth.Events.OnRemoteFailure = FailedAsync;
    }

    private static async Task WhoIsItAsync(OAuthCreatingTicketContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, context.Options.UserInformationEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        if (!answer.IsSuccessStatusCode) throw new AuthenticationFailureException($"The provider's userinfo answered {(int)answer.StatusCode}.");
        using var user = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(context.HttpContext.RequestAborted));
        context.RunClaimActions(user.RootElement);
        if (context.Identity?.FindFirst(ClaimTypes.NameIdentifier) is not { Value.Length: > 0 and <= 255 }) throw new AuthenticationFailureException("The provider did not say who it is.");
    }

    /// <summary>Whatever went wrong between us and the provider becomes a page of ours.</summary>
    private static async Task FailedAsync(RemoteFailureContext context)
    {
        var why = IsDown(context.Failure) ? GbizIdFailure.Down : GbizIdFailure.Invalid;
        var services = context.HttpContext.RequestServices;
        services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(GbizIdSetup).FullName!).LogWarning(context.Failure, "A sign-in with GビズID failed: {Why}.", why);
        await services.GetRequiredService<GbizIdAudit>().FailedAsync(context.HttpContext, why);
        context.HandleResponse();
        context.Response.Redirect(GbizIdLoginController.FailedAddress(why));
    }

    internal static bool IsDown(Exception? failure) => failure is not null && (failure is HttpRequestException or OperationCanceledException || IsDown(failure.InnerException));

    /// <summary>A provider that answers 5xx is down, whatever the body says.</summary>
    private sealed class RefuseErrors : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if ((int)answer.StatusCode < StatusCodes.Status500InternalServerError) return answer;
            answer.Dispose();
            throw new HttpRequestException($"The provider answered {(int)answer.StatusCode}.");
        }
    }

    private sealed class NoControllers : IApplicationModelConvention
    {
        public void Apply(ApplicationModel application)
        {
            foreach (var controller in application.Controllers.Where(c => c.ControllerType.Namespace == typeof(GbizIdSetup).Namespace).ToList())
                application.Controllers.Remove(controller);
        }
    }
}
