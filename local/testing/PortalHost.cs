using System.Net;
using System.Runtime.CompilerServices;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Local;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Testing;

/// <summary>
/// The whole portal in the test's process, on a database and a blob container of its own and with a clock the test moves. Jobs run when the
/// test says so. One per test class: <c>IClassFixture&lt;PortalHost&gt;</c>; with other settings: <see cref="StartAsync"/>.
/// </summary>
public class PortalHost(PortalServices services) : WebApplicationFactory<Program>, IAsyncLifetime
{
    private static readonly ConditionalWeakTable<HttpClient, CookieContainer> Jars = [];
    private string container = services.NewContainerName();
    private string? connectionString;
    private PortalHost? sibling;

    /// <summary>Configuration beyond the services' addresses; set before the host starts.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Replacements and additions to the portal's own services; set before the host starts.</summary>
    public Action<IServiceCollection> Configure { get; set; } = _ => { };

    /// <summary>Stands at 2026-06-01 10:00 JST until it is moved. Null: the portal uses its own clock.</summary>
    public TestClock? ClockOrNull { get; set; } = new(TestClock.Usual);

    public TestClock Clock => ClockOrNull ?? throw new InvalidOperationException("This host uses the portal's own clock.");

    /// <summary>What must stand in the database before the portal starts.</summary>
    public Func<Database, Task> Prepare { get; set; } = _ => Task.CompletedTask;

    public PortalServices Local => services;

    public string ConnectionString => connectionString ?? throw new InvalidOperationException("The host has not been initialised.");

    public Database Database => Services.GetRequiredService<Database>();

    /// <summary>The jobs' worker, for <c>RunDueAsync</c>.</summary>
    public JobWorker Jobs => Services.GetRequiredService<JobWorker>();

    public Given Given => field ??= new Given(Database, Services.GetRequiredService<TimeProvider>());

    /// <summary>A host with settings of its own; the caller disposes it.</summary>
    public static async Task<PortalHost> StartAsync(PortalServices services, Action<PortalHost> configure)
    {
        var host = new PortalHost(services);
        configure(host);
        await host.InitializeAsync();
        return host;
    }

    /// <summary>
    /// Starts a portal that must not start, and throws what kept it from starting. Without the factory: that one, where the portal ends at once, may find it
    /// disposed before it learns why. No database is made: what is refused is refused before one is asked.
    /// </summary>
    public static async Task StartRefusedAsync(PortalServices services, Action<PortalHost> configure)
    {
        await using var host = new PortalHost(services);
        configure(host);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(Program).Assembly.GetName().Name, EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(host.AllSettings($"Host=127.0.0.1;Port={FreePort.Next()}").Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.AddPortal();
        await using var app = builder.Build();
        app.UsePortal();
        await app.StartAsync();
    }

    /// <summary>Makes it look into files, read receipts, compare and delete, as a portal does where nothing is set.</summary>
    public void WithHeavyJobs() => Settings["Jobs:HeavyAtOnce"] = "2";

    /// <summary>A second instance on this one's database and container, with its clock; the caller disposes it first.</summary>
    public Task<PortalHost> StartSiblingAsync(Action<PortalHost>? configure = null) => StartAsync(services, host =>
    {
        host.sibling = this;
        host.ClockOrNull = ClockOrNull;
        configure?.Invoke(host);
    });

    public async ValueTask InitializeAsync()
    {
        if (sibling is null) connectionString = await services.NewDatabaseAsync();
        else (connectionString, container) = (sibling.ConnectionString, sibling.container);
        await using (var database = GrantPortal.Data.Database.At(connectionString)) await Prepare(database);
        StartServer();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        if (sibling is null && connectionString is not null) await services.DropDatabaseAsync(connectionString);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var (key, value) in AllSettings(ConnectionString)) builder.UseSetting(key, value);
        builder.ConfigureTestServices(collection =>
        {
            if (ClockOrNull is { } clock) collection.AddSingleton<TimeProvider>(clock);
            Configure(collection);
        });
    }

    private Dictionary<string, string> AllSettings(string database)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:Portal"] = database,
            ["Storage:ConnectionString"] = services.StorageConnectionString,
            ["Storage:Container"] = container,
            ["Smtp:Host"] = services.SmtpHost,
            ["Smtp:Port"] = services.SmtpPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Jobs:Poll"] = "false",
            // Documents are looked into where a test is about that: WithHeavyJobs.
            ["Documents:OpenUnchecked"] = "true",
            ["Jobs:HeavyAtOnce"] = "0",
            // A Chromium only where a test wants letters on paper.
            ["Letters:Print"] = "false",
            // Static files as in a published portal: those listed, and no search of the folder.
            ["ReloadStaticAssetsAtRuntime"] = "false",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (key, value) in Settings) all[key] = value;
        return all;
    }

    /// <summary>A signed-out browser: keeps cookies, follows no redirects.</summary>
    public HttpClient Browser() => Browser(new CookieContainer());

    /// <summary>A browser signed in to an account, by a session made without the sign-in page and its slow password hash.</summary>
    /// <param name="method">A passkey: with both factors, as staff must.</param>
    public async Task<HttpClient> SignInAsync(string email, SignInMethod method)
    {
        await using var scope = Services.CreateAsyncScope();
        await using var connection = await Database.OpenAsync();
        var user = await UserStore.FindByEmailAsync(connection, email) ?? throw new ArgumentException($"There is no account {email}.", nameof(email));
        var options = scope.ServiceProvider.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        var session = Guid.NewGuid();
        await SessionStore.BeginAsync(connection, new NewSession(session, user.Id, null, "テスト", method, null), now);
        var principal = await scope.ServiceProvider.GetRequiredService<SessionStart>().PrincipalAsync(user, session);
        var ticket = new AuthenticationTicket(
            principal, new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now + options.ExpireTimeSpan }, IdentityConstants.ApplicationScheme);
        var cookies = new CookieContainer();
        cookies.Add(new Cookie(options.Cookie.Name!, options.TicketDataFormat.Protect(ticket), "/", "localhost"));
        return Browser(cookies);
    }

    /// <inheritdoc cref="SignInAsync(string, SignInMethod)"/>
    public Task<HttpClient> SignInAsync(string email) => SignInAsync(email, SignInMethod.Passkey);

    /// <inheritdoc cref="SignInAsync(string, SignInMethod)"/>
    public Task<HttpClient> SignInAsync(TestUser user) => SignInAsync(user.Email);

    /// <summary>The same browser at this instance: for several instances behind one address.</summary>
    public HttpClient BrowserWithCookiesOf(HttpClient browser) => Browser(Jars.TryGetValue(browser, out var cookies) ? cookies : new CookieContainer());

    /// <summary>A browser's cookies as it sends them now.</summary>
    public static string CookiesOf(HttpClient browser) => Jars.TryGetValue(browser, out var cookies) ? cookies.GetCookieHeader(new Uri("http://localhost")) : "";

    private HttpClient Browser(CookieContainer cookies)
    {
        var browser = CreateDefaultClient(new Uri("http://localhost"), new CookieContainerHandler(cookies));
        Jars.Add(browser, cookies);
        return browser;
    }
}

/// <summary><see cref="PortalHost.WithHeavyJobs"/> for a test class.</summary>
public sealed class ThoroughPortal : PortalHost
{
    public ThoroughPortal(PortalServices services)
        : base(services) => WithHeavyJobs();
}
