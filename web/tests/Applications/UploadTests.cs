using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>Files come in by form and by script, whole or not at all.</summary>
public sealed class UploadTests(PortalHost portal) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task A_file_is_stored_with_its_hash_and_comes_back_byte_for_byte()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        var bytes = TestFiles.OfSize(3 * 1024 * 1024 + 17);

        using var answer = await SendAsync(browser, draft.Id, "passbook", 0, bytes, "通帳 写し.pdf");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var stored = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), stored.GetProperty("sha256").GetString());
        Assert.Equal("通帳 写し.pdf", stored.GetProperty("name").GetString());
        await using var stream = await portal.Services.GetRequiredService<IBlobStore>().OpenReadAsync(stored.GetProperty("id").GetGuid(), default);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public async Task A_repeat_of_the_same_upload_is_recognised_by_its_id_and_another_with_the_same_bytes_is_not()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        var (bytes, upload) = (TestFiles.Png(), Guid.NewGuid());

        var first = await IdAsync(await SendAsync(browser, draft.Id, "service-proof", null, bytes, "a.png", upload));
        var repeat = await IdAsync(await SendAsync(browser, draft.Id, "service-proof", null, bytes, "a.png", upload));
        var other = await IdAsync(await SendAsync(browser, draft.Id, "service-proof", null, bytes, "a.png"));

        Assert.Equal(first, repeat);
        Assert.NotEqual(first, other);
        Assert.Equal(2, (await portal.DossierAsync(draft)).Attached.Count(d => d.Kind == DocumentKind.ServiceProof));
    }

    [Fact]
    public async Task Twenty_mebibytes_are_accepted_and_one_byte_more_is_refused_before_anything_is_stored()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);

        using var largest = await SendAsync(browser, draft.Id, "passbook", 0, TestFiles.OfSize(FileContent.LargestBytes), "大.pdf");
        var before = await BlobsAsync();
        using var declared = await SendAsync(browser, draft.Id, "receipt", 0, TestFiles.OfSize(FileContent.LargestBytes + 1), "大.pdf");
        using var chunked = await SendAsync(browser, draft.Id, "receipt", 0, TestFiles.OfSize(FileContent.LargestBytes + 1), "大.pdf", tellLength: false);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (largest.StatusCode, declared.StatusCode, chunked.StatusCode));
        Assert.Contains("20MiB", JsonDocument.Parse(await chunked.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await BlobsAsync());
        Assert.Single((await portal.DossierAsync(draft)).Attached);
    }

    [Fact]
    public async Task A_large_file_that_turns_out_to_be_encrypted_on_its_way_leaves_nothing()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        var (before, bytes) = (await BlobsAsync(), TestFiles.OfSize(3 * 1024 * 1024));
        System.Text.Encoding.ASCII.GetBytes("trailer << /Encrypt 12 0 R >>").CopyTo(bytes, bytes.Length - 100);

        foreach (var tellLength in new[] { true, false })
        {
            using var answer = await SendAsync(browser, draft.Id, "passbook", 0, bytes, "通帳.pdf", tellLength: tellLength);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(DocumentFaults.Encrypted, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString());
        }
        Assert.Equal(before, await BlobsAsync());
        Assert.Empty((await portal.DossierAsync(draft)).Attached);
    }

    [Theory]
    [InlineData("TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAA==", "PDF、JPEG、PNG")] // MZ: an .exe
    [InlineData("UEsDBBQAAAAIAAAAIQA=", "PDF、JPEG、PNG")] // a zip or an Office file
    [InlineData("PGh0bWw+PHNjcmlwdD4=", "PDF、JPEG、PNG")] // HTML
    [InlineData("", "空です")]
    public async Task What_is_no_pdf_jpeg_or_png_by_content_is_refused_whatever_its_name(string base64, string words)
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);

        using var answer = await SendAsync(browser, draft.Id, "passbook", 0, Convert.FromBase64String(base64), "請求書.pdf");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty((await portal.DossierAsync(draft)).Attached);
    }

    [Fact]
    public async Task Without_script_the_form_brings_files_and_fields_together_and_a_bad_file_loses_neither()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(await browser.TokenAsync($"/applications/{draft.Id}/documents")), "__RequestVerificationToken" },
            { new StringContent("1"), "Revision" },
            { new StringContent(Guid.NewGuid().ToString()), "Editor" },
            { File(TestFiles.Png()), "Documents.Passbook", "通帳.png" },
            { File(TestFiles.Pdf("a")), "Documents.ServiceProof", "一.pdf" },
            { File(TestFiles.Pdf("b")), "Documents.ServiceProof", "二.pdf" },
            { File([1, 2, 3]), "Documents.WebServiceScreen", "画面.png" },
            { File(TestFiles.Jpeg()), "Documents.Receipt[0]", "領収書.jpg" },
            { new StringContent("2026-05-11"), "Receipts.Items[0].Date" },
            { new StringContent("電機店"), "Receipts.Items[0].Issuer" },
            { new StringContent("69000"), "Receipts.Items[0].Amount" },
            { new StringContent("next"), "Act" },
        };

        using var answer = await browser.PostAsync(new Uri($"/applications/{draft.Id}/documents", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("画面.png：PDF、JPEG、PNG", page, StringComparison.Ordinal);
        var dossier = await portal.DossierAsync(draft);
        Assert.Equal(["通帳.png", "一.pdf", "二.pdf", "領収書.jpg"], dossier.Attached.Select(d => d.FileName));
        Assert.Equal(("2026-05-11", "電機店", "69000"), (dossier.Answers.Receipts.Items[0].Date, dossier.Answers.Receipts.Items[0].Issuer, dossier.Answers.Receipts.Items[0].Amount));
    }

    [Fact]
    public async Task A_form_without_its_token_stores_nothing()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        using var form = new MultipartFormDataContent { { File(TestFiles.Png()), "Documents.Passbook", "通帳.png" } };

        using var answer = await browser.PostAsync(new Uri($"/applications/{draft.Id}/documents", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty((await portal.DossierAsync(draft)).Attached);
    }

    [Fact]
    public async Task A_replaced_or_removed_file_leaves_the_working_copy_but_a_submitted_version_keeps_its_own()
    {
        var application = await portal.ASubmittedApplication();
        var browser = await portal.SignInAsync(application.By);
        using var opened = await browser.PostFormAsync($"/applications/{application.Id}/edit", [], page: $"/applications/{application.Id}");
        var before = (await portal.DossierAsync(application)).Attached;

        var replaced = await IdAsync(await SendAsync(browser, application.Id, "passbook", 0, TestFiles.Png(64, 64), "新しい通帳.png"));

        var now = (await portal.DossierAsync(application)).Attached;
        Assert.Equal([replaced], now.Where(d => d.Kind == DocumentKind.Passbook).Select(d => d.Id));
        await using var connection = await portal.Database.OpenAsync();
        var version = await connection.AskAsync(Data.Applications.ApplicationQueries.Version(application.Id, 1));
        Assert.Equal(before, version!.Documents);
    }

    [Fact]
    public async Task Strangers_get_404_staff_403_unknown_kinds_and_slots_404_and_a_received_application_409()
    {
        var draft = await portal.ADraft(a => Without(a));
        var received = await portal.ASubmittedApplication();
        var owner = await portal.SignInAsync(draft.By);
        var stranger = await portal.SignInAsync(await portal.Given.AnApplicantUser());
        var staff = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        var file = TestFiles.Png();

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(stranger, draft.Id, "passbook", 0, file, "a.png")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(staff, draft.Id, "passbook", 0, file, "a.png")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(owner, draft.Id, "bed-proof", 0, file, "a.png")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(owner, draft.Id, "receipt", 5, file, "a.png")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(await portal.SignInAsync(received.By), received.Id, "passbook", 0, file, "a.png")).StatusCode);
    }

    [Fact]
    public async Task After_a_return_only_documents_that_were_named_can_be_replaced_or_removed()
    {
        var (clerk, given) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.ASubmittedApplication());
        await portal.ClaimAsync(given.Id, clerk);
        await portal.DoneAsync(given.Id, seen => portal.Command<Web.Features.Reviews.ReviewApplication>().ReturnAsync(
            given.Id, seen, [new Domain.Applications.ReturnedItem("Documents.Passbook", "名義のページがありません。")], new DateOnly(2026, 6, 15), clerk.Actor, default));
        await portal.Command<Web.Features.Applications.EditApplication>().BeginAsync(given.Id, given.By.Actor, default);
        var browser = await portal.SignInAsync(given.By);
        var before = (await portal.DossierAsync(given)).Attached;
        var receipt = before.First(d => d.Kind == DocumentKind.Receipt);

        using (var locked = await SendAsync(browser, given.Id, "receipt", 0, TestFiles.Png(), "別の領収書.png"))
        {
            Assert.Equal(HttpStatusCode.Conflict, locked.StatusCode);
            Assert.Contains("差戻しの対象ではない", JsonDocument.Parse(await locked.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.IsType<Web.Features.Applications.UploadResult.Refused>(
            await portal.Command<Web.Features.Applications.UploadDocument>().RemoveAsync(given.Id, receipt.Id, given.By.Actor, default));
        Assert.Equal(before, (await portal.DossierAsync(given)).Attached);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(browser, given.Id, "passbook", 0, TestFiles.Png(), "通帳2.png")).StatusCode);
        var after = (await portal.DossierAsync(given)).Attached;
        Assert.Equal("通帳2.png", after.Single(d => d.Kind == DocumentKind.Passbook).FileName);
        Assert.Contains(receipt, after);
    }

    [Fact]
    public async Task More_files_than_the_kind_allows_are_refused_in_words()
    {
        var draft = await portal.ADraft(a => Without(a));
        var browser = await portal.SignInAsync(draft.By);
        // As in a browser, the page is there before its uploads: pages first opened at the same moment would each get an antiforgery cookie, and the last one stands.
        _ = await browser.TokenAsync("/");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(browser, draft.Id, "service-proof", null, TestFiles.Png(), "a.png")));

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 5), .. Enumerable.Repeat(HttpStatusCode.BadRequest, 3)], answers.Select(a => a.StatusCode).Order());
        Assert.Equal(5, (await portal.DossierAsync(draft)).Attached.Count);
    }

    private static TestApplication Without(TestApplication application)
    {
        application.Files.Clear();
        return application;
    }

    private static ByteArrayContent File(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient browser, Guid id, string kind, int? slot, byte[] bytes, string name, Guid? upload = null, bool tellLength = true)
    {
        HttpContent content = tellLength ? new ByteArrayContent(bytes) : new StreamContent(new Unmeasured(bytes));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post,
            new Uri($"/applications/{id}/files?kind={kind}{(slot is null ? "" : $"&slot={slot}")}&uploadId={upload ?? Guid.NewGuid()}", UriKind.Relative))
        {
            Content = content,
        };
        request.Headers.Add("X-File-Name", Uri.EscapeDataString(name));
        request.Headers.Add("X-Requested-With", "fetch");
        request.Headers.Add("RequestVerificationToken", await browser.TokenAsync("/"));
        return await browser.SendAsync(request);
    }

    private static async Task<Guid> IdAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetGuid();

    private async Task<int> BlobsAsync()
    {
        var container = portal.Services.GetRequiredService<Azure.Storage.Blobs.BlobContainerClient>();
        var count = 0;
        await foreach (var _ in container.GetBlobsAsync()) count++;
        return count;
    }

    /// <summary>A stream whose length nobody knows: the request is sent in chunks.</summary>
    private sealed class Unmeasured(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
