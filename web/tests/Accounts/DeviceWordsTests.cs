using GrantPortal.Web.Features.Accounts;

namespace GrantPortal.Web.Tests.Accounts;

public sealed class DeviceWordsTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "WindowsのChrome")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "WindowsのEdge")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "iPhoneのSafari")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "iPhoneのChrome")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0", "MacのFirefox")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "AndroidのChrome")]
    [InlineData("Something/1.0 (Linux)", "Linuxのブラウザー")]
    [InlineData("curl/8.0", "不明なブラウザー")]
    [InlineData(null, "不明なブラウザー")]
    public void A_device_is_told_by_system_and_browser(string? userAgent, string expected) => Assert.Equal(expected, DeviceWords.Of(userAgent));
}
