using System.Globalization;
using System.Net;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>分割の申告: the parts of one receipt in a corporation's live applications stay within the whole, whoever submits when.</summary>
public sealed class SplitReceiptTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Whole = "100000";

    [Fact]
    public async Task Of_submissions_at_once_that_exceed_the_whole_together_one_is_received_in_every_round()
    {
        for (var round = 0; round < 25; round++)
        {
            var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
            var drafts = new List<TestCase>();
            // Every other round the same file; else two photos of one sheet, bound by what was typed.
            for (var i = 0; i < 4; i++) drafts.Add(await host.ADraft(a => Split(a.OfUser(user), round % 2 == 0 ? file : NewReceipt(), "40000")));

            var results = await Task.WhenAll(drafts.Select(host.SubmitAsync));

            Assert.Equal(2, results.OfType<SubmitResult.Submitted>().Count());
            Assert.All(results.OfType<SubmitResult.Refused>(), r => Assert.Equal(RefusalCode.SplitExceeded, r.Reason.Code));
            Assert.Equal(80_000, await PartsAsync(user));
        }
    }

    [Fact]
    public async Task What_exceeds_is_409_with_the_sums_by_the_receipt_and_nothing_typed_is_lost()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        var second = await host.ADraft(a => Split(a.OfUser(user), file, "40001"));
        var browser = await host.SignInAsync(user);
        var number = (await host.DossierAsync(first)).Application.ReceiptNumber!;

        var confirm = await SubmitAsync(browser, second);

        Assert.Equal(HttpStatusCode.Conflict, confirm.Status);
        Assert.Contains(confirm.Document.QuerySelectorAll(".error-summary a"), a => a.GetAttribute("href") == $"/applications/{second.Id}/documents#Receipts_Items_0__Part");
        foreach (var words in new[] { "60,000円分", $"{number}の60,000円", "100,001円になり", "40,000円以下" })
            Assert.Contains(words, confirm.Document.QuerySelector("dd .field-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal((Status.Draft, "40001"), ((await host.DossierAsync(second)).Application.Status, (await host.DossierAsync(second)).Answers.Receipts.Items[0].Part));

        // ④ shows what is left before anything is refused, and says the same at the field where it can be put right.
        var step = await browser.PageAsync($"/applications/{second.Id}/documents");
        Assert.Contains("使えるのは40,000円まで", step.Document.QuerySelector(".split-part")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(step.Document.QuerySelector($".split-part a[href='/applications/{first.Id}']"));
        var refused = await SaveAsync(browser, second, "40001");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("100,001円になり", refused.Document.QuerySelector("#Receipts_Items_0__Part-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(("40001", Whole), (Value(refused, "Part"), Value(refused, "Amount")));
        Assert.True(refused.Document.QuerySelector("[name='Receipts.Items[0].Split']")!.HasAttribute("checked"));

        // To the yen, and with the cost of ② within it.
        Assert.Equal($"/applications/{second.Id}/confirm", (await SaveAsync(browser, second, "40000")).Location);
        Assert.Equal(HttpStatusCode.Redirect, (await SubmitAsync(browser, second)).Status);
        Assert.Equal(100_000, await PartsAsync(user));
    }

    [Fact]
    public async Task Another_whole_for_the_same_file_is_refused_in_words()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "30000"));
        var second = await host.ADraft(a => Split(a.OfUser(user), file, "30000", whole: "90000"));
        var refused = Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(second));
        var problem = Assert.Single(refused.Where);
        Assert.Equal("Receipts.Items[0].Amount", problem.Field);
        Assert.Contains("領収金額100,000円として", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_file_is_one_receipt_whatever_issuer_and_date_were_typed()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        var second = await host.ADraft(a => Split(a.OfUser(user), file, "60000", issuer: "桜通商", date: "2026-05-09"));
        Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(second));
        // Another photo with the second's words is the same receipt, over a third that binds them.
        var third = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "30000", issuer: "桜通商", date: "2026-05-09"));
        var fourth = await host.ADraft(a => Split(a.OfUser(user), NewReceipt(), "20000", issuer: "桜通商", date: "2026-05-09"));
        Assert.Contains("90,000円分", Assert.Single(Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(fourth)).Where).Message, StringComparison.Ordinal);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task Drafts_and_other_applicants_do_not_count_and_a_withdrawal_frees_its_part()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        await host.ADraft(a => Split(a.OfUser(user), file, "60000"));
        await host.ASubmittedApplication(a => Split(a, file, "60000"));
        var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        var second = await host.ADraft(a => Split(a.OfUser(user), file, "60000"));
        Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(second));
        await host.Command<EditApplication>().WithdrawAsync(first.Id, (await host.DossierAsync(first)).Application.Version, null, user.Actor, default);
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(second));
    }

    [Fact]
    public async Task A_refused_application_frees_its_part_and_a_granted_one_keeps_it()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        foreach (var granted in new[] { true, false })
        {
            var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
            var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
            if (granted) await host.GrantAsync(first.Id, clerk, approver);
            else
            {
                await host.RecommendAsync(first.Id, clerk);
                await host.DoneAsync(first.Id, seen => host.Command<DecideApplication>().RefuseAsync(first.Id, seen, "対象外のため", approver.Actor, default));
            }
            var second = await host.ADraft(a => Split(a.OfUser(user), file, "60000"));
            Assert.Equal(!granted, await host.SubmitAsync(second) is SubmitResult.Submitted);
        }
    }

    [Fact]
    public async Task An_edit_counts_once_and_its_new_part_counts_from_its_submission()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        var second = await host.ADraft(a => Split(a.OfUser(user), file, "50000"));

        // Its earlier version does not count beside it: 90,000 instead of 60,000 is within 100,000.
        await EditAsync(first, "90000");
        Assert.Equal(60_000, await PartsAsync(user));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(first));
        Assert.Equal(90_000, await PartsAsync(user));
        Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(second));

        await EditAsync(first, "50000");
        Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(second));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(first));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(second));
        Assert.Equal(100_000, await PartsAsync(user));
    }

    [Fact]
    public async Task The_desk_shows_the_parts_beside_the_document_and_raises_no_reuse_among_them_but_against_others()
    {
        // A portal of its own: nearly empty pages of the other tests look alike.
        await using var own = await PortalHost.StartAsync(host.Local, h => h.WithHeavyJobs());
        var (user, file) = (await own.Given.AnApplicantUser(), NewReceipt());
        var first = await own.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        var second = await own.ASubmittedApplication(a => Split(a.OfUser(user), file, "30000"));
        await own.Command<JobWorker>().RunDueAsync();
        var staff = await own.SignInAsync(await own.Given.Staff(StaffRole.Reviewer));
        foreach (var (here, there) in new[] { (first, second), (second, first) })
        {
            var page = await staff.PageAsync($"/review/{here.Id}");
            var split = page.Document.QuerySelector("[aria-label='領収書 1の分割の申告']")!;
            Assert.NotNull(split.QuerySelector($"a[href='/review/{there.Id}']"));
            foreach (var words in new[] { "100,000円", "60,000円", "30,000円", "90,000円", "残り 10,000円" }) Assert.Contains(words, split.TextContent, StringComparison.Ordinal);
            Assert.Contains(page.Document.QuerySelectorAll(".checks .good"), c => c.TextContent.Contains("領収書の分割", StringComparison.Ordinal) && c.TextContent.Contains("合計 90,000円（2件）", StringComparison.Ordinal));
            Assert.Null(page.Document.QuerySelector("#reused"));
            Assert.False(await ReusedAsync(own, here));
        }

        // One of the corporation that does not declare it, and another corporation that does: both are reuse.
        var silent = await own.ASubmittedApplication(a => WithFile(a.OfUser(user), file));
        var stranger = await own.ASubmittedApplication(a => Split(a, file, "10000"));
        await own.Command<JobWorker>().RunDueAsync();
        foreach (var one in new[] { first, second, silent, stranger }) Assert.True(await ReusedAsync(own, one));
        var reused = (await staff.PageAsync($"/review/{first.Id}")).Document.QuerySelector("#reused")!;
        Assert.Equal(new[] { silent, stranger }.Select(o => $"/review/{o.Id}").Order(StringComparer.Ordinal), reused.QuerySelectorAll("li > a").Select(a => a.GetAttribute("href")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_difference_between_versions_says_the_declaration_and_a_withdrawn_case_fails_no_check()
    {
        var (user, file) = (await host.Given.AnApplicantUser(), NewReceipt());
        var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        await EditAsync(first, "50000");
        await host.SubmitAsync(first);
        var staff = await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer));
        var changes = (await staff.PageAsync($"/review/{first.Id}")).Document.QuerySelector("[aria-labelledby=changes-heading]")!.TextContent;
        Assert.Contains("100,000円のうち60,000円（分割の申告）", changes, StringComparison.Ordinal);
        Assert.Contains("100,000円のうち50,000円（分割の申告）", changes, StringComparison.Ordinal);
        Assert.Contains("100,000円のうち50,000円（分割の申告）", (await (await host.SignInAsync(user)).PageAsync($"/applications/{first.Id}")).Words, StringComparison.Ordinal);
        var auditor = await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor));
        Assert.Contains("100,000円のうち60,000円（分割の申告）", (await auditor.PageAsync($"/review/{first.Id}/life")).Words, StringComparison.Ordinal);

        await host.Command<EditApplication>().WithdrawAsync(first.Id, (await host.DossierAsync(first)).Application.Version, null, user.Actor, default);
        await host.ASubmittedApplication(a => Split(a.OfUser(user), file, Whole));
        var withdrawn = await staff.PageAsync($"/review/{first.Id}");
        Assert.DoesNotContain("領収書の分割", withdrawn.Document.QuerySelector(".checks")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_return_of_other_items_the_declaration_stays_and_counts()
    {
        var (user, file, clerk) = (await host.Given.AnApplicantUser(), NewReceipt(), await host.Given.Staff(StaffRole.Reviewer));
        var first = await host.ASubmittedApplication(a => Split(a.OfUser(user), file, "60000"));
        await host.ReturnAsync(first.Id, clerk);
        Assert.IsType<SubmitResult.Refused>(await host.SubmitAsync(await host.ADraft(a => Split(a.OfUser(user), file, "40001"))));
        var browser = await host.SignInAsync(user);
        using var opened = await browser.PostFormAsync($"/applications/{first.Id}/edit", [], page: $"/applications/{first.Id}");
        var step = await browser.PageAsync($"/applications/{first.Id}/documents");
        Assert.True(step.Document.QuerySelector("[name='Receipts.Items[0].Part']")!.HasAttribute("readonly"));
        Assert.True(step.Document.QuerySelector("[name='Receipts.Items[0].Split']")!.HasAttribute("disabled"));
        await SaveAsync(browser, first, "1", split: null);
        Assert.Equal((true, "60000"), ((await host.DossierAsync(first)).Answers.Receipts.Items[0].Split, (await host.DossierAsync(first)).Answers.Receipts.Items[0].Part));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(first));
        Assert.Equal(60_000, await PartsAsync(user));
    }

    [Fact]
    public async Task What_two_people_typed_differently_is_shown_with_the_declaration()
    {
        var draft = await host.ADraft(a => Split(a, NewReceipt(), "60000"));
        var page = await SaveAsync(await host.SignInAsync(draft.By), draft, "50000", split: null, revision: "0");
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("領収書 1 分割の申告", page.Words, StringComparison.Ordinal);
        Assert.Contains("領収書 1 この申請の分", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sole_proprietor_is_not_asked_and_a_part_above_the_whole_is_said_at_its_field()
    {
        var person = await host.Given.AnApplicantUser(p => p with { Kind = ApplicantKind.SoleProprietor, CorporateNumber = null, Representative = "" });
        var own = await host.ADraft(a => a.OfUser(person));
        Assert.Null((await (await host.SignInAsync(person)).PageAsync($"/applications/{own.Id}/documents")).Document.QuerySelector("[name$='.Split']"));

        var draft = await host.ADraft(a => Split(a, NewReceipt(), "60000"));
        var wrong = await SaveAsync(await host.SignInAsync(draft.By), draft, "100001");
        Assert.Equal((HttpStatusCode.BadRequest, "100001"), (wrong.Status, Value(wrong, "Part")));
        Assert.Contains("領収金額（100,000円）を超えています", wrong.Document.QuerySelector("#Receipts_Items_0__Part-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_and_contents_kept_before_there_were_splits_still_load()
    {
        var item = Assert.Single(ApplicationJson.Read<ReceiptsAnswers>("""{"items": [{"date": "2026-05-10", "issuer": "見本電機", "amount": "69000"}]}""").Items);
        Assert.Equal(new ReceiptAnswers { Date = "2026-05-10", Issuer = "見本電機", Amount = "69000" }, item);
        var receipt = ApplicationJson.Read<Receipt>("""{"date": "2026-05-10", "issuer": "見本電機", "amount": 69000, "slot": 1}""");
        Assert.Equal(new Receipt(new DateOnly(2026, 5, 10), "見本電機", new Yen(69_000), 1), receipt);
        var split = receipt with { Whole = new Yen(100_000) };
        Assert.Equal(split, ApplicationJson.Read<Receipt>(ApplicationJson.Write(split)));
    }

    private static byte[] NewReceipt() => TestFiles.Pdf($"receipt {Guid.NewGuid()}");

    /// <summary>A care office's application that uses a part of a receipt, and claims as much, up to 30,000 yen.</summary>
    private static TestApplication Split(TestApplication application, byte[] file, string part, string whole = Whole, string issuer = "株式会社見本電機", string date = "2026-05-10") =>
        WithFile(application, file).With(x => x with
        {
            Amount = x.Amount with { Readers = "", ReaderCost = "", SupportCost = Math.Min(long.Parse(part, CultureInfo.InvariantCulture), 30_000).ToString(CultureInfo.InvariantCulture) },
            Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Date = date, Issuer = issuer, Amount = whole, Split = true, Part = part }] },
        });

    private static TestApplication WithFile(TestApplication application, byte[] file)
    {
        application.Files.RemoveAll(f => f.Kind == DocumentKind.Receipt);
        application.Files.Add((DocumentKind.Receipt, 0, "領収書.pdf", file));
        return application;
    }

    private async Task EditAsync(TestCase given, string part)
    {
        Assert.IsType<CommandResult.Done>(await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, default));
        var receipts = (await host.DossierAsync(given)).Working.First(w => w.Section == Section.Receipts);
        Assert.IsType<SaveStepResult.Saved>(await host.Command<SaveStep>().RunAsync(
            given.Id, Section.Receipts, a => a with { Receipts = new ReceiptsAnswers { Items = [a.Receipts.Items[0] with { Part = part }] } }, receipts.Revision, receipts.Editor, given.By.Actor, default));
    }

    /// <summary>次へ on ④, as a page without script posts it.</summary>
    /// <param name="revision">Null: that of the page.</param>
    private static async Task<Page> SaveAsync(HttpClient browser, TestCase given, string part, string? split = "true", string? revision = null)
    {
        var page = await browser.PageAsync($"/applications/{given.Id}/documents");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(page.Token), "__RequestVerificationToken" },
            { new StringContent(revision ?? page.Document.QuerySelector("[name=Revision]")!.GetAttribute("value")!), "Revision" },
            { new StringContent(Guid.NewGuid().ToString()), "Editor" },
            { new StringContent("2026-05-10"), "Receipts.Items[0].Date" },
            { new StringContent("株式会社見本電機"), "Receipts.Items[0].Issuer" },
            { new StringContent(Whole), "Receipts.Items[0].Amount" },
            { new StringContent(part), "Receipts.Items[0].Part" },
            { new StringContent("next"), "Act" },
        };
        if (split is not null) form.Add(new StringContent(split), "Receipts.Items[0].Split");
        return await Desk.ReadAsync(await browser.PostAsync(new Uri($"/applications/{given.Id}/documents", UriKind.Relative), form));
    }

    private static async Task<Page> SubmitAsync(HttpClient browser, TestCase given)
    {
        var page = await browser.PageAsync($"/applications/{given.Id}/confirm");
        return await browser.PostFromAsync(page, $"/applications/{given.Id}/confirm", ("fingerprint", page.Document.QuerySelector("[name=fingerprint]")!.GetAttribute("value")!), ("confirmed", "true"), ("act", "submit"));
    }

    private static string? Value(Page page, string field) => page.Document.QuerySelector($"[name='Receipts.Items[0].{field}']")?.GetAttribute("value");

    private static Task<bool> ReusedAsync(PortalHost portal, TestCase given) => portal.ScalarAsync<bool>("select receipt_reused from applications where id = @Id", new { given.Id });

    /// <summary>The parts that count of all the applicant's receipts, yen.</summary>
    private Task<long> PartsAsync(TestUser user) => host.ScalarAsync<long>(
        """
        select coalesce(sum(p.part_yen), 0)::bigint from receipt_parts p join applications a on a.id = p.application_id and a.submissions = p.version
        where a.applicant_id = @ApplicantId and a.status not in ('draft', 'refused', 'withdrawn')
        """,
        new { user.ApplicantId });
}
