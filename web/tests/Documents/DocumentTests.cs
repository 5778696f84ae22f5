using System.Net;
using System.Net.Http.Headers;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>/documents/{id}: who gets a file, and how it is sent.</summary>
public sealed class DocumentTests(ThoroughPortal host) : IClassFixture<ThoroughPortal>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_signed_in_is_sent_to_sign_in()
    {
        var given = await host.ASubmittedApplication();
        using var answer = await GetAsync(host.Browser(), await IdAsync(given, "passbook"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/login", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_members_file_arrives_as_it_was_sent_and_for_nobodys_cache()
    {
        var given = await host.ASubmittedApplication();
        using var answer = await GetAsync(await host.SignInAsync(given.By), await IdAsync(given, "service-proof"));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(TestFiles.Pdf("指定通知書"), bytes);
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal("inline", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("指定通知書.pdf", answer.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl is { NoStore: true, Private: true });
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self'", policy, StringComparison.Ordinal);
        Assert.Equal($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}\"", answer.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("passbook", "image/png", "通帳.png")]
    [InlineData("receipt", "image/jpeg", "領収書.jpg")]
    [InlineData("service-proof", "application/pdf", "通知.pdf")]
    public async Task The_type_is_that_of_the_content_and_the_name_fits_it(string kind, string type, string name)
    {
        var given = await host.ASubmittedApplication(a =>
        {
            a.Files.RemoveAll(f => f.Kind == DocumentKind.ServiceProof);
            a.Files.Add((DocumentKind.ServiceProof, 0, "通知", TestFiles.Pdf("x")));
            return a;
        });
        using var answer = await GetAsync(await host.SignInAsync(given.By), await IdAsync(given, kind), "?download=1");
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(name, answer.Content.Headers.ContentDisposition.FileNameStar);
    }

    [Fact]
    public async Task A_part_of_a_file_can_be_asked_for()
    {
        var given = await host.ASubmittedApplication();
        var browser = await host.SignInAsync(given.By);
        var id = await IdAsync(given, "service-proof");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/documents/{id}") { Headers = { Range = new RangeHeaderValue(5, 9) } };
        using var answer = await browser.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(TestFiles.Pdf("指定通知書")[5..10], await answer.Content.ReadAsByteArrayAsync(Stop));

        using var head = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/documents/{id}"), Stop);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("bytes", head.Headers.AcceptRanges.Single());
    }

    [Fact]
    public async Task Another_applicants_file_and_an_unknown_one_are_not_found()
    {
        var (mine, theirs) = (await host.ASubmittedApplication(), await host.ASubmittedApplication());
        var browser = await host.SignInAsync(mine.By);
        foreach (var id in new[] { await IdAsync(theirs, "passbook"), Guid.NewGuid(), theirs.Id })
        {
            using var answer = await GetAsync(browser, id);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.StartsWith("text/html", answer.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_member_of_the_applicant_may_read()
    {
        var given = await host.ASubmittedApplication();
        var viewer = await host.Given.AMemberOf(given.By.ApplicantId!.Value, MemberRole.Viewer);
        using var answer = await GetAsync(await host.SignInAsync(viewer), await IdAsync(given, "passbook"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Staff_read_what_was_submitted_and_never_a_drafts_and_it_is_written_down()
    {
        var (draft, given) = (await host.ADraft(), await host.ASubmittedApplication());
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            var person = await host.Given.Staff(role);
            var browser = await host.SignInAsync(person);
            var id = await IdAsync(given, "passbook");
            using var hidden = await GetAsync(browser, await IdAsync(draft, "passbook"));
            using var shown = await GetAsync(browser, id);
            Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
            Assert.Equal($"view-document {id}", await host.ScalarAsync<string>(
                "select string_agg(action || ' ' || object_id, ',') from audit where actor_id = @Id and action <> 'denied'", new { person.Id }));
        }
    }

    [Fact]
    public async Task A_replacement_that_was_not_submitted_is_the_applicants_alone()
    {
        var given = await host.ASubmittedApplication();
        var submitted = await IdAsync(given, "passbook");
        Assert.IsType<CommandResult.Done>(await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, Stop));
        Assert.IsType<UploadResult.Stored>(await host.Command<UploadDocument>().RunAsync(
            new Upload(given.Id, DocumentKind.Passbook, 0, Guid.NewGuid(), "新しい通帳.png"), new MemoryStream(TestFiles.Png(shade: 0x40)), given.By.Actor, Stop));
        var replaced = await IdAsync(given, "passbook");

        var clerk = await host.SignInAsync(await host.Given.Staff(StaffRole.Reviewer));
        Assert.NotEqual(submitted, replaced);
        using var hidden = await GetAsync(clerk, replaced);
        using var old = await GetAsync(clerk, submitted);
        using var own = await GetAsync(await host.SignInAsync(given.By), replaced);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK], new[] { hidden.StatusCode, old.StatusCode, own.StatusCode });
        var page = (await clerk.PageAsync($"/review/{given.Id}")).Document.Body!.InnerHtml;
        Assert.Contains($"/documents/{submitted}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"{replaced}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_lost_is_said_so_in_plain_words()
    {
        var given = await host.ASubmittedApplication();
        var id = await IdAsync(given, "passbook");
        await host.Services.GetRequiredService<IBlobStore>().DeleteAsync(id, Stop);
        var page = await (await host.SignInAsync(given.By)).PageAsync($"/documents/{id}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("この書類のファイルを開けませんでした", page.Words, StringComparison.Ordinal);
        Assert.Contains("お問い合わせ番号", page.Words, StringComparison.Ordinal);
        Assert.Contains("介護情報基盤 助成金お問い合わせ窓口", page.Words, StringComparison.Ordinal);
    }

    private Task<Guid> IdAsync(TestCase given, string kind) =>
        host.ScalarAsync<Guid>("select id from documents where application_id = @Id and kind = @kind and attached", new { given.Id, kind });

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, Guid id, string query = "") =>
        browser.GetAsync(new Uri($"/documents/{id}{query}", UriKind.Relative), Stop);
}
