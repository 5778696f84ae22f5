using System.Net;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>申請する: once, in order, within the rules, whatever happens at the same moment.</summary>
public sealed class SubmitTests(PortalHost portal) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task A_submitted_application_has_a_number_a_version_an_event_and_a_mail()
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);

        using var answer = await PostAsync(browser, draft);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/applications/{draft.Id}", answer.Headers.Location?.ToString());
        var page = await browser.GetStringOfAsync($"/applications/{draft.Id}");
        Assert.Contains("data-status=\"received\"", page, StringComparison.Ordinal);
        Assert.Matches("<strong id=\"receipt-number\">R8K-[0-9]{7}-[0-9]</strong>", page);
        await using var connection = await portal.Database.OpenAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from application_versions where application_id = @Id", new { draft.Id }));
        Assert.Equal(4, await connection.ExecuteScalarAsync<long>("select count(*) from version_documents where application_id = @Id", new { draft.Id }));
        Assert.Equal("submitted", await connection.QuerySingleAsync<string>("select kind from events where application_id = @Id", new { draft.Id }));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from jobs where key like @key", new { key = $"mail:application:{draft.Id}:%" }));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from working_sections where application_id = @Id", new { draft.Id }));
    }

    [Fact]
    public async Task Fifty_simultaneous_submits_of_one_draft_yield_one_number()
    {
        var draft = await portal.ADraft();
        var browsers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => portal.SignInAsync(draft.By)));
        var fields = await FieldsAsync(browsers[0], draft);

        var answers = await Task.WhenAll(browsers.Select(async browser =>
        {
            using var answer = await browser.PostFormAsync($"/applications/{draft.Id}/confirm", fields, page: "/profile");
            return (answer.StatusCode, answer.Headers.Location?.ToString());
        }));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Redirect, $"/applications/{draft.Id}"), answer));
        await using var connection = await portal.Database.OpenAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from events where application_id = @Id", new { draft.Id }));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from application_versions where application_id = @Id", new { draft.Id }));
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from jobs where key like @key", new { key = $"mail:application:{draft.Id}:%" }));
    }

    [Fact]
    public async Task Fifty_different_applications_submitted_at_once_get_fifty_numbers()
    {
        var user = await portal.Given.AnApplicantUser();
        var drafts = new List<TestCase>();
        for (var i = 0; i < 50; i++) drafts.Add(await portal.ADraft(a => a.OfUser(user)));

        var results = await Task.WhenAll(drafts.Select(portal.SubmitAsync));

        var numbers = results.Select(r => Assert.IsType<SubmitResult.Submitted>(r).Application.ReceiptNumber).ToList();
        Assert.Equal(50, numbers.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(null, numbers);
    }

    [Fact]
    public async Task Of_two_applications_for_one_number_at_the_same_moment_one_is_received_and_one_told_why_not()
    {
        for (var round = 0; round < 10; round++)
        {
            var number = TestApplication.NewNumber("13702");
            var first = await portal.ADraft(a => a.WithNumber(number));
            var second = await portal.ADraft(a => a.WithNumber(number));
            var browsers = new[] { await portal.SignInAsync(first.By), await portal.SignInAsync(second.By) };

            var answers = await Task.WhenAll(PostAsync(browsers[0], first), PostAsync(browsers[1], second));

            Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], answers.Select(a => a.StatusCode).Order());
            var refused = answers.Single(a => a.StatusCode == HttpStatusCode.Conflict);
            var page = await refused.Content.ReadAsStringAsync();
            Assert.Contains("この番号の申請は受付済みです", page, StringComparison.Ordinal);
            var winner = answers[0].StatusCode == HttpStatusCode.Redirect ? first : second;
            var other = (await portal.DossierAsync(winner)).Application;
            Assert.DoesNotContain(other.ReceiptNumber!, page, StringComparison.Ordinal);
            foreach (var answer in answers) answer.Dispose();
        }
    }

    [Fact]
    public async Task A_number_is_free_again_once_its_application_is_withdrawn()
    {
        var number = TestApplication.NewNumber("13703");
        var first = await portal.ASubmittedApplication(a => a.WithNumber(number));
        var second = await portal.ADraft(a => a.WithNumber(number));
        Assert.Equal(RefusalCode.NumberTaken, Assert.IsType<SubmitResult.Refused>(await portal.SubmitAsync(second)).Reason.Code);

        var browser = await portal.SignInAsync(first.By);
        var version = (await portal.DossierAsync(first)).Application.Version;
        using var withdrawn = await browser.PostFormAsync($"/applications/{first.Id}/withdraw",
            [KeyValuePair.Create("version", $"{version}")], page: $"/applications/{first.Id}/withdraw");

        Assert.Equal(HttpStatusCode.Redirect, withdrawn.StatusCode);
        Assert.IsType<SubmitResult.Submitted>(await portal.SubmitAsync(second));
    }

    [Fact]
    public async Task After_the_period_a_first_submission_is_refused_with_409_and_the_draft_kept()
    {
        await using var late = await PortalHost.StartAsync(portal.Local, _ => { });
        var draft = await late.ADraft();
        late.Clock.SetTo(new DateTimeOffset(2027, 3, 12, 23, 59, 59, TimeSpan.FromHours(9)));
        var inTime = await late.ADraft();
        Assert.IsType<SubmitResult.Submitted>(await late.SubmitAsync(inTime));
        late.Clock.SetTo(new DateTimeOffset(2027, 3, 13, 0, 0, 0, TimeSpan.FromHours(9)));
        var browser = await late.SignInAsync(draft.By);

        using var answer = await PostAsync(browser, draft);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("申請期間は2027年3月12日で終了しました", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(Status.Draft, (await late.DossierAsync(draft)).Application.Status);
    }

    [Fact]
    public async Task Intake_closes_exactly_when_the_budget_is_pledged_also_for_simultaneous_submissions()
    {
        await using var host = await PortalHost.StartAsync(portal.Local, _ => { });
        await using (var connection = await host.Database.OpenAsync())
            await connection.ExecuteAsync("update programme_years set budget_yen = 320000 where id = 'R8-care'");
        var user = await host.Given.AnApplicantUser();
        var drafts = new List<TestCase>();
        for (var i = 0; i < 20; i++) drafts.Add(await host.ADraft(a => a.OfUser(user)));

        var results = await Task.WhenAll(drafts.Select(host.SubmitAsync));

        // 64,000 yen each: pledged reaches 320,000 with the fifth.
        Assert.Equal(5, results.OfType<SubmitResult.Submitted>().Count());
        Assert.All(results.OfType<SubmitResult.Refused>(), r => Assert.Equal(RefusalCode.IntakeClosed, r.Reason.Code));
        await using var check = await host.Database.OpenAsync();
        Assert.Equal(new Position(0, 320_000), await PositionAsync(check));
    }

    [Fact]
    public async Task Without_the_tick_or_with_something_missing_it_is_400_and_nothing_happens()
    {
        var draft = await portal.ADraft(a => a.With(x => x with { Account = x.Account with { Holder = "" } }));
        var browser = await portal.SignInAsync(draft.By);
        var fields = await FieldsAsync(browser, draft);

        using var unticked = await browser.PostFormAsync($"/applications/{draft.Id}/confirm", fields.Where(f => f.Key != "confirmed"));
        using var incomplete = await browser.PostFormAsync($"/applications/{draft.Id}/confirm", fields);

        Assert.Equal(HttpStatusCode.BadRequest, unticked.StatusCode);
        Assert.Contains("チェックを入れてください", await unticked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, incomplete.StatusCode);
        Assert.Contains($"/applications/{draft.Id}/account#Account_Holder", await incomplete.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(Status.Draft, (await portal.DossierAsync(draft)).Application.Status);
    }

    [Fact]
    public async Task What_changed_after_the_confirmation_page_is_not_submitted_unseen()
    {
        var draft = await portal.ADraft();
        var browser = await portal.SignInAsync(draft.By);
        var fields = await FieldsAsync(browser, draft);
        var save = portal.Services.GetRequiredService<SaveStep>();
        var dossier = await portal.DossierAsync(draft);
        await save.RunAsync(draft.Id, Section.Amount, a => a with { Amount = a.Amount with { SupportCost = "20000" } }, dossier.RevisionOf(Section.Amount), Guid.NewGuid(), draft.By.Actor, default);

        using var answer = await browser.PostFormAsync($"/applications/{draft.Id}/confirm", fields);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("もう一度ご確認", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(Status.Draft, (await portal.DossierAsync(draft)).Application.Status);
    }

    [Fact]
    public async Task An_edit_keeps_the_number_and_every_version_whole()
    {
        var application = await portal.ASubmittedApplication();
        var number = (await portal.DossierAsync(application)).Application.ReceiptNumber;
        var browser = await portal.SignInAsync(application.By);

        await EditAsync(browser, application, ("Amount.SupportCost", "20000"));
        Assert.Equal(Status.Received, (await portal.DossierAsync(application)).Application.Status);
        using var answer = await PostAsync(browser, application);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var after = (await portal.DossierAsync(application)).Application;
        Assert.Equal((number, 2, 59_000L), (after.ReceiptNumber, after.Submissions, after.Applied.Amount));
        await using var connection = await portal.Database.OpenAsync();
        var first = await connection.AskAsync(ApplicationQueries.Version(application.Id, 1));
        var second = await connection.AskAsync(ApplicationQueries.Version(application.Id, 2));
        Assert.Equal((30_000L, 20_000L), (first!.Content.Care!.SupportCost.Amount, second!.Content.Care!.SupportCost.Amount));
        Assert.Equal(first.Documents, second.Documents);
    }

    [Fact]
    public async Task If_a_reviewer_claims_first_the_edit_ends_with_409_and_its_text_is_kept_to_look_at()
    {
        var application = await portal.ASubmittedApplication();
        var browser = await portal.SignInAsync(application.By);
        await EditAsync(browser, application, ("Amount.Note", "編集中のメモ"));
        var fields = await FieldsAsync(browser, application);
        var reviewer = await portal.Given.Staff(StaffRole.Reviewer);
        Assert.IsType<CommandResult.Done>(await portal.Services.GetRequiredService<ApplicationCommand>().RunAsync(
            application.Id, reviewer.Actor, null, (dossier, now) => dossier.Application.Claim(reviewer.Actor, now)));

        using var answer = await browser.PostFormAsync($"/applications/{application.Id}/confirm", fields, page: "/profile");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("編集中のメモ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("編集中のメモ", await browser.GetStringOfAsync($"/applications/{application.Id}/confirm"), StringComparison.Ordinal);
        Assert.Equal(Status.Reviewing, (await portal.DossierAsync(application)).Application.Status);
    }

    [Theory]
    [InlineData("/applications/{0}")]
    [InlineData("/applications/{0}/slip")]
    [InlineData("/applications/{0}/office")]
    [InlineData("/applications/{0}/confirm")]
    public async Task Another_applicants_application_is_404(string path)
    {
        var application = await portal.ASubmittedApplication();
        var stranger = await portal.SignInAsync(await portal.Given.AnApplicantUser());

        using var answer = await stranger.GetAsync(new Uri(string.Format(null, path, application.Id), UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_viewer_sees_but_may_not_write()
    {
        var application = await portal.ASubmittedApplication();
        var viewer = await portal.SignInAsync(await portal.Given.AMemberOf(application.By.ApplicantId!.Value, MemberRole.Viewer));

        using var seen = await viewer.GetAsync(new Uri($"/applications/{application.Id}", UriKind.Relative));
        using var edit = await viewer.PostFormAsync($"/applications/{application.Id}/edit", [], page: "/profile");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (seen.StatusCode, edit.StatusCode));
    }

    [Fact]
    public async Task The_slip_lists_every_file_with_its_size_and_hash()
    {
        var application = await portal.ASubmittedApplication();
        var browser = await portal.SignInAsync(application.By);

        var slip = WebUtility.HtmlDecode(await browser.GetStringOfAsync($"/applications/{application.Id}/slip"));

        var bytes = TestFiles.Pdf("指定通知書");
        Assert.Contains("指定通知書.pdf", slip, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), slip, StringComparison.Ordinal);
        Assert.Contains($"{bytes.Length:#,0} バイト", slip, StringComparison.Ordinal);
    }

    private static async Task<List<KeyValuePair<string, string>>> FieldsAsync(HttpClient browser, TestCase draft)
    {
        var page = await browser.GetStringOfAsync($"/applications/{draft.Id}/confirm");
        var fingerprint = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page).QuerySelector("[name='fingerprint']")?.GetAttribute("value") ?? "";
        return [new("fingerprint", fingerprint), new("confirmed", "true"), new("act", "submit")];
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, TestCase draft) =>
        await browser.PostFormAsync($"/applications/{draft.Id}/confirm", await FieldsAsync(browser, draft));

    /// <summary>Opens the application for editing and changes one field of ②.</summary>
    private static async Task EditAsync(HttpClient browser, TestCase application, (string Name, string Value) change)
    {
        using var opened = await browser.PostFormAsync($"/applications/{application.Id}/edit", [], page: $"/applications/{application.Id}");
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        var amount = application.Answers.Amount;
        var fields = new Dictionary<string, string>
        {
            ["Amount.Readers"] = amount.Readers!,
            ["Amount.ReaderCost"] = amount.ReaderCost!,
            ["Amount.SupportCost"] = amount.SupportCost!,
            ["Amount.CompatibleReaders"] = "true",
            ["Amount.NoExcludedGoods"] = "true",
            ["Amount.CompletedOn"] = amount.CompletedOn!,
            ["Revision"] = "1",
            ["Editor"] = Guid.NewGuid().ToString(),
            ["Act"] = "next",
            [change.Name] = change.Value,
        };
        using var saved = await browser.PostFormAsync($"/applications/{application.Id}/amount", fields);
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
    }

    private static async Task<Position> PositionAsync(Npgsql.NpgsqlConnection connection)
    {
        var budget = await connection.AskAsync(ProgrammeYearStore.Budget("R8-care"));
        return new Position(budget.Committed.Amount, budget.Open.Amount);
    }

    private sealed record Position(long Committed, long Open);
}
