using System.Globalization;
using System.Net.Http.Headers;
using GrantPortal.Testing;

namespace GrantPortal.E2E;

/// <summary>Uploads stream: the process does not grow with them.</summary>
public sealed class MemoryTests(RunningPortal portal)
{
    [Fact]
    public async Task After_twenty_uploads_of_20_MiB_twenty_more_raise_the_resident_size_by_at_most_16_MiB()
    {
        await using var window = await portal.SignInAsync("office@demo.example");
        await window.Button("介護事業所の申請をはじめる").ClickAsync();
        await window.Page.WaitForURLAsync("**/office");
        var id = window.Page.Url.Split('/')[^2];
        var token = await window.Page.Locator("[name='__RequestVerificationToken']").Last.GetAttributeAsync("value");
        var cookies = string.Join("; ", (await window.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(portal.Url) };
        var bytes = TestFiles.OfSize(20 * 1024 * 1024);

        for (var i = 0; i < 20; i++) await UploadAsync();
        var before = ResidentBytes();
        for (var i = 0; i < 20; i++) await UploadAsync();
        var grown = ResidentBytes() - before;

        Console.WriteLine($"20 uploads of 20 MiB: {grown / 1024.0 / 1024.0:0.0} MiB more resident (from {before / 1024 / 1024} MiB).");
        Assert.True(grown <= 16 * 1024 * 1024, $"Resident size grew by {grown / 1024.0 / 1024.0:0.0} MiB.");

        async Task UploadAsync()
        {
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/applications/{id}/files?kind=passbook&slot=0&uploadId={Guid.NewGuid()}", UriKind.Relative)) { Content = content };
            request.Headers.Add("Cookie", cookies);
            request.Headers.Add("RequestVerificationToken", token);
            request.Headers.Add("X-File-Name", "a.pdf");
            request.Headers.Add("X-Requested-With", "fetch");
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>VmRSS of the portal's process, bytes.</summary>
    private long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{portal.Process.Pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
