using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>④ on a bad line: the page sends a file again by itself, and asks only when that does not help.</summary>
public sealed class UploadRetryTests(RunningPortal portal)
{
    [Fact]
    public async Task A_file_whose_sending_breaks_off_twice_arrives_by_itself_once()
    {
        using var files = new SampleFiles();
        await using var window = await OpenAsync();
        var tries = new List<string>();
        await window.Page.RouteAsync("**/files?*", async route =>
        {
            tries.Add(Id(route));
            if (tries.Count <= 2) await route.AbortAsync("connectionreset");
            else await route.ContinueAsync();
        });
        await window.Field("通帳の写し").SetInputFilesAsync(files.Png("通帳"));
        await Assertions.Expect(window.Page.GetByText("送信が途切れました。もう一度送っています。")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("a file that is sent again");
        await Assertions.Expect(window.Page.Locator("[data-check]").Filter(new() { HasText = "通帳.png" })).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        Assert.Equal(3, tries.Count);
        Assert.Single(tries.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_cannot_be_sent_waits_for_the_person()
    {
        using var files = new SampleFiles();
        await using var window = await OpenAsync();
        var (tries, broken) = (new List<string>(), true);
        await window.Page.RouteAsync("**/files?*", async route =>
        {
            tries.Add(Id(route));
            if (broken) await route.AbortAsync("connectionreset");
            else await route.ContinueAsync();
        });
        await window.Field("通帳の写し").SetInputFilesAsync(files.Png("通帳"));
        var again = window.Button("もう一度送る");
        await Assertions.Expect(again).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Equal(4, tries.Count);
        await window.PictureAsync("upload-broken-off");
        broken = false;
        await again.PressAsync("Enter");
        await Assertions.Expect(window.Page.Locator("[data-check]").Filter(new() { HasText = "通帳.png" })).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        Assert.Single(tries.Distinct(StringComparer.Ordinal));
    }

    private async Task<Window> OpenAsync()
    {
        var window = await portal.SignInAsync("corp@demo.example");
        await window.Button("介護事業所の申請をはじめる").ClickAsync();
        await window.Page.WaitForURLAsync("**/office");
        await window.Page.GotoAsync(window.Page.Url.Replace("/office", "/documents", StringComparison.Ordinal));
        return window;
    }

    private static string Id(IRoute route) => route.Request.Url.Split("uploadId=")[1];
}
