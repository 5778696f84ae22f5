using GrantPortal.Local;
using GrantPortal.Testing;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>The published portal as <c>./run</c> starts it, with the demo, and a real Chromium.</summary>
public sealed class RunningPortal : IAsyncLifetime
{
    public const string Password = "Demo-Portal-2026";

    private readonly PortalServices services = new();
    private PortalProcess? process;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public string Url => Process.Url;

    public PortalProcess Process => process ?? throw new InvalidOperationException("The fixture has not been initialised.");

    public PortalServices Services => services;

    /// <summary>The portal's database.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Stands in the open period from the start, whatever the date on the machine.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 6, 1, 10, 0, 0, TimeSpan.FromHours(9));

    public async ValueTask InitializeAsync()
    {
        await services.InitializeAsync();
        var database = ConnectionString = await services.NewDatabaseAsync();
        await AddBanksAsync(database);
        process = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
        {
            ConnectionString = database,
            Demo = true,
            Clock = Start,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Storage__Container"] = services.NewContainerName() },
        });
        // As long as for everything else: two cores also run the portal, the database and the browser.
        Assertions.SetDefaultExpectTimeout(15_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium(),
            Args = ["--disable-background-networking", "--disable-component-update", "--disable-sync", .. Environment.IsPrivilegedProcess ? new[] { "--no-sandbox" } : []],
        });
    }

    /// <summary>Two banks to choose from; the whole list is imported by <c>./run</c>.</summary>
    private static async Task AddBanksAsync(string database)
    {
        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var insert = new Npgsql.NpgsqlCommand(
            """
            insert into banks (code, name, kana) values ('0000', 'みほん', 'ミホン'), ('0001', 'みずほ', 'ミズホ');
            insert into bank_branches (bank_code, code, name, kana) values ('0001', '001', '東京営業部', 'トウキヨウ');
            """,
            connection);
        await insert.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (process is not null) await process.DisposeAsync();
        await services.DisposeAsync();
    }

    /// <summary>A new window, signed out, that fails the test when a page calls another origin or logs a script error.</summary>
    /// <param name="width">CSS pixels.</param>
    public async Task<Window> OpenAsync(int width = 1280, int height = 800, bool script = true)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Url,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            JavaScriptEnabled = script,
            Locale = "ja-JP",
            TimezoneId = "Asia/Tokyo",
        });
        context.SetDefaultTimeout(15_000);
        return new Window(context, await context.NewPageAsync(), Url);
    }

    /// <summary>The same, signed in through the sign-in page.</summary>
    public async Task<Window> SignInAsync(string email, int width = 1280, int height = 800, bool script = true)
    {
        var window = await OpenAsync(width, height, script);
        await window.Page.GotoAsync("/login");
        await window.Page.GetByLabel("メールアドレス", new() { Exact = true }).FillAsync(email);
        await window.Page.GetByLabel("パスワード", new() { Exact = true }).FillAsync(Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "ログイン", Exact = true }).ClickAsync();
        await window.Page.WaitForURLAsync(url => !url.Contains("/login", StringComparison.Ordinal));
        return window;
    }

    /// <summary>Mails to an address that have arrived at the catcher, once there are at least <paramref name="atLeast"/>.</summary>
    public async Task<IReadOnlyList<CaughtMail>> MailsToAsync(string address, int atLeast)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var mails = await services.MailsToAsync(address, deadline.Token);
            if (mails.Count >= atLeast) return mails;
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>The system's Chromium; browsers are not downloaded.</summary>
    private static string Chromium() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser") })
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("Chromium is not installed; ./test installs it where it may.");
}
