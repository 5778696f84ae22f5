using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using GrantPortal.Data.Reviews;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Reviews;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Admin;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Claims;
using GrantPortal.Web.Features.Offices;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Accounts;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Shared;

/// <summary>
/// Whatever anybody types is text wherever it is shown. Markup goes into every field that applicants, members and staff can type into, and every page that can be reached
/// is read. Each field's text is another one, and must be seen encoded somewhere: a field that is shown nowhere would prove nothing.
/// </summary>
public sealed partial class MarkupTests(PortalServices services)
{
    private const int MostPages = 400;

    /// <summary>So many addresses that differ in ids and queries alone are read.</summary>
    private const int MostAlike = 8;

    private readonly Dictionary<int, string> fields = [];
    private readonly HashSet<int> seen = [];
    private readonly List<string> wrong = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Markup_typed_anywhere_is_text_on_every_page()
    {
        await using var portal = await PortalHost.StartAsync(services, host => host.Settings["Limits:MailsByAddress:Count"] = "1000");
        var people = await FillAsync(portal);
        await portal.Jobs.RunDueAsync(Cancel);
        var forms = new Dictionary<string, (HttpClient Browser, string Page, IHtmlFormElement Form)>(StringComparer.Ordinal);
        foreach (var (browser, start) in people) await ReadAllAsync(browser, start, forms);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(seen.SetEquals(fields.Keys), "Shown nowhere: " + string.Join(", ", fields.Where(f => !seen.Contains(f.Key)).Select(f => f.Value)));

        // What is refused is shown again where it was typed.
        var refused = 0;
        foreach (var (action, (browser, page, form)) in forms)
            if (await PostAsync(browser, page, form) is { } html && Check(html, $"POST {action}") > 0) refused++;
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(refused >= 20, $"Only {refused} of {forms.Count} forms showed again what was typed: {string.Join(' ', forms.Keys)}");
    }

    [Fact]
    public async Task Markup_in_a_search_is_text()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        using var reviewer = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        using var admin = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
        using var auditor = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Auditor));
        foreach (var (browser, path) in new[]
        {
            (reviewer, "/review?q={0}"), (reviewer, "/review?amountFrom={0}&from={0}&to={0}&sort={0}&team={0}&assignee={0}&flag={0}&status={0}&after={0}"), (admin, "/admin/users?q={0}"), (admin, "/admin/users?role={0}&after={0}"),
            (auditor, "/audit?who={0}"), (auditor, "/audit?object={0}&action={0}&kind={0}"), (auditor, "/audit?ip={0}&from={0}&to={0}"), (reviewer, "/review/dashboard?team={0}&programme={0}"),
            (portal.Browser(), "/simulator/care?readers={0}&readerCost={0}&supportCost={0}&donation={0}&otherIncome={0}&services={0}"), (portal.Browser(), "/simulator/medical?beds={0}&cost={0}&kind={0}"),
            (portal.Browser(), "/login?returnUrl={0}"), (portal.Browser(), "/login/first?token={0}"), (portal.Browser(), "/invitations?token={0}"), (portal.Browser(), "/no-such-page/{0}"),
        })
        {
            var html = await browser.GetStringOfAsync(string.Format(CultureInfo.InvariantCulture, path, Uri.EscapeDataString(Hostile(0))));
            Check(html, path);
        }
        Assert.Empty(wrong);
        Assert.Contains(0, seen);
    }

    [Fact]
    public async Task Mails_are_plain_text_whatever_stands_in_them()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        var owner = await portal.Given.AnApplicantUser(p => p with { Name = Field("applicant") });
        await portal.ASubmittedApplication(a => a.OfUser(owner).With(x => x with { Office = x.Office with { Name = Field("office") } }));
        await portal.Jobs.RunDueAsync(Cancel);
        using var http = new HttpClient();
        using var mails = JsonDocument.Parse(await http.GetStringAsync(new Uri(portal.Local.MailUrl + "/email"), Cancel));
        var own = mails.RootElement.EnumerateArray().Where(m => m.GetProperty("to")[0].GetProperty("address").GetString() == owner.Email).ToList();
        Assert.Contains(own, m => m.GetProperty("text").GetString()!.Contains("<script>alert(", StringComparison.Ordinal));
        Assert.All(own, m => Assert.False(m.TryGetProperty("html", out var html) && html.ValueKind == JsonValueKind.String && html.GetString()!.Contains("<script", StringComparison.OrdinalIgnoreCase)));
        Assert.All(own, m => Assert.StartsWith("text/plain", m.GetProperty("headers").GetProperty("content-type").GetString(), StringComparison.Ordinal));
    }

    private static string Hostile(int number) => string.Create(CultureInfo.InvariantCulture, $"\"><script>alert({number})</script>");

    /// <summary>The text for a field, known by its number.</summary>
    private string Field(string name)
    {
        var number = fields.Count + 1;
        fields[number] = name;
        return Hostile(number);
    }

    /// <summary>The same without a slash, which ends a path, and with the ending the content asks for.</summary>
    private string FileField(string name, byte[] bytes) => Field(name).Replace("</script>", FileContent.Recognise(bytes)!.Value.Endings()[0], StringComparison.Ordinal);

    /// <summary>Everything that can be typed and is kept, and who can look at it.</summary>
    private async Task<(HttpClient Browser, string[] Start)[]> FillAsync(PortalHost portal)
    {
        var given = portal.Given;
        async Task<TestUser> Named(TestUser user, string field)
        {
            var name = Field(field);
            await portal.ExecuteAsync("update users set name = @name where id = @Id", new { name, user.Id });
            return user with { Name = name, Actor = user.Actor with { Name = name } };
        }

        var owner = await Named(await given.AnApplicantUser(p => p with { Name = Field("profile: name"), Representative = Field("profile: representative"), ContactName = Field("profile: contact") }), "name of an owner");
        await Named(await given.AMemberOf(owner.ApplicantId!.Value), "name of a member");
        var other = await Named(await given.AnApplicantUser(), "name of another applicant's owner");
        var clerk = await Named(await given.Staff(StaffRole.Reviewer), "name of a reviewer");
        var colleague = await Named(await given.Staff(StaffRole.Reviewer), "name of a second reviewer");
        var approver = await Named(await given.Staff(StaffRole.Approver), "name of an approver");
        var admin = await Named(await given.Staff(StaffRole.Admin), "name of an admin");
        var admin2 = await Named(await given.Staff(StaffRole.Admin), "name of a second admin");
        var auditor = await Named(await given.Staff(StaffRole.Auditor), "name of an auditor");
        TestApplication Whole(TestApplication a, string which)
        {
            a.OfUser(owner).With(x => x with
            {
                Office = x.Office with { Name = Field($"{which}: office"), Address = Field($"{which}: address"), ContactName = Field($"{which}: contact") },
                Amount = x.Amount with { Note = Field($"{which}: note") },
                Receipts = new ReceiptsAnswers { Items = [.. x.Receipts.Items.Select(i => i with { Issuer = Field($"{which}: issuer") })] },
            });
            var files = a.Files.Select(f => (f.Kind, f.Slot, FileField($"{which}: file {f.Kind}", f.Bytes), f.Bytes)).ToList();
            a.Files.Clear();
            a.Files.AddRange(files);
            return a;
        }

        // 交付決定 of less than applied for, after a hand-back.
        var granted = await portal.ASubmittedApplication(a => Whole(a, "granted"));
        await portal.ClaimAsync(granted.Id, clerk);
        await portal.DoneAsync(granted.Id, v => portal.Command<ReviewApplication>().RunAsync(granted.Id, v, Verdict.Grant, new Yen(50_000), Field("reason of a first review"), clerk.Actor, Cancel));
        await portal.DoneAsync(granted.Id, v => portal.Command<DecideApplication>().HandBackAsync(granted.Id, v, Field("reason of a hand-back"), approver.Actor, Cancel));
        await portal.DoneAsync(granted.Id, v => portal.Command<ReviewApplication>().RunAsync(granted.Id, v, Verdict.Grant, new Yen(50_000), "再度", clerk.Actor, Cancel));
        await portal.DoneAsync(granted.Id, v => portal.Command<DecideApplication>().GrantAsync(granted.Id, v, new Yen(40_000), Field("reason of a grant"), approver.Actor, Cancel));
        await portal.ExecuteAsync("insert into case_notes (id, application_id, at, user_id, user_name, words) values (gen_random_uuid(), @Id, now(), @Clerk, @Name, @words)", new { granted.Id, Clerk = clerk.Id, clerk.Name, words = Field("internal note") });

        var refused = await portal.ASubmittedApplication(a => a.OfUser(owner));
        await portal.ClaimAsync(refused.Id, clerk);
        await portal.DoneAsync(refused.Id, v => portal.Command<ReviewApplication>().RunAsync(refused.Id, v, Verdict.Refuse, null, Field("reason to recommend a refusal"), clerk.Actor, Cancel));
        await portal.DoneAsync(refused.Id, v => portal.Command<DecideApplication>().RefuseAsync(refused.Id, v, Field("reason of a refusal"), approver.Actor, Cancel));

        // 差戻し, opened again by the applicant.
        var returned = await portal.ASubmittedApplication(a => Whole(a.Medical(), "returned"));
        await portal.ClaimAsync(returned.Id, clerk);
        await portal.DoneAsync(returned.Id, v => portal.Command<ReviewApplication>().ReturnAsync(
            returned.Id, v, [new ReturnedItem("Office.Name", Field("words of a return")), new ReturnedItem("Account.Holder", Field("words at the holder"))], new DateOnly(2026, 6, 15), clerk.Actor, Cancel));

        var withdrawn = await portal.ASubmittedApplication(a => a.OfUser(owner));
        await portal.DoneAsync(withdrawn.Id, v => portal.Command<WithdrawByStaff>().RunAsync(withdrawn.Id, v, Field("words of a withdrawal"), clerk.Actor, Cancel));

        // Drafts keep what was typed, whatever it is.
        foreach (var medical in new[] { false, true })
        {
            var which = medical ? "medical draft" : "draft";
            await portal.ADraft(a => (medical ? a.Medical() : a).OfUser(owner).With(x => x with
            {
                Office = x.Office with { Number = Field($"{which}: number"), Name = Field($"{which}: office"), Address = Field($"{which}: address"), Phone = Field($"{which}: phone"), ContactName = Field($"{which}: contact"), Beds = medical ? Field($"{which}: beds") : null },
                Amount = x.Amount with
                {
                    Readers = medical ? null : Field($"{which}: readers"),
                    ReaderCost = medical ? null : Field($"{which}: cost of readers"),
                    SupportCost = medical ? null : Field($"{which}: cost of support"),
                    Cost = medical ? Field($"{which}: cost") : null,
                    Donation = Field($"{which}: donation"),
                    OtherIncome = Field($"{which}: other income"),
                    CompletedOn = Field($"{which}: completed on"),
                    Note = Field($"{which}: note"),
                },
                Account = medical
                    ? new AccountAnswers { Institution = "yucho", Symbol = Field($"{which}: symbol"), Holder = Field($"{which}: holder") }
                    : x.Account with { BankCode = Field($"{which}: bank"), BranchCode = Field($"{which}: branch"), Holder = Field($"{which}: holder") },
                Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Date = Field($"{which}: date"), Issuer = Field($"{which}: issuer"), Amount = Field($"{which}: amount"), Split = true, Part = Field($"{which}: part") }] },
            }));
        }

        // Numbers: held by one, claimed by another; one claim open, one decided.
        foreach (var decided in new[] { false, true })
        {
            var number = TestApplication.NewNumber("13703");
            await portal.Command<ManageOffices>().AddAsync(owner.ApplicantId!.Value, [new Data.Offices.NewOffice(Programme.Care, number, Field($"office of a list ({decided})"))], owner.Actor, Cancel);
            await portal.Command<FileClaim>().RunAsync(other.ApplicantId!.Value, Programme.Care, number, ClaimSource.Listed, null, Field($"words of a claim ({decided})"), other.Actor, null, Cancel);
            var claim = await AccountBrowser.ScalarAsync<long>(portal, "select id from number_claims where number = @number", new { number });
            await using (var connection = await portal.Database.OpenAsync()) Assert.True(await Data.Offices.NumberClaims.StateAsync(connection, claim, [owner.ApplicantId!.Value], Field($"statement on a claim ({decided})")));
            if (decided)
            {
                var version = await AccountBrowser.ScalarAsync<int>(portal, "select version from number_claims where id = @claim", new { claim });
                Assert.IsType<ChangeResult.Done>(await portal.Command<DecideClaim>().RunAsync(claim, version, new ClaimDecision(false, Field("reason of a decided claim"), null, 0), colleague.Actor, null, Cancel));
            }
        }

        await using (var connection = await portal.Database.OpenAsync())
        {
            Assert.True(await SavedFilters.SaveAsync(connection, new SavedFilter(Guid.NewGuid(), Field("name of a filter"), "status=all"), clerk.Id, portal.Clock.Now));
            Assert.Equal(TeamSaved.Saved, await TeamStore.SaveAsync(connection, new Team(Guid.NewGuid(), Field("name of a team"), false, 0) { Members = [colleague.Id], Care = ["13"], Medical = ["13"] }, portal.Clock.Now));
            Assert.True(await Holidays.AddAsync(connection, new Holiday(new DateOnly(2030, 5, 8), Field("name of a holiday"))));
            Assert.Equal(ReasonSaved.Saved, await ReturnReasons.AddAsync(connection, new ReturnReason("markup", "Office.Name", Field("name of a reason"), Field("words of a reason"), true), admin.Actor, portal.Clock.Now));
            Assert.True(await ClerkStore.DeclareAsync(connection, Guid.NewGuid(), colleague.Id, "1234567890123", null, Field("words of a conflict"), portal.Clock.Now));
        }
        await portal.ExecuteAsync(
            """
            insert into passkeys (credential_id, user_id, name, public_key, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data_json, created_at)
            values ('\x01', @Id, @name, '\x01', 0, '{}', true, false, false, '\x01', '\x01', now())
            """,
            new { owner.Id, name = Field("name of a passkey") });
        await portal.ExecuteAsync("update programme_years set stopped_because = @words where id = 'R8-medical'", new { words = Field("why intake is stopped") });

        // 役割: one confirmed, one waiting, one of a new account.
        foreach (var confirmed in new[] { true, false })
        {
            Assert.IsType<ChangeResult.Done>(await portal.Command<AskRoleChange>().RunAsync(colleague.Id, confirmed ? StaffRole.Finance : StaffRole.Auditor, RoleChangeKind.Give, Field($"reason of a role ({confirmed})"), admin.Actor, null, Cancel));
            var change = await AccountBrowser.ScalarAsync<Guid>(portal, "select id from role_changes where state = 'open'");
            if (confirmed) Assert.IsType<ChangeResult.Done>(await portal.Command<EndRoleChange>().ConfirmAsync(change, admin2.Actor, null, Cancel));
        }
        var added = await portal.Command<AddStaff>().RunAsync(Field("name of a new account"), "newcomer@markup.example", [StaffRole.Finance], Field("reason of a new account"), admin.Actor, null, Cancel);
        Assert.IsType<ChangeResult.Done>(added.Result);

        // What is tried at the sign-in page is written down as typed.
        using (var guess = portal.Browser()) await guess.LoginAsync($"{Field("address at the sign-in page")}@example.jp", "wrong");

        Task<HttpClient> As(TestUser user) => portal.SignInAsync(user);
        var edit = await As(owner);
        using (var started = await edit.PostFormAsync($"/applications/{returned.Id}/edit", [], page: "/profile")) Assert.Equal(HttpStatusCode.Redirect, started.StatusCode);
        var drafts = await Desk.ScalarAsync<string>(portal, "select string_agg(id::text, ' ') from applications where status in ('draft', 'returned')");
        string[] steps = [.. drafts!.Split(' ').SelectMany(id => new[] { "office", "amount", "account", "documents", "confirm" }.Select(step => $"/applications/{id}/{step}"))];
        return
        [
            (edit, ["/applications", "/letters", "/offices", "/members", "/profile", "/account", .. steps, $"/applications/{granted.Id}/slip"]),
            (await As(other), ["/applications", "/offices", "/profile"]),
            (await As(clerk), ["/review?status=all", "/review/claims", "/review/claims?state=decided", $"/review/{granted.Id}", $"/review/{refused.Id}", $"/review/{returned.Id}", $"/review/{withdrawn.Id}", "/review/dashboard", "/review/own", "/account"]),
            (await As(colleague), ["/review/own", "/review?status=all"]),
            (await As(approver), ["/review", $"/review/{granted.Id}"]),
            (await As(admin), ["/admin", "/admin/users", $"/admin/users/{added.UserId}", $"/admin/users/{colleague.Id}", "/admin/teams", "/admin/reasons", "/admin/holidays", "/admin/clerks", $"/review/{granted.Id}/life", $"/review/{returned.Id}/life"]),
            (await As(admin2), [$"/admin/users/{colleague.Id}"]),
            (await As(auditor), ["/audit", "/audit?kind=user", "/audit?kind=claim", "/audit?kind=team", "/audit?action=login-failed", $"/review/{granted.Id}/life", $"/review/{refused.Id}/life", $"/review/{withdrawn.Id}/life"]),
            (portal.Browser(), ["/", "/simulator/medical", "/login", "/register"]),
        ];
    }

    /// <summary>Reads the pages and whatever they lead to.</summary>
    private async Task ReadAllAsync(HttpClient browser, IEnumerable<string> start, Dictionary<string, (HttpClient, string, IHtmlFormElement)> forms)
    {
        var waiting = new Queue<string>(start);
        var known = new HashSet<string>(waiting, StringComparer.Ordinal);
        var alike = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var read = 0; waiting.Count > 0 && read < MostPages; read++)
        {
            var path = waiting.Dequeue();
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            if (answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var html = await answer.Content.ReadAsStringAsync(Cancel);
            Check(html, path);
            var document = new HtmlParser().ParseDocument(html);
            foreach (var href in document.QuerySelectorAll("a[href]:not([download])").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith('/') && !h.StartsWith("/documents/", StringComparison.Ordinal)))
            {
                var address = href.Split('#')[0];
                var shape = Ids().Replace(address.Split('?')[0], "*");
                if (alike.GetValueOrDefault(shape) >= MostAlike || !known.Add(address)) continue;
                alike[shape] = alike.GetValueOrDefault(shape) + 1;
                waiting.Enqueue(address);
            }
            foreach (var form in document.QuerySelectorAll<IHtmlFormElement>("form[method=post]").Where(f => Texts(f).Any()))
                forms.TryAdd(Ids().Replace(form.GetAttribute("action") is { Length: > 0 } action ? action : path, "*"), (browser, path, form));
        }
    }

    /// <returns>How many texts are shown, encoded.</returns>
    private int Check(string html, string where)
    {
        if (Raw().IsMatch(html)) wrong.Add($"{where}: {Raw().Match(html).Value}");
        var shown = Encoded().Matches(html).Select(m => int.Parse(m.Groups["number"].Value, CultureInfo.InvariantCulture)).ToList();
        seen.UnionWith(shown);
        return shown.Count;
    }

    /// <summary>Posts a form with markup in everything that can be typed.</summary>
    /// <returns>The page that answers; null where it is none.</returns>
    private static async Task<string?> PostAsync(HttpClient browser, string page, IHtmlFormElement form)
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var control in form.QuerySelectorAll("input[name], textarea[name], select[name]"))
        {
            var name = control.GetAttribute("name")!;
            switch (control)
            {
                case IHtmlInputElement { Type: "hidden" } hidden when name != "__RequestVerificationToken":
                    values.Add(new(name, hidden.Value));
                    break;
                case IHtmlInputElement { Type: "radio" or "checkbox" } box when box.IsChecked:
                    values.Add(new(name, box.Value));
                    break;
                case IHtmlSelectElement select:
                    values.Add(new(name, select.Value ?? ""));
                    break;
                case not null when Texts(form).Contains(control):
                    values.Add(new(name, Hostile(0)));
                    break;
            }
        }
        var action = form.GetAttribute("action") is { Length: > 0 } given ? given : page;
        if (form.GetAttribute("enctype") == "multipart/form-data")
        {
            using var parts = new MultipartFormDataContent();
            foreach (var (name, value) in values) parts.Add(new StringContent(value), name);
            using var sent = await browser.PostMultipartAsync(action, parts, page);
            return await BodyAsync(sent);
        }
        using var answer = await browser.PostFormAsync(action, values, page);
        return await BodyAsync(answer);
    }

    private static async Task<string?> BodyAsync(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "text/html" ? await answer.Content.ReadAsStringAsync(Cancel) : null;

    private static IEnumerable<IElement> Texts(IHtmlFormElement form) =>
        form.QuerySelectorAll("input[name], textarea[name]").Where(e => e is IHtmlTextAreaElement or IHtmlInputElement { Type: "text" or "search" or "email" or "tel" or "date" or "number" or "url" });

    /// <summary>Markup that arrived as markup, or a quotation mark that ends an attribute.</summary>
    [GeneratedRegex(@"<script>alert\(|"">(<|&lt;)script(>|&gt;)alert\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Raw();

    [GeneratedRegex(@"&quot;&gt;&lt;script&gt;alert\((?<number>[0-9]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Encoded();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[0-9]+(?=/|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ids();
}
