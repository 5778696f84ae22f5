using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Parser;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Accounts;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Telemetry;

/// <summary>
/// Nothing a person typed, no account number and no token of a link stands in any log, span or metric: a whole journey is made with every category at
/// Information, and with what goes wrong on the way, and everything said meanwhile is searched for everything typed.
/// </summary>
public sealed class NoPersonalDataTests(PortalServices services)
{
    private const string Name = "個人情報 花子";
    private const string Password = AccountBrowser.Strong;
    private const string WrongPassword = "machigatta aikotoba 9";
    private const string Corporation = "株式会社ひみつケア";
    private const string Representative = "秘密 太郎";
    private const string Phone = "03-9876-5432";
    private const string Office = "ひみつ訪問介護事業所";
    private const string Address = "東京都秘密区内緒町7-8-9";
    private const string Contact = "連絡 次郎";
    private const string Account = "7654321";
    private const string Holder = "ヒミツケア";
    private const string Issuer = "株式会社ないしょ電機";
    private const string FileName = "花子の通帳";
    private const string Searched = "捜索 三郎";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_journey_with_its_mishaps_leaves_no_trace_of_what_was_typed()
    {
        var log = new CapturedLog();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var sink = new MailSink();
        await using var portal = await PortalHost.StartAsync(services, host =>
        {
            host.WithHeavyJobs();
            host.Settings["Telemetry:Endpoint"] = collector.Url;
            foreach (var category in new[] { "Default", "Microsoft", "Microsoft.AspNetCore", "Azure", "Npgsql", "System" }) host.Settings[$"Logging:LogLevel:{category}"] = "Information";
            host.Settings["Logging:Console:LogLevel:Default"] = "None";
            host.Configure = collection => collection.AddSingleton<ILoggerProvider>(log);
        });
        var number = TestApplication.NewNumber("13701");
        var email = $"hanako.{Guid.NewGuid():N}@himitsu.example";
        var secrets = new List<string>
        {
            Name, "花子", Password, WrongPassword, Corporation, "ひみつ", Representative, Phone, "0398765432", Address, "内緒町", Contact, Account, Holder, Issuer, FileName, Searched, email, email.Split('@')[0], "himitsu.example", number,
        };

        var browser = portal.Browser();
        await RegisterAsync(portal, browser, email, secrets);
        var id = await FileAsync(browser, number);
        await GoWrongAsync(portal, browser, email, id, secrets);
        await RefuseMailsAsync(portal, sink, email);
        await BreakStorageAsync(portal, browser, id);
        OtlpReceiver.Flush(portal);

        // The journey was seen: what is searched is not empty, and has the mishaps in it.
        Assert.Contains(log.Lines, l => l.Contains("failed at attempt", StringComparison.Ordinal) && l.Contains("RCPT TO", StringComparison.Ordinal));
        Assert.Contains(log.Lines, l => l.Contains("404 for GET", StringComparison.Ordinal));
        Assert.Contains(collector.Spans, s => s.Name == "POST applications/{id:guid}/confirm");
        // Of the collector's bytes every encoding of a path or query would be the same text.
        var said = log.Lines.Append(collector.Everything).SelectMany(text => new[] { text, Uri.UnescapeDataString(text) }).ToList();
        Assert.Empty(secrets.Distinct(StringComparer.Ordinal).Where(secret => said.Any(text => text.Contains(secret, StringComparison.OrdinalIgnoreCase)))
            .Select(secret => $"{secret}: {Line(said.First(text => text.Contains(secret, StringComparison.OrdinalIgnoreCase)), secret)}"));
    }

    private static async Task RegisterAsync(PortalHost portal, HttpClient browser, string email, List<string> secrets)
    {
        await browser.SendAsync("/register", ("Email", email), ("Name", Name), ("Password", Password));
        var link = (await portal.NextMailToAsync(email, Cancel)).Link("/register/confirm");
        secrets.AddRange(Query(link).Select(q => q.Item2));
        await browser.StatusAsync(link);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync("/register/confirm", [.. Query(link), ("Password", Password)])).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync("/profile", ("Kind", "corporation"), ("Name", Corporation), ("CorporateNumber", "7000012050002"), ("Representative", Representative), ("ContactName", Contact), ("Phone", Phone))).Status);
    }

    private static async Task<Guid> FileAsync(HttpClient browser, string number)
    {
        using var started = await browser.PostFormAsync("/applications?programme=care", [], page: "/profile");
        var id = Guid.Parse(started.Headers.Location!.ToString().Split('/')[2]);
        await StepAsync(browser, id, "office", HttpStatusCode.BadRequest, ("Office.Number", number), ("Office.Name", Office), ("Office.Phone", "12"));
        await StepAsync(browser, id, "office", HttpStatusCode.Redirect, ("Office.Number", number), ("Office.Name", Office), ("Office.Address", Address), ("Office.Phone", Phone), ("Office.ContactName", Contact), ("Office.Services", "11"));
        await StepAsync(browser, id, "amount", HttpStatusCode.Redirect, ("Amount.Readers", "3"), ("Amount.ReaderCost", "39000"), ("Amount.SupportCost", "30000"), ("Amount.CompatibleReaders", "true"), ("Amount.NoExcludedGoods", "true"), ("Amount.CompletedOn", "2026-05-10"));
        await StepAsync(browser, id, "account", HttpStatusCode.BadRequest, ("Account.BankCode", "0001"), ("Account.BranchCode", "001"), ("Account.Number", Account), ("Account.Holder", Name));
        await StepAsync(browser, id, "account", HttpStatusCode.Redirect, ("Account.BankCode", "0001"), ("Account.BranchCode", "001"), ("Account.Number", Account), ("Account.Holder", Holder));
        foreach (var (kind, bytes, status) in new[]
        {
            ("passbook", "MZ"u8.ToArray(), HttpStatusCode.BadRequest), ("passbook", TestFiles.Png(), HttpStatusCode.OK), ("service-proof", TestFiles.Pdf("a"), HttpStatusCode.OK),
            ("web-service-screen", TestFiles.Png(), HttpStatusCode.OK), ("receipt", TestFiles.Pdf("b"), HttpStatusCode.OK),
        })
        {
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/applications/{id}/files?kind={kind}&slot=0&uploadId={Guid.NewGuid()}", UriKind.Relative)) { Content = content };
            request.Headers.Add("X-File-Name", Uri.EscapeDataString(FileName));
            request.Headers.Add("X-Requested-With", "fetch");
            request.Headers.Add("RequestVerificationToken", await browser.TokenAsync("/"));
            using var answer = await browser.SendAsync(request, Cancel);
            Assert.Equal(status, answer.StatusCode);
        }
        await StepAsync(browser, id, "documents", HttpStatusCode.Redirect, ("Receipts.Items[0].Date", "2026-05-10"), ("Receipts.Items[0].Issuer", Issuer), ("Receipts.Items[0].Amount", "69000"));
        var page = new HtmlParser().ParseDocument(await browser.GetStringOfAsync($"/applications/{id}/confirm"));
        var submitted = await browser.SendAsync($"/applications/{id}/confirm", ("fingerprint", page.QuerySelector("[name=fingerprint]")!.GetAttribute("value")!), ("confirmed", "true"), ("act", "submit"));
        Assert.Equal(($"/applications/{id}", HttpStatusCode.Redirect), (submitted.To, submitted.Status));
        return id;
    }

    private static async Task GoWrongAsync(PortalHost portal, HttpClient browser, string email, Guid id, List<string> secrets)
    {
        var stranger = portal.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.LoginAsync(email, WrongPassword)).Status);
        await stranger.LoginAsync("nobody." + email, WrongPassword);
        await stranger.StatusAsync($"/login/link/use?token={Uri.EscapeDataString(Searched)}");
        await stranger.StatusAsync($"/applications/{id}?who={Uri.EscapeDataString(Name)}");
        foreach (var path in new[] { "/login/reset", "/login/link" }) await stranger.SendAsync(path, ("Email", email));
        await portal.Jobs.RunDueAsync(Cancel);
        foreach (var mail in await portal.Local.MailsToAsync(email, Cancel))
        {
            foreach (var link in new[] { "/login/reset/password", "/login/link/use" }.Where(path => mail.Text.Contains(path, StringComparison.Ordinal)))
            {
                secrets.AddRange(Query(mail.Link(link)).Where(q => q.Item1 == "token").Select(q => q.Item2));
                await stranger.StatusAsync(mail.Link(link));
            }
        }
        // Paths and queries nobody foresaw, forms without their token, and bodies that are none.
        await browser.StatusAsync($"/applications/{Uri.EscapeDataString(Name)}");
        await browser.StatusAsync($"/{Uri.EscapeDataString(email)}?phone={Phone}");
        using (await browser.PostAsync(new Uri($"/applications/{id}/office?name={Uri.EscapeDataString(Office)}", UriKind.Relative), new FormUrlEncodedContent([new("Office.Name", Office)]), Cancel)) { }
        using (await browser.PostAsync(new Uri("/login", UriKind.Relative), new StringContent($"Email={email}&%%%", new MediaTypeHeaderValue("application/x-www-form-urlencoded")), Cancel)) { }
        var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer, StaffRole.Auditor));
        Assert.Equal(HttpStatusCode.OK, await clerk.StatusAsync($"/review?status=all&q={Uri.EscapeDataString(Searched)}"));
        Assert.Equal(HttpStatusCode.OK, await clerk.StatusAsync($"/review/{id}"));
        await clerk.StatusAsync($"/audit?who={Uri.EscapeDataString(email)}");
        await clerk.StatusAsync($"/admin/users?q={Uri.EscapeDataString(email)}");
    }

    /// <summary>A server that refuses and says whom; then one that breaks off; then none.</summary>
    private static async Task RefuseMailsAsync(PortalHost portal, MailSink sink, string email)
    {
        var smtp = portal.Services.GetRequiredService<IOptions<SmtpOptions>>().Value;
        (smtp.Host, smtp.Port) = ("127.0.0.1", sink.Port);
        sink.Answer = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? $"550 5.1.1 <{email}>: no such user {email}" : null;
        await using var connection = await portal.Database.OpenAsync(Cancel);
        foreach (var (key, break_) in new[] { ("refused", false), ("broken", true), ("away", false) })
        {
            if (break_) (sink.Answer, sink.OnTaken) = (_ => null, _ => false);
            if (key == "away") smtp.Port = FreePort.Next();
            await JobQueue.EnqueueAsync(connection, [new Mail(email, $"{Name} 様", $"{Name} 様 {Account}").ToJob($"{key}:{email}", portal.Clock.GetUtcNow())]);
            await portal.Jobs.RunDueAsync(Cancel);
        }
    }

    /// <summary>The container is gone: a document that is missing, an upload that fails.</summary>
    private static async Task BreakStorageAsync(PortalHost portal, HttpClient browser, Guid id)
    {
        await portal.Services.GetRequiredService<Azure.Storage.Blobs.BlobContainerClient>().DeleteAsync(cancellationToken: Cancel);
        var page = new HtmlParser().ParseDocument(await browser.GetStringOfAsync($"/applications/{id}"));
        var file = page.QuerySelectorAll("a[href*='/documents/']").Select(a => a.GetAttribute("href")!).FirstOrDefault();
        Assert.NotNull(file);
        Assert.True((int)await browser.StatusAsync(file) >= 400);
    }

    /// <summary>Posts a step's page as a browser would, with fields filled in.</summary>
    private static async Task StepAsync(HttpClient browser, Guid id, string step, HttpStatusCode expected, params (string Name, string Value)[] typed)
    {
        var form = new HtmlParser().ParseDocument(await browser.GetStringOfAsync($"/applications/{id}/{step}")).QuerySelector("form[data-autosave]")!;
        var kept = form.QuerySelectorAll("input[type='hidden'][name]").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).Where(f => typed.All(t => t.Name != f.Key));
        if (step == "account" && form.QuerySelector("[name='Account.Institution'][value='bank']") is not null) typed = [.. typed, ("Account.Institution", "bank"), ("Account.Kind", "ordinary")];
        using var content = new FormUrlEncodedContent([.. kept, .. typed.Select(t => KeyValuePair.Create(t.Name, t.Value)), new("Act", "next")]);
        using var answer = await browser.PostAsync(new Uri($"/applications/{id}/{step}", UriKind.Relative), content, Cancel);
        Assert.True(expected == answer.StatusCode, $"{step}: {answer.StatusCode} {WebUtility.HtmlDecode(new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(Cancel)).QuerySelector(".error-summary")?.TextContent)}");
    }

    private static (string, string)[] Query(string link) => [.. QueryHelpers.ParseQuery(new Uri("http://x" + link).Query).Select(q => (q.Key, q.Value.ToString()))];

    private static string Line(string text, string secret)
    {
        var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 200)];
    }

    /// <summary>Every entry as the console and a collector would get it: message, values, exception.</summary>
    private sealed class CapturedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")) : "";
                lines.Enqueue($"{name}: {formatter(state, exception)} {values} {exception}");
            }
        }
    }
}
