using Dapper;
using Microsoft.Playwright;
using Npgsql;

namespace GrantPortal.E2E;

/// <summary>分割の申告: a corporation files for two offices with one receipt; what exceeds it is said at its field and put right there.</summary>
public sealed class SplitReceiptTests(RunningPortal portal)
{
    private static readonly string[] Numbers = ["1399900206", "1399900214"];

    [Fact]
    public async Task Two_offices_share_one_receipt_and_the_desk_sees_both_parts()
    {
        using var files = new SampleFiles();
        await AddOfficesAsync();
        // Other journeys' receipts are pages of a line of text, which look alike.
        var receipt = files.Write("二事業所分の領収書.pdf", Testing.TestFiles.Drawing());
        await using var corporation = await portal.SignInAsync("corp@demo.example", 1280, 800);
        await FillAsync(corporation, files, Numbers[0], receipt, "128000");
        var first = await Filing.SubmitAsync(corporation, new Hands(corporation));

        // 128,000 of 200,000 is used: another 128,000 is said at its field, with what is left.
        await FillAsync(corporation, files, Numbers[1], receipt, "128000");
        var part = corporation.Page.GetByLabel("この申請の分（税込）", new() { Exact = true }).First;
        await Assertions.Expect(corporation.Page.Locator("#Receipts_Items_0__Part-error")).ToContainTextAsync("256,000円になり");
        await Assertions.Expect(part).ToHaveValueAsync("128000");
        foreach (var (width, height) in new[] { (1280, 800), (375, 812) })
        {
            await corporation.Page.SetViewportSizeAsync(width, height);
            await corporation.AssertAccessibleAsync("a part that exceeds the receipt");
            await corporation.PictureAsync("split-exceeded");
        }
        await corporation.Page.SetViewportSizeAsync(1280, 800);
        await part.FillAsync("72000");
        var address = new Uri(corporation.Page.Url).AbsolutePath.Replace("/documents", "", StringComparison.Ordinal);
        await corporation.Button("一時保存する").ClickAsync();
        await corporation.Page.GotoAsync($"{address}/amount");
        await corporation.Field("接続サポート費用（税込）").FillAsync("14000");
        await corporation.Button("次へ").ClickAsync();
        await corporation.Page.GotoAsync($"{address}/documents");
        foreach (var (width, height) in new[] { (1280, 800), (375, 812) })
        {
            await corporation.Page.SetViewportSizeAsync(width, height);
            await corporation.AssertAccessibleAsync("a split receipt");
            await corporation.PictureAsync("split-declared");
        }
        await corporation.Page.SetViewportSizeAsync(1280, 800);
        await corporation.Button("次へ").ClickAsync();
        await corporation.Page.WaitForURLAsync("**/confirm");
        await Assertions.Expect(corporation.Page.GetByText("この申請の分 72,000 円（分割の申告）")).ToBeVisibleAsync();
        await corporation.PictureAsync("split-confirm");
        var second = await Filing.SubmitAsync(corporation, new Hands(corporation));

        foreach (var (width, height) in new[] { (1366, 768), (375, 812) })
        {
            await using var clerk = await portal.SignInAsync("reviewer2@demo.example", width, height);
            await clerk.Page.GotoAsync($"/review?q={second}");
            await clerk.Page.GetByRole(AriaRole.Link, new() { Name = second }).ClickAsync();
            await Assertions.Expect(clerk.Page.Locator(".checks .good").Filter(new() { HasText = "領収書の分割" })).ToContainTextAsync("合計 200,000円（2件）");
            await Assertions.Expect(clerk.Page.Locator("#reused")).ToHaveCountAsync(0);
            await clerk.Page.Locator(".desk-tabs").GetByRole(AriaRole.Link, new() { Name = "領収書", Exact = false }).First.ClickAsync();
            await Assertions.Expect(clerk.Page.Locator(".desk-document:not([hidden]) [aria-label='領収書 1の分割の申告']").GetByRole(AriaRole.Link, new() { Name = first })).ToBeVisibleAsync();
            await clerk.AssertAccessibleAsync("the desk with a split receipt");
            await clerk.PictureAsync("split-desk", fullPage: false);
        }
    }

    /// <summary>A care office's application with a receipt over 200,000 yen, to ④'s 次へ.</summary>
    private static async Task FillAsync(Window window, SampleFiles files, string number, string receipt, string part)
    {
        await Filing.FillCareAsync(window, new Hands(window), files, number, "1", (receipt, "200000"));
        await window.Page.GotoAsync(new Uri(window.Page.Url).AbsolutePath.Replace("/confirm", "/documents", StringComparison.Ordinal));
        var group = window.Page.GetByRole(AriaRole.Group, new() { Name = "領収書 1", Exact = true });
        var field = group.GetByLabel("この申請の分（税込）", new() { Exact = true });
        await Assertions.Expect(field).ToBeHiddenAsync();
        await group.GetByLabel("この領収書を、同じ法人のほかの申請と分けて使います", new() { Exact = true }).CheckAsync();
        await field.FillAsync(part);
        await window.Button("次へ").ClickAsync();
        await Assertions.Expect(window.Page.Locator("h1, .error-summary, .banner").First).ToBeVisibleAsync();
    }

    /// <summary>Offices of its own: those of the demo are filed for by other journeys.</summary>
    private async Task AddOfficesAsync()
    {
        await using var connection = new NpgsqlConnection(portal.ConnectionString);
        await connection.ExecuteAsync(
            """
            insert into institutions (programme, number, name, address, phone, services, updated_at)
            select 'care', n, 'さくら見本訪問看護 分割 ' || n, '東京都千代田区霞が関1-2-2', '03-0000-0000', array['13', '51'], '2026-01-01' from unnest(@Numbers) as n
            on conflict do nothing
            """,
            new { Numbers });
    }
}
