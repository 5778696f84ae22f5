using System.Net;
using GrantPortal.Testing;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Shared;

public sealed class SettingsTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Portal:PublicUrl", "http://grants.example")]
    [InlineData("Portal:ContactDesk", "")]
    [InlineData("Storage:ConnectionString", "")]
    [InlineData("Storage:ServiceUri", "https://grants.blob.example")]
    [InlineData("Storage:Container", "")]
    [InlineData("Smtp:Host", "")]
    [InlineData("Smtp:From", "nobody")]
    [InlineData("Clock:Start", "tomorrow")]
    [InlineData("ConnectionStrings:Portal", "")]
    public async Task A_portal_with_a_wrong_setting_does_not_start(string key, string value) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => PortalHost.StartRefusedAsync(services, host => host.Settings[key] = value));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.9.9.9", true)]
    [InlineData("203.0.113.9", false)]
    public async Task What_a_proxy_says_is_believed_only_of_known_ones(string sender, bool known)
    {
        await using var portal = await PortalHost.StartAsync(services, host =>
        {
            host.Settings["Proxies:Known:0"] = "10.1.2.3";
            host.Settings["Proxies:Known:1"] = "10.9.0.0/16";
        });
        var context = await portal.Server.SendAsync(
            request =>
            {
                request.Connection.RemoteIpAddress = IPAddress.Parse(sender);
                request.Request.Method = "GET";
                request.Request.Path = "/health/live";
                request.Request.Host = new("grants.example");
                request.Request.Headers["X-Forwarded-Proto"] = "https";
                request.Request.Headers["X-Forwarded-For"] = "198.51.100.7";
            },
            Cancel);

        Assert.Equal(known ? "198.51.100.7" : sender, context.Connection.RemoteIpAddress?.ToString());
        Assert.Equal(known, context.Response.Headers.ContainsKey("Strict-Transport-Security"));
    }
}
