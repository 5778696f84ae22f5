using System.Net.Http.Headers;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Shared;

/// <summary>Pages travel compressed; what is not a page, and what would tell a secret by its length, does not (docs/adr/0040).</summary>
public sealed class CompressionTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_page_is_compressed_also_over_https(string encoding)
    {
        using var browser = portal.Browser();
        browser.BaseAddress = new Uri("https://grants.example");
        var whole = await browser.GetByteArrayAsync(new Uri("/", UriKind.Relative), Cancel);

        using var answer = await AskAsync(browser, "/", encoding);
        Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", answer.Headers.Vary, StringComparer.OrdinalIgnoreCase);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length, 1, whole.Length / 2);
    }

    [Fact]
    public async Task What_is_not_a_page_is_not()
    {
        var given = await portal.ASubmittedApplication();
        using var owner = await portal.SignInAsync(given.By);
        var document = await portal.ScalarAsync<Guid>("select id from documents where application_id = @Id and kind = 'passbook'", new { given.Id });
        foreach (var path in new[] { $"/documents/{document}", "/health/live" })
        {
            using var answer = await AskAsync(owner, path, "br");
            Assert.True(answer.IsSuccessStatusCode);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
        }
    }

    [Fact]
    public async Task The_token_of_a_form_is_another_one_each_time()
    {
        using var browser = portal.Browser();
        Assert.NotEqual(await browser.TokenAsync("/login"), await browser.TokenAsync("/login"));
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient browser, string path, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        return await browser.SendAsync(request, Cancel);
    }
}
