using System.Net;
using System.Text.Json;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Health;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Shared;

public sealed class HealthTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_portal_with_all_it_needs_is_live_and_ready(string path)
    {
        var (status, answer) = await AskAsync(portal, path);
        Assert.True(status == HttpStatusCode.OK, answer.RootElement.ToString());
    }

    [Theory]
    [InlineData("ConnectionStrings:Portal", "Host=127.0.0.1;Port={0};Username=portal;Database=portal;Timeout=2", "database")]
    [InlineData("Storage:ConnectionString", "DefaultEndpointsProtocol=http;AccountName=away;AccountKey=YXdheQ==;BlobEndpoint=http://127.0.0.1:{0}/away;", "storage")]
    public async Task Without_database_or_blob_store_it_lives_but_is_not_ready(string setting, string value, string part)
    {
        var port = FreePort.Next();
        await using var lame = await PortalHost.StartAsync(portal.Local, host => host.Settings[setting] = string.Format(System.Globalization.CultureInfo.InvariantCulture, value, port));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(lame, "/health/live")).Status);
        var (status, answer) = await AskAsync(lame, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.False(answer.RootElement.GetProperty(part).GetBoolean());
    }

    [Fact]
    public async Task A_portal_that_is_about_to_stop_is_not_ready()
    {
        await using var stopping = await PortalHost.StartAsync(portal.Local, _ => { });
        await stopping.Services.GetRequiredService<Drain>().StoppingAsync(Cancel);
        var (status, answer) = await AskAsync(stopping, "/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("draining", answer.RootElement.GetProperty("status").GetString());
    }

    private static async Task<(HttpStatusCode Status, JsonDocument Answer)> AskAsync(PortalHost host, string path)
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }
}
