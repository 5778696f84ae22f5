using System.Net;
using Azure.Storage.Blobs;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>検査中, 安全, 隔離, with a real clamd that knows the EICAR file.</summary>
public sealed class ScanTests(PortalServices services) : IAsyncLifetime
{
    private ClamdServer clamd = null!;
    private PortalHost host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        clamd = await ClamdServer.StartAsync(services.Services, cancel: Cancel);
        host = await PortalHost.StartAsync(services, h => h.WithScanner(clamd));
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await clamd.DisposeAsync();
    }

    [Fact]
    public async Task What_is_not_checked_yet_is_submitted_but_neither_opened_nor_granted_by_staff()
    {
        var (clerk, given) = (await host.Given.Staff(StaffRole.Reviewer), await host.ASubmittedApplication());
        var (id, owner, staff) = (await IdAsync(given, "passbook"), await host.SignInAsync(given.By), await host.SignInAsync(clerk));
        Assert.Contains("検査中", (await owner.PageAsync($"/applications/{given.Id}")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await owner.StatusAsync($"/documents/{id}"));
        var closed = await staff.PageAsync($"/documents/{id}");
        Assert.Equal(HttpStatusCode.Conflict, closed.Status);
        Assert.Contains("検査中です", closed.Words, StringComparison.Ordinal);
        Assert.Contains("検査中", (await staff.PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);
        await host.ClaimAsync(given.Id, clerk);
        var early = await host.Command<ReviewApplication>().RunAsync(given.Id, await VersionAsync(given.Id), Verdict.Grant, new Yen(50_000), "内容を確認した", clerk.Actor, Cancel);
        Assert.Equal(RefusalCode.DocumentsNotSafe, Assert.IsType<CommandResult.Refused>(early).Reason.Code);

        await host.Jobs.RunDueAsync(Cancel);

        Assert.Equal("sound clean", await StateAsync(id));
        Assert.Equal(HttpStatusCode.OK, await staff.StatusAsync($"/documents/{id}"));
        Assert.DoesNotContain("検査中", (await owner.PageAsync($"/applications/{given.Id}")).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("検査中", (await staff.PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);
        await host.DoneAsync(given.Id, v => host.Command<ReviewApplication>().RunAsync(given.Id, v, Verdict.Grant, new Yen(50_000), "内容を確認した", clerk.Actor, Cancel));
    }

    [Fact]
    public async Task An_infected_file_is_quarantined_its_case_marked_and_everybody_told_and_it_can_be_replaced()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.ASubmittedApplication(Infected);
        await host.ClaimAsync(given.Id, clerk);
        var id = await IdAsync(given, "service-proof");

        await host.Jobs.RunDueAsync(Cancel);

        Assert.EndsWith(" infected", await StateAsync(id), StringComparison.Ordinal);
        Assert.False(await host.Command<BlobContainerClient>().GetBlobClient(id.ToString("D")).ExistsAsync(Cancel));
        Assert.True(await Quarantined(id).ExistsAsync(Cancel));
        var (owner, staff) = (await host.SignInAsync(given.By), await host.SignInAsync(clerk));
        foreach (var browser in new[] { owner, staff, await host.SignInAsync(approver), await host.SignInAsync(await host.Given.Staff(StaffRole.Admin)) })
            foreach (var path in new[] { $"/documents/{id}", $"/documents/{id}?download=1" }) Assert.Equal(HttpStatusCode.Conflict, await browser.StatusAsync(path));
        Assert.Contains("隔離", (await owner.PageAsync($"/applications/{given.Id}")).Words, StringComparison.Ordinal);
        var page = await staff.PageAsync($"/review/{given.Id}");
        Assert.Contains("隔離", page.Words, StringComparison.Ordinal);
        Assert.True(await host.ScalarAsync<bool>("select check_failed from applications where id = @Id", new { given.Id }));
        Assert.Contains("GrantPortal.Eicar-Test", await host.ScalarAsync<string>("select detail::text from audit where action = 'document-quarantined' and object_id = @id", new { id = id.ToString() }), StringComparison.Ordinal);
        var told = await host.NextMailToAsync(given.By.Email, "書類を確認できませんでした", Cancel);
        Assert.Contains("危険なプログラムが見つかった", told.Text, StringComparison.Ordinal);
        Assert.Contains("「隔離」", (await host.NextMailToAsync(clerk.Email, "隔離", Cancel)).Text, StringComparison.Ordinal);
        var refused = await host.Command<ReviewApplication>().RunAsync(given.Id, await VersionAsync(given.Id), Verdict.Grant, new Yen(50_000), "内容を確認した", clerk.Actor, Cancel);
        Assert.Equal(RefusalCode.DocumentsNotSafe, Assert.IsType<CommandResult.Refused>(refused).Reason.Code);
        // Rows and blobs agree, in both places.
        using var output = new StringWriter();
        Assert.Equal(0, await host.Command<ReconcileCommand>().RunAsync(["--hashes"], output, Cancel));

        // The way out: returned, replaced, submitted again, granted.
        await host.DoneAsync(given.Id, v => host.Command<ReviewApplication>().ReturnAsync(
            given.Id, v, [new ReturnedItem("Documents.ServiceProof", "隔離されたため、差し替えてください。")], new DateOnly(2026, 6, 15), clerk.Actor, Cancel));
        await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, Cancel);
        Assert.False(await host.SubmitAsync(given) is SubmitResult.Submitted, "It was submitted again with the quarantined file.");
        Assert.IsType<UploadResult.Stored>(await host.Command<UploadDocument>().RunAsync(
            new Upload(given.Id, DocumentKind.ServiceProof, 0, Guid.NewGuid(), "指定通知書.pdf"), new MemoryStream(TestFiles.Pdf("sound")), given.By.Actor, Cancel));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(given));
        await host.Jobs.RunDueAsync(Cancel);
        Assert.False(await host.ScalarAsync<bool>("select check_failed from applications where id = @Id", new { given.Id }));
        await host.ClaimAsync(given.Id, clerk);
        await host.DoneAsync(given.Id, v => host.Command<ReviewApplication>().RunAsync(given.Id, v, Verdict.Grant, new Yen(50_000), "内容を確認した", clerk.Actor, Cancel));
    }

    [Fact]
    public async Task A_bad_file_that_is_not_among_the_returned_items_keeps_nobody_at_its_step()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.ASubmittedApplication(Infected);
        await host.Jobs.RunDueAsync(Cancel);
        await host.ClaimAsync(given.Id, clerk);
        await host.DoneAsync(given.Id, v => host.Command<ReviewApplication>().ReturnAsync(
            given.Id, v, [new ReturnedItem("Documents.Passbook", "名義のページがありません。")], new DateOnly(2026, 6, 15), clerk.Actor, Cancel));
        await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, Cancel);
        var browser = await host.SignInAsync(given.By);
        var path = $"/applications/{given.Id}/documents";
        var form = (await browser.PageAsync(path)).Document.QuerySelector("form[data-autosave]")!;
        var hidden = form.QuerySelectorAll("input[type='hidden'][name]").Where(i => i.GetAttribute("name") != "__RequestVerificationToken").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));
        using var answer = await browser.PostFormAsync(path, [.. hidden, new("Act", "next")], page: path);
        Assert.Equal(($"/applications/{given.Id}/confirm", HttpStatusCode.Found), (answer.Headers.Location?.ToString(), answer.StatusCode));
    }

    [Fact]
    public async Task While_the_scanner_is_away_files_wait_uncounted_and_catch_up_when_it_is_back()
    {
        await clamd.KillAsync();
        var given = await host.ASubmittedApplication(Infected);
        var id = await IdAsync(given, "service-proof");
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        for (var i = 0; i < 3; i++) await host.Jobs.RunDueAsync(Cancel);
        Assert.Equal("sound waiting", await StateAsync(id));
        Assert.Equal("ready 0", await host.ScalarAsync<string>("select state || ' ' || attempts from jobs where key = @key", new { key = $"scan-document:{id}" }));
        Assert.Contains("検査するサーバー（clamd）の応答がありません", (await admin.PageAsync("/admin/state")).Words, StringComparison.Ordinal);

        clamd = await ClamdServer.StartAsync(services.Services, clamd.Port, Cancel);
        // The one that saw it away asks again after some seconds; another one at once.
        await using (var other = await host.StartSiblingAsync(h => h.WithScanner(clamd))) await other.Jobs.RunDueAsync(Cancel);
        Assert.Equal("sound infected", await StateAsync(id));
        Assert.Equal("sound clean", await StateAsync(await IdAsync(given, "passbook")));
        Assert.Contains("検査するサーバー（clamd）に接続できます", (await admin.PageAsync("/admin/state")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quarantined_file_goes_with_its_application()
    {
        var draft = await host.ADraft(Infected);
        var id = await IdAsync(draft, "service-proof");
        await host.Jobs.RunDueAsync(Cancel);
        Assert.True(await Quarantined(id).ExistsAsync(Cancel));
        host.Clock.SetTo(new DateTimeOffset(2027, 5, 31, 9, 0, 0, TimeSpan.FromHours(9)));
        await RunAsync<DraftDeletionJob>();
        host.Clock.SetTo(new DateTimeOffset(2027, 7, 1, 9, 0, 0, TimeSpan.FromHours(9)));
        await RunAsync<RetentionJob>();
        Assert.Null(await host.StatusAsync(draft.Id));
        Assert.False(await Quarantined(id).ExistsAsync(Cancel));
    }

    [Fact]
    public async Task What_the_scanner_cannot_take_is_no_clean_file()
    {
        var scanner = host.Command<IMalwareScanner>();
        Assert.Contains("ClamAV", await scanner.ReachAsync(Cancel), StringComparison.Ordinal);
        Assert.Null(await scanner.ScanAsync(new MemoryStream(TestFiles.Pdf("clean")), Cancel));
        Assert.Equal("GrantPortal.Eicar-Test.UNOFFICIAL", await scanner.ScanAsync(new MemoryStream(HostileFile.Eicar), Cancel));
        // Longer than clamd takes: it breaks off, and says nothing of the file.
        await Assert.ThrowsAnyAsync<Exception>(() => scanner.ScanAsync(new MemoryStream(new byte[64 * 1024 * 1024]), Cancel));
    }

    private static TestApplication Infected(TestApplication application)
    {
        application.Files.RemoveAll(f => f.Kind == DocumentKind.ServiceProof);
        application.Files.Add((DocumentKind.ServiceProof, 0, "指定通知書.pdf", HostileFile.All.First(f => f.What == "EICAR in a PDF that is sound").Bytes));
        return application;
    }

    private BlobClient Quarantined(Guid id) => host.Command<QuarantineContainer>().Blobs.GetBlobClient(id.ToString("D"));

    private Task<string?> StateAsync(Guid id) => host.ScalarAsync<string>("select structure || ' ' || malware from documents where id = @id", new { id });

    private async Task<int> VersionAsync(Guid id) => await host.ScalarAsync<int>("select version from applications where id = @id", new { id });

    private Task<Guid> IdAsync(TestCase given, string kind) => host.ScalarAsync<Guid>("select id from documents where application_id = @Id and kind = @kind", new { given.Id, kind });

    private Task RunAsync<T>()
        where T : IJobHandler => host.Services.GetServices<IJobHandler>().OfType<T>().Single().RunAsync(new Data.Jobs.ClaimedJob(0, "", $"test:{Guid.NewGuid()}", "{}", 1), Cancel);
}
