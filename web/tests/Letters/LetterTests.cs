using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Letters;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.Logging.Abstractions;

namespace GrantPortal.Web.Tests.Letters;

/// <summary>Letters on the screen and on paper, printed by a real Chromium.</summary>
public sealed class LetterTests(LetterTests.Printing host) : IClassFixture<LetterTests.Printing>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grant_is_told_by_a_numbered_letter_whose_tagged_pdf_says_sum_name_conditions_and_payment_date()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("granted", clerk, approver);
        using var applicant = await host.SignInAsync(given.By);
        var (id, serial) = await LetterOf(given.Id);

        // The page is there before the paper.
        var early = await applicant.PageAsync($"/letters/{id}");
        Assert.Equal(HttpStatusCode.OK, early.Status);
        Assert.Contains("PDFを作成しています", early.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await applicant.PageAsync($"/letters/{id}/pdf")).Status);

        await host.Jobs.RunDueAsync(Cancel);
        using var answer = await applicant.GetAsync(new Uri($"/letters/{id}/pdf?download=1", UriKind.Relative), Cancel);
        var pdf = await answer.Content.ReadAsByteArrayAsync(Cancel);
        var text = await Paper.TextOf(pdf);
        foreach (var said in new[] { "交付決定通知書", "株式会社見本ケア", "代表者見本太郎様", "64,000円", "令和8年（2026年）7月31日まで", $"令和8年度決定第{serial}号", given.Number, "見本訪問介護事業所", "国民健康保険中央会理事長" })
            Assert.Contains(said, text, StringComparison.Ordinal);
        foreach (var condition in GrantConditions.Of("R8", given.Programme)) Assert.Contains(condition, text, StringComparison.Ordinal);
        Assert.Matches("Tagged: +yes", await Paper.InfoOf(pdf));
        Assert.Matches("Page size: .*A4", await Paper.InfoOf(pdf));

        await using var db = await host.Database.OpenAsync(Cancel);
        var file = await db.QuerySingleAsync<(Guid Blob, long Size, string Sha256)>("select blob_id, size, sha256 from letter_files where letter_id = @id", new { id });
        Assert.Equal((pdf.Length, Convert.ToHexStringLower(SHA256.HashData(pdf))), (file.Size, file.Sha256));
        Assert.Equal($"\"{file.Sha256}\"", answer.Headers.ETag?.Tag);
        Assert.StartsWith("交付決定通知書_R8K-", answer.Content.Headers.ContentDisposition?.FileNameStar, StringComparison.Ordinal);
        var mail = await db.QuerySingleAsync<string>("select payload ->> 'body' from jobs where kind = 'mail' and key like @key and payload ->> 'subject' like '%交付を決定%'", new { key = $"mail:application:{given.Id}:%" });
        Assert.Contains($"/letters/{id}", mail, StringComparison.Ordinal);
        Assert.Contains($"/letters/{id}", (await applicant.PageAsync($"/applications/{given.Id}")).Document.QuerySelector(".letters a")?.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("交付決定通知書", (await applicant.PageAsync("/letters")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_and_a_return_say_their_reasons_on_paper()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var refused = await host.ASubmittedApplication(a => a.Medical());
        await host.RecommendAsync(refused.Id, clerk);
        await host.DoneAsync(refused.Id, seen => host.Command<DecideApplication>().RefuseAsync(refused.Id, seen, "対象となる機能の追加が\n<b>確認</b>できません。", approver.Actor, Cancel));
        var returned = await host.AnApplicationAsync("returned", clerk, approver);
        await host.Jobs.RunDueAsync(Cancel);

        var (refusal, serial) = await LetterOf(refused.Id);
        var text = await TextAsync(refused.By, refusal);
        foreach (var said in new[] { "不交付決定通知書", "対象となる機能の追加が<b>確認</b>できません。", "医療機関コード", "550,000円" }) Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.DoesNotContain("交付の条件", text, StringComparison.Ordinal);
        Assert.NotNull(serial);

        var (back, none) = await LetterOf(returned.Id);
        text = await TextAsync(returned.By, back);
        foreach (var said in new[] { "差戻しのお知らせ", "口座名義（カタカナ）", "通帳の名義と異なります。", "令和8年（2026年）6月15日" }) Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Null(none);
    }

    [Fact]
    public async Task A_letter_is_read_by_the_applicants_members_and_staff_and_by_nobody_else()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("granted", clerk, approver);
        await host.Jobs.RunDueAsync(Cancel);
        var (id, _) = await LetterOf(given.Id);
        var member = await host.Given.AMemberOf(given.By.ApplicantId!.Value, MemberRole.Viewer);
        foreach (var (user, status) in new[] { (member, HttpStatusCode.OK), (await host.Given.AnApplicantUser(), HttpStatusCode.NotFound), (await host.Given.Staff(StaffRole.Auditor), HttpStatusCode.OK) })
        {
            using var browser = await host.SignInAsync(user);
            foreach (var path in new[] { $"/letters/{id}", $"/letters/{id}/pdf" }) Assert.Equal(status, (await browser.PageAsync(path)).Status);
            if (user.ApplicantId is null)
                Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from audit where actor_id = @Id and object_kind = 'letter' and action like 'view-letter%'", new { user.Id }));
        }
        using var staff = await host.SignInAsync(clerk);
        Assert.NotNull((await staff.PageAsync($"/review/{given.Id}")).Document.QuerySelector($".letters a[href='/letters/{id}']"));
    }

    [Fact]
    public async Task A_printer_that_died_or_hangs_is_replaced_and_a_repeat_of_the_job_prints_nothing_twice()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var printer = host.Command<PdfPrinter>();
        await printer.PrintAsync("<p>warm</p>", Cancel);
        foreach (var chromium in Children("chromium")) chromium.Kill();
        var given = await host.AnApplicationAsync("granted", clerk, approver);
        await host.Jobs.RunDueAsync(Cancel);
        host.Clock.Advance(TimeSpan.FromMinutes(1)); // where the death was noticed by the job itself, it was tried again
        await host.Jobs.RunDueAsync(Cancel);
        var (id, _) = await LetterOf(given.Id);
        var blob = await host.ScalarAsync<Guid>("select blob_id from letter_files where letter_id = @id", new { id });
        Assert.NotEqual(default, blob);

        await host.ExecuteAsync("update jobs set state = 'ready', attempts = 0 where kind = 'letter' and payload ->> 'letter' = @id", new { id = id.ToString() });
        await host.Jobs.RunDueAsync(Cancel);
        Assert.Equal(blob, await host.ScalarAsync<Guid>("select blob_id from letter_files where letter_id = @id", new { id }));
        Assert.Equal("done", await host.ScalarAsync<string>("select state from jobs where kind = 'letter' and payload ->> 'letter' = @id", new { id = id.ToString() }));
    }

    [Fact]
    public async Task Without_chromium_the_page_works_and_the_pdf_waits_for_an_instance_that_has_one()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        await using var without = await host.StartSiblingAsync(other =>
        {
            other.Settings["Letters:Print"] = "true";
            other.Settings["Letters:Chromium"] = "/nowhere/chromium";
        });
        var given = await without.AnApplicationAsync("granted", clerk, approver);
        await without.Jobs.RunDueAsync(Cancel);
        var (id, _) = await LetterOf(given.Id);
        using var applicant = await without.SignInAsync(given.By);
        Assert.Contains("64,000円", (await applicant.PageAsync($"/letters/{id}")).Words, StringComparison.Ordinal);
        using var staff = await without.SignInAsync(clerk);
        Assert.Contains("PDFの作成は待機しています", (await staff.PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);
        const string State = "select state || attempts from jobs where kind = 'letter' and payload ->> 'letter' = @id";
        Assert.Equal("ready0", await host.ScalarAsync<string>(State, new { id = id.ToString() }));

        await host.Jobs.RunDueAsync(Cancel);
        Assert.Equal("done1", await host.ScalarAsync<string>(State, new { id = id.ToString() }));
        Assert.Contains("64,000円", await TextAsync(given.By, id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sweep_leaves_letters_alone_and_reconcile_misses_a_lost_one()
    {
        await using var own = await PortalHost.StartAsync(host.Local, other => other.Settings["Letters:Print"] = "true");
        var (clerk, approver) = (await own.Given.Staff(StaffRole.Reviewer), await own.Given.Staff(StaffRole.Approver));
        var given = await own.AnApplicationAsync("granted", clerk, approver);
        await own.Jobs.RunDueAsync(Cancel);
        var blob = await own.ScalarAsync<Guid>("select f.blob_id from letter_files f join letters l on l.id = f.letter_id where l.application_id = @Id", new { given.Id });
        var blobs = own.Command<IBlobStore>();
        var sweep = new OrphanSweep(own.Database, own.Command<BlobContainerClient>(), own.Command<QuarantineContainer>(), blobs, own.Clock, NullLogger<OrphanSweep>.Instance) { Settled = TimeSpan.Zero };
        await sweep.RunAsync(new ClaimedJob(0, OrphanSweep.JobKind, "probe", $$"""{"digit": "{{blob.ToString()[0]}}"}""", 1), Cancel);
        await using (var kept = await blobs.OpenReadAsync(blob, Cancel)) Assert.NotNull(kept);

        var reconcile = own.Command<ReconcileCommand>();
        Assert.Equal(0, await reconcile.RunAsync(TextWriter.Null, Cancel));
        await blobs.DeleteAsync(blob, Cancel);
        await using var said = new StringWriter();
        Assert.Equal(1, await reconcile.RunAsync(said, Cancel));
        Assert.Contains($"missing blob: {blob}", said.ToString(), StringComparison.Ordinal);
    }

    private async Task<(Guid Id, int? Serial)> LetterOf(Guid application)
    {
        await using var db = await host.Database.OpenAsync(Cancel);
        return await db.QuerySingleAsync<(Guid, int?)>("select id, serial from letters where application_id = @application", new { application });
    }

    private async Task<string> TextAsync(TestUser reader, Guid letter)
    {
        using var browser = await host.SignInAsync(reader);
        return await Paper.TextOf(await browser.GetByteArrayAsync(new Uri($"/letters/{letter}/pdf", UriKind.Relative), Cancel));
    }

    /// <summary>Processes of this name that this process started, itself or through others.</summary>
    private static List<Process> Children(string name)
    {
        var all = Process.GetProcesses().Select(p => (Process: p, Stat: Stat(p.Id))).Where(p => p.Stat is not null).ToDictionary(p => p.Process.Id, p => (p.Process, p.Stat!.Value.Name, p.Stat.Value.Parent));
        bool Ours(int id) => id == Environment.ProcessId || (all.TryGetValue(id, out var one) && one.Parent != 0 && Ours(one.Parent));
        return [.. all.Where(p => p.Value.Name == name && Ours(p.Key)).Select(p => p.Value.Process)];
    }

    private static (string Name, int Parent)? Stat(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            var end = line.LastIndexOf(')');
            return (line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..end], int.Parse(line[(end + 4)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
    }

    /// <summary>A portal that prints.</summary>
    public sealed class Printing : PortalHost
    {
        public Printing(PortalServices services)
            : base(services) => Settings["Letters:Print"] = "true";
    }
}
