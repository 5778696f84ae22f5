using System.Net;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Receipts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>Receipts are read by a job; what was read is shown to the applicant to confirm and to the reviewer beside what was typed.</summary>
public sealed class ReceiptReadingTests(ThoroughPortal host) : IClassFixture<ThoroughPortal>
{
    [Fact]
    public async Task The_job_reads_a_receipt_once_and_no_other_document()
    {
        var draft = await host.ADraft(a => WithReceipt(a, TestFiles.Pdf("T7000012050002 2026/5/20 and some more words")));
        var (receipt, passbook) = (await IdAsync(draft, DocumentKind.Receipt), await IdAsync(draft, DocumentKind.Passbook));
        await using (var connection = await host.Database.OpenAsync())
        {
            var now = host.Given.Clock.GetUtcNow();
            await JobQueue.EnqueueAsync(connection, [ReadReceiptJob.For(receipt, now), ReadReceiptJob.For(receipt, now), ReadReceiptJob.For(passbook, now)]);
        }
        await host.Services.GetRequiredService<JobWorker>().RunDueAsync();
        Assert.Equal("read", await host.ScalarAsync<string>("select status from receipt_readings where document_id = @receipt", new { receipt }));
        Assert.Equal(0, await host.ScalarAsync<int>("select count(*)::int from receipt_readings where document_id = @passbook", new { passbook }));
        await using var reading = await host.Database.OpenAsync();
        var found = (await reading.AskAsync(ReceiptReadings.Of([receipt])))[receipt];
        Assert.Equal(new DateOnly(2026, 5, 20), found.Date?.Value);
        Assert.Equal(new ReadRegistration("T7000012050002", true), found.Registration?.Value);
    }

    [Fact]
    public async Task Empty_fields_show_what_was_read_to_be_confirmed_and_typed_ones_stay()
    {
        var draft = await host.ADraft(a => a.With(x => x with { Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Amount = "12345" }] } }));
        await ReadAsync(await IdAsync(draft, DocumentKind.Receipt), 1);
        var browser = await host.SignInAsync(draft.By);
        var page = await browser.PageAsync($"/applications/{draft.Id}/documents");
        Assert.Equal(("2026-05-20", "株式会社見本電機", "12345"), (Value("Date"), Value("Issuer"), Value("Amount")));
        Assert.Contains("読み取り結果です。確認してください。", page.Document.QuerySelector("fieldset.receipt")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("", page.Document.QuerySelectorAll("fieldset.receipt [data-read]")[1].TextContent);

        string Value(string field) => page.Document.QuerySelector($"[name='Receipts.Items[0].{field}']")!.GetAttribute("value")!;
    }

    [Fact]
    public async Task The_desk_shows_what_was_read_with_its_place_and_points_to_differences()
    {
        var given = await host.ASubmittedApplication();
        await ReadAsync(await IdAsync(given, DocumentKind.Receipt), 2);
        var page = await (await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer))).PageAsync($"/review/{given.Id}");
        var read = page.Document.QuerySelector(".desk-reading")!;
        Assert.Contains("62,728円", read.TextContent, StringComparison.Ordinal);
        Assert.Matches("^0[.0-9]*,0[.0-9]*,0[.0-9]*,0[.0-9]*$", read.QuerySelector("[data-place='1']")!.GetAttribute("data-box"));
        var checks = page.Document.QuerySelectorAll(".checks .look").Select(c => c.TextContent).ToList();
        Assert.Contains(checks, c => c.Contains("領収金額と読み取り", StringComparison.Ordinal) && c.Contains("入力は69,000円、読み取りは62,728円", StringComparison.Ordinal));
        Assert.Contains(checks, c => c.Contains("領収日と読み取り", StringComparison.Ordinal));
        Assert.DoesNotContain(checks, c => c.Contains("発行者と読み取り", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receipt_used_twice_is_shown_to_staff_on_both_sides_blocks_nothing_and_is_not_told_to_applicants()
    {
        // Nothing else looks like them: pages of a line of text do look alike.
        var file = TestFiles.Drawing();
        var (first, second) = (await host.ASubmittedApplication(a => WithReceipt(a, file)), await host.ASubmittedApplication(a => WithReceipt(a, file)));
        var other = await host.ASubmittedApplication(a => WithReceipt(a, TestFiles.Drawing()));
        var staff = await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer));
        await host.Services.GetRequiredService<JobWorker>().RunDueAsync();
        Assert.Equal((true, true, false), (await InQueueAsync(first), await InQueueAsync(second), await InQueueAsync(other)));
        foreach (var (here, there) in new[] { (first, second), (second, first) })
        {
            var page = await staff.PageAsync($"/review/{here.Id}");
            var section = page.Document.QuerySelector("#reused")!;
            Assert.NotNull(section.QuerySelector($"a[href='/review/{there.Id}']"));
            Assert.Contains("ファイルが同じ", section.TextContent, StringComparison.Ordinal);
            var frames = section.QuerySelectorAll("iframe").Select(f => f.GetAttribute("src")!).ToList();
            Assert.Equal(2, frames.Count);
            foreach (var frame in frames) Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync(new Uri(frame, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
            Assert.Contains(page.Document.QuerySelectorAll(".checks .look"), c => c.TextContent.Contains("領収書の重複", StringComparison.Ordinal));
        }
        var own = await (await host.SignInAsync(second.By)).PageAsync($"/applications/{second.Id}");
        Assert.DoesNotContain("重複", own.Words, StringComparison.Ordinal);

        await host.Services.GetRequiredService<EditApplication>().WithdrawAsync(first.Id, (await host.DossierAsync(first)).Application.Version, null, first.By.Actor, default);
        await host.Services.GetRequiredService<JobWorker>().RunDueAsync();
        Assert.False(await InQueueAsync(second));
        Assert.Null((await staff.PageAsync($"/review/{second.Id}")).Document.QuerySelector("#reused"));
    }

    [Fact]
    public async Task The_same_facts_and_nearly_the_same_look_are_reuse_and_another_amount_on_the_same_form_is_not()
    {
        var cases = new List<TestCase>();
        for (var i = 0; i < 4; i++) cases.Add(await host.ASubmittedApplication(a => WithReceipt(a, TestFiles.Pdf($"receipt {Guid.NewGuid()}"))));
        var ids = new List<Guid>();
        foreach (var one in cases) ids.Add(await IdAsync(one, DocumentKind.Receipt));
        const long Look = 0x0F1E_2D3C_4B5A_6978;
        await ReadAsync(ids[0], 11, Look);
        await ReadAsync(ids[1], 12, Look ^ 0b111);
        await ReadAsync(ids[2], 11, ~Look, registration: "T2011001027780");
        await ReadAsync(ids[3], 11, Look ^ 0b111L << 30, registration: null);
        await using var connection = await host.Database.OpenAsync();
        var actor = (await host.Given.Staff(StaffRole.Reviewer)).Actor;
        // Another amount: the form alone is none. Another number: the same day and amount alone are none. Nearly the same look, nothing against it: is one.
        var found = await connection.AskAsync(ReceiptReuse.Of(cases[0].Id, 1, actor));
        Assert.Equal([cases[3].Id], found.Select(f => f.ApplicationId));
        Assert.True(found[0] is { SamePicture: true, SameFacts: false, SameBytes: false });

        var twin = await host.ASubmittedApplication(a => WithReceipt(a, TestFiles.Pdf($"receipt {Guid.NewGuid()}")));
        await ReadAsync(await IdAsync(twin, DocumentKind.Receipt), 11, ~Look ^ 0xFF00FF);
        Assert.Contains(await connection.AskAsync(ReceiptReuse.Of(cases[0].Id, 1, actor)), f => f.ApplicationId == twin.Id && f is { SameFacts: true, SamePicture: false });
    }

    /// <summary>Whether the queue shows the application among those with a receipt used twice.</summary>
    private async Task<bool> InQueueAsync(TestCase wanted)
    {
        var staff = await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer));
        var page = await staff.PageAsync($"/review?status=all&flag=reused&q={wanted.Number}");
        return page.Document.QuerySelector($".queue a[href='/review/{wanted.Id}']") is { } line && line.Closest("tr")!.TextContent.Contains("領収書の重複", StringComparison.Ordinal);
    }

    private static TestApplication WithReceipt(TestApplication application, byte[] bytes)
    {
        application.Files.RemoveAll(f => f.Kind == DocumentKind.Receipt);
        application.Files.Add((DocumentKind.Receipt, 0, "領収書.pdf", bytes));
        return application;
    }

    private Task<Guid> IdAsync(TestCase wanted, DocumentKind kind) => host.ScalarAsync<Guid>(
        "select id from documents where application_id = @Id and kind = @kind and attached", new { wanted.Id, kind = kind.Code() });

    /// <summary>What a recogniser may give: a receipt of 62,728 yen and as many thousand more as its number beyond 2.</summary>
    private async Task ReadAsync(Guid document, int number, long look = 1, string? registration = "T7000012050002")
    {
        string[] lines = ["社会福祉法人みどり会 御中", "2026年5月20日", $"合計 ¥{62_728 + ((number - 2) * 1000):#,0}", "株式会社見本電機", $"登録番号 {registration}"];
        var words = lines.SelectMany((line, row) => line.Split(' ').Select((word, i) => new ReceiptWord(word, new Box(20 + (i * 200), 20 + (row * 60), word.Length * 12, 20))));
        await using var connection = await host.Database.OpenAsync();
        await ReceiptReadings.SaveAsync(connection, document, new RecognisedReceipt([new ReceiptPage(1, new PagePose(800, 1000), [.. words])], look), host.Given.Clock.GetUtcNow());
    }
}
