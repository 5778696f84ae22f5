using System.Net;
using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Offices;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Features.Admin;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Claims;
using GrantPortal.Web.Features.Demo;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Factors;
using GrantPortal.Web.Features.GbizId;
using GrantPortal.Web.Features.Import;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Features.Mails;
using GrantPortal.Web.Features.Members;
using GrantPortal.Web.Features.Offices;
using GrantPortal.Web.Features.Operations;
using GrantPortal.Web.Features.Overview;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Features.Routing;
using GrantPortal.Web.Features.Years;
using GrantPortal.Web.Shared.Clock;
using GrantPortal.Web.Shared.Health;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using GrantPortal.Web.Shared.Telemetry;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace GrantPortal.Web.Shared;

/// <summary>Everything the portal is made of, in one place.</summary>
public static class Composition
{
    public static void AddPortal(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddTelemetry();
        AddSettings(services);
        AddStorage(services);
        AddWeb(services, builder.Configuration);
        services.AddKeyRing(builder.Configuration);
        AddSessions(services);
        services.AddGbizId(builder.Configuration);
        AddJobs(services);
        AddFeatures(services);
        services.AddHostedService<Startup>();
        services.AddSingleton<Drain>();
        services.AddHostedService(s => s.GetRequiredService<Drain>());
        services.AddHostedService(s => s.GetRequiredService<JobWorker>());
    }

    private static void AddSettings(IServiceCollection services)
    {
        Section<PortalOptions>(services, PortalOptions.Section)
            .Validate(portal => portal.PublicUrl is { IsAbsoluteUri: true } url && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback), "Portal:PublicUrl must begin with https:// (http:// only on the loopback addresses).");
        Section<StorageOptions>(services, StorageOptions.Section);
        Section<DocumentOptions>(services, DocumentOptions.Section);
        Section<ScannerOptions>(services, ScannerOptions.Section);
        Section<ClockOptions>(services, ClockOptions.Section);
        Section<DemoOptions>(services, DemoOptions.Section);
        Section<SmtpOptions>(services, SmtpOptions.Section);
        Section<JobOptions>(services, JobOptions.Section);
        Section<LetterOptions>(services, LetterOptions.Section);
        Section<TelemetryOptions>(services, TelemetryOptions.Section);
        Section<ShutdownOptions>(services, ShutdownOptions.Section);
        Section<LimitOptions>(services, LimitOptions.Section)
            .Validate(limits => limits.AreSound, "Limits: every Count must be 1 to 1,000,000 and every Per longer than 0 and at most 366 days.");
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(shutdown.Value.DrainSeconds + shutdown.Value.GraceSeconds));
    }

    private static OptionsBuilder<T> Section<T>(IServiceCollection services, string section)
        where T : class => services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();

    private static void AddStorage(IServiceCollection services)
    {
        services.AddSingleton<PortalClock>();
        services.AddSingleton<TimeProvider>(s => s.GetRequiredService<PortalClock>());
        services.AddSingleton<ClockStart>();
        services.AddSingleton(s => Database.At(
            s.GetRequiredService<IConfiguration>().GetConnectionString("Portal") is { Length: > 0 } portal
                ? portal
                : throw new OptionsValidationException("ConnectionStrings:Portal", typeof(string), ["ConnectionStrings:Portal is missing."]),
            s.GetRequiredService<IDataProtectionProvider>,
            s.GetRequiredService<IConfiguration>().GetConnectionString("Replica") is { Length: > 0 } replica ? replica : null));
        services.AddSingleton(s => s.GetRequiredService<IOptions<StorageOptions>>().Value.Open());
        services.AddSingleton(s => s.GetRequiredService<IOptions<StorageOptions>>().Value.OpenOnce());
        services.AddSingleton(s => s.GetRequiredService<IOptions<StorageOptions>>().Value.OpenQuarantine());
        services.AddSingleton<IMalwareScanner>(s => new ClamdScanner(s.GetRequiredService<IOptions<ScannerOptions>>().Value));
    }

    private static void AddWeb(IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddControllersWithViews(options =>
        {
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            options.Filters.Add(new AutoValidateAntiforgeryTokenAttribute());
            options.Filters.Add<StaleForms>();
            BindingWords.Apply(options.ModelBindingMessageProvider);
        }).AddRazorOptions(FeatureViews.Configure);
        // Japanese stands in the pages as it is, not as a number a character.
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        // Pages alone (docs/adr/0040): the portal's own files are compressed once, when it is published.
        services.AddResponseCompression(pages =>
        {
            pages.EnableForHttps = true;
            pages.MimeTypes = [MediaTypeNames.Text.Html];
        });
        ProcessLimits.Add(services);
        services.AddSingleton<StepAddress>();
        services.AddSingleton<ParkedPosts>();
        services.AddSingleton<RecentSignIn>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = PermissionGate.LargestBody;
        });
        // Bytes a sender may be ahead of the store, for each of very many uploads at once.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = 64 * 1024);
        services.Configure<FormOptions>(form => form.ValueLengthLimit = ParkedPosts.LargestForm);
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<PortalOptions>>((forms, portal) =>
        {
            forms.HeaderName = "RequestVerificationToken";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            // The Content-Security-Policy says who may frame what.
            forms.SuppressXFrameOptionsHeader = true;
            PortalCookies.Guard(forms.Cookie, "form", portal.Value);
        });
        services.AddOptions<CookieTempDataProviderOptions>().Configure<IOptions<PortalOptions>>((banner, portal) => PortalCookies.Guard(banner.Cookie, "banner", portal.Value));

        // Addresses and schemes are believed only from proxies the operator names: Proxies:Known = addresses or networks.
        var proxies = configuration.GetSection("Proxies:Known").Get<string[]>() ?? [];
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = proxies.Length == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var proxy in proxies)
                forwarded.KnownIPNetworks.Add(proxy.Contains('/', StringComparison.Ordinal) ? System.Net.IPNetwork.Parse(proxy) : new System.Net.IPNetwork(IPAddress.Parse(proxy), proxy.Contains(':', StringComparison.Ordinal) ? 128 : 32));
        });
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddIdentityCore<PortalUser>(identity =>
        {
            identity.User.RequireUniqueEmail = true;
            identity.User.AllowedUserNameCharacters = "";
            identity.Password = new PasswordOptions { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false };
        }).AddSignInManager();
        services.AddSingleton<IPasswordHasher<PortalUser>, PortalPasswordHasher>();
        services.AddScoped<IUserStore<PortalUser>, UserStore>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme)
            .AddCookie(SessionStart.HalfScheme)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme);
        // What a first factor led to, until the second one is shown; and what a passkey is asked, until it answers.
        foreach (var (scheme, name) in new[] { (SessionStart.HalfScheme, "half"), (IdentityConstants.TwoFactorUserIdScheme, "passkey") })
        {
            services.AddOptions<CookieAuthenticationOptions>(scheme).Configure<IOptions<PortalOptions>>((half, portal) =>
            {
                half.ExpireTimeSpan = SessionStart.HalfLasts;
                half.SlidingExpiration = false;
                // Lax: another provider's page may have led here.
                half.Cookie.SameSite = SameSiteMode.Lax;
                PortalCookies.Guard(half.Cookie, name, portal.Value);
            });
        }
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PortalOptions>>((passkeys, portal) => Passkeys.Configure(passkeys, portal.Value.PublicUrl));
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<IOptions<PortalOptions>>((session, portal) =>
        {
            // The session's row knows its last use; the cookie only may not outlive it.
            session.ExpireTimeSpan = SessionStore.Longest;
            session.SlidingExpiration = false;
            // Lax, so that a link in a mail finds its reader signed in.
            session.Cookie.SameSite = SameSiteMode.Lax;
            PortalCookies.Guard(session.Cookie, "portal", portal.Value);
            // The permission gate leads to the sign-in page; what a controller forbids is answered, not redirected.
            session.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
            session.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
        });
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static void AddJobs(IServiceCollection services)
    {
        services.AddSingleton<JobSignal>();
        services.AddSingleton<JobWorker>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<IJobHandler, PrintLetterJob>();
        services.AddSingleton<MailHandler>();
        services.AddSingleton<IJobHandler>(s => s.GetRequiredService<MailHandler>());
        services.AddSingleton<IJobHandler, LinkMailHandler>();
        services.AddSingleton<IJobHandler, InvitationMailJob>();
        services.AddSingleton<IJobHandler, OrphanSweep>();
        services.AddSingleton<IJobHandler, InspectDocumentJob>();
        services.AddSingleton<IJobHandler, ScanDocumentJob>();
        services.AddSingleton<IJobHandler, ReconcileJob>();
        services.AddSingleton<IJobHandler, RetentionJob>();
        services.AddSingleton<IJobHandler, DraftDeletionJob>();
        services.AddSingleton<IJobHandler, ReadReceiptJob>();
        services.AddSingleton<IJobHandler, ReceiptReuseJob>();
        services.AddSingleton<IJobHandler, FiguresJob>();
        services.AddSingleton<IJobHandler, ApplicantDigestJob>();
        services.AddSingleton(new DailyJob(ApplicantDigestJob.JobKind, new TimeOnly(18, 0)));
        services.AddSingleton<IJobHandler, StaffDigestJob>();
        services.AddSingleton(new DailyJob(StaffDigestJob.JobKind, new TimeOnly(8, 30)));
        services.AddSingleton<IJobHandler, DraftReminderJob>();
        services.AddSingleton<IJobHandler, ReturnReminderJob>();
        services.AddSingleton<IJobHandler, HandBackJob>();
        services.AddSingleton<IJobHandler, CoverJob>();
        services.AddSingleton<IJobHandler, RoleTakenJob>();
        services.AddSingleton<IJobHandler, FirstPasswordMailJob>();
        services.AddSingleton<IJobHandler, OfficeImportJob>();
        services.AddSingleton(new DailyJob(DraftReminderJob.JobKind, new TimeOnly(9, 0)));
        services.AddSingleton(new DailyJob(ReturnReminderJob.JobKind, new TimeOnly(9, 0)));
        services.AddSingleton(new DailyJob(OrphanSweep.JobKind, new TimeOnly(3, 0)));
        services.AddSingleton(new DailyJob(ReconcileJob.JobKind, new TimeOnly(4, 0)));
        services.AddSingleton(new DailyJob(RetentionJob.JobKind, NextRun.At));
        services.AddSingleton(new DailyJob(DraftDeletionJob.JobKind, new TimeOnly(9, 0)));
    }

    private static void AddFeatures(IServiceCollection services)
    {
        services.AddSingleton<AuditLog>();
        services.AddScoped<SessionStart>();
        services.AddScoped<Passkeys>();
        services.AddScoped<PasswordProof>();
        services.AddSingleton<AuthenticatorApp>();
        services.AddSingleton<RecoveryCodes>();
        services.AddSingleton<FactorChanges>();
        services.AddSingleton<GbizIdAudit>();
        services.AddScoped<SignIn>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<FirstPasswordLink>();
        services.AddSingleton<AccountMails>();
        services.AddSingleton<PasswordPolicy>();
        services.AddScoped<PasswordChange>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<AdminCommand>();
        services.AddSingleton<ReconcileCommand>();
        services.AddSingleton<RetentionCommand>();
        services.AddSingleton<DeleteApplication>();
        services.AddSingleton<HoldApplication>();
        services.AddSingleton<DemoSeed>();
        services.AddSingleton<OfficeQueries>();
        services.AddSingleton<BankQueries>();
        services.AddSingleton<IBlobStore, AzureBlobStore>();
        services.AddSingleton<ApplicationMails>();
        services.AddSingleton<IssueLetter>();
        services.AddSingleton<LetterPages>();
        services.AddSingleton<PdfPrinter>();
        services.AddSingleton<ApplicationCommand>();
        services.AddSingleton<EditApplication>();
        services.AddSingleton<SaveStep>();
        services.AddSingleton<SubmitApplication>();
        services.AddSingleton<UploadDocument>();
        services.AddSingleton<DocumentAccess>();
        services.AddSingleton<BadDocument>();
        services.AddSingleton<StepUploads>();
        services.AddSingleton<KnownOffices>();
        services.AddSingleton<InvitationLink>();
        services.AddSingleton<MemberMails>();
        services.AddSingleton<InviteMember>();
        services.AddSingleton<AcceptInvitation>();
        services.AddSingleton<ChangeMembers>();
        services.AddSingleton<UserMails>();
        services.AddSingleton<AddStaff>();
        services.AddSingleton<AskRoleChange>();
        services.AddSingleton<EndRoleChange>();
        services.AddSingleton<ClaimMails>();
        services.AddSingleton<FileClaim>();
        services.AddSingleton<DecideClaim>();
        services.AddSingleton<ManageOffices>();
        services.AddSingleton<ClaimApplication>();
        services.AddSingleton<ReviewApplication>();
        services.AddSingleton<DecideApplication>();
        services.AddSingleton<DecideBatch>();
        services.AddSingleton<WithdrawByStaff>();
        services.AddSingleton<AssignCases>();
        services.AddSingleton<HandBack>();
        services.AddSingleton<ChangeYear>();
        services.AddSingleton<OfficeUploads>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<SystemState>();
    }
}
