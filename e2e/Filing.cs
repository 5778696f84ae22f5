using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>How an applicant files an application, step by step on the screen.</summary>
public static class Filing
{
    /// <summary>From the list to ⑤; the number decides what the master fills in.</summary>
    public static Task FillCareAsync(Window window, Hands hands, SampleFiles files, string number, params (string Path, string Amount)[] receipts) =>
        FillCareAsync(window, hands, files, number, "4", receipts);

    /// <param name="readers">Card readers, as typed.</param>
    public static async Task FillCareAsync(Window window, Hands hands, SampleFiles files, string number, string readers, params (string Path, string Amount)[] receipts)
    {
        var page = window.Page;
        await page.GotoAsync("/applications");
        await hands.PressAsync("介護事業所の申請をはじめる");
        await hands.TypeAsync("介護事業所番号", number);
        if (await page.EvaluateAsync<bool>("() => document.querySelector('[data-search], [data-lookup-status]') !== null && matchMedia('(scripting: enabled)').matches"))
            await Assertions.Expect(window.Field("事業所名")).Not.ToHaveValueAsync("");
        else
            await hands.PressAsync("番号から自動入力する");
        await hands.PressAsync("次へ");
        await At(page, "amount");
        await hands.TypeAsync("カードリーダーの台数", readers);
        await hands.TypeAsync("カードリーダー購入費用（税込）", "58000");
        await hands.TypeAsync("接続サポート費用（税込）", "70000");
        await hands.TickAsync("マイナ資格確認アプリに対応したカードリーダーです");
        await hands.TickAsync("対象外の物品（パソコン・中古品・リース品等）を含みません");
        await hands.TypeAsync("完了日", "2026-05-20");
        await hands.PressAsync("次へ");
        await At(page, "account");
        await hands.ChooseAsync("銀行"); // an earlier application's account is prefilled
        await hands.TypeAsync("銀行コード", "0001");
        await hands.TypeAsync("支店コード", "001");
        await hands.TypeAsync("口座番号", "1234567");
        await hands.TypeAsync("口座名義（カタカナ）", "カ）ミホンケア");
        await hands.PressAsync("次へ");
        await At(page, "documents");
        await hands.AttachAsync("通帳の写し", files.Png("通帳"));
        await hands.AttachAsync("サービス種類が確認できる資料", files.Pdf("指定通知書"));
        await hands.AttachAsync("介護WEBサービスの画面コピー", files.Png("画面"));
        await ReceiptsAsync(window, hands, receipts);
        await hands.PressAsync("次へ");
        await At(page, "confirm");
    }

    public static async Task FillMedicalAsync(Window window, Hands hands, SampleFiles files, string number)
    {
        var page = window.Page;
        await page.GotoAsync("/applications");
        await hands.PressAsync("医療機関の申請をはじめる");
        await hands.TypeAsync("医療機関コード", number);
        await Assertions.Expect(window.Field("医療機関名")).Not.ToHaveValueAsync("");
        await hands.TypeAsync("電話番号", "03-0000-1111");
        await hands.ChooseAsync("病院");
        await hands.TypeAsync("病床数", "200");
        await hands.PressAsync("次へ");
        await At(page, "amount");
        await hands.TypeAsync("対象経費（税込）", "1,100,000");
        await hands.TypeAsync("完了日", "2026-05-20");
        await hands.PressAsync("次へ");
        await At(page, "account");
        await hands.ChooseAsync("ゆうちょ銀行");
        await hands.TypeAsync("記号", "10530");
        await hands.TypeAsync("番号", "12345671");
        await hands.TypeAsync("口座名義（カタカナ）", "いりょうほうじんみほん");
        await hands.PressAsync("次へ");
        await At(page, "documents");
        await hands.AttachAsync("通帳の写し", files.Jpeg("通帳"));
        await hands.AttachAsync("病床数が確認できる資料", files.Pdf("開設許可証"), files.Png("開設許可証2"));
        await hands.AttachAsync("事業完了が確認できる資料", files.Pdf("納品書"));
        await ReceiptsAsync(window, hands, (files.Pdf("領収書"), "1,100,000"));
        await hands.PressAsync("次へ");
        await At(page, "confirm");
    }

    /// <summary>⑤: ticks, submits, and gives back the receipt number.</summary>
    public static async Task<string> SubmitAsync(Window window, Hands hands)
    {
        await hands.TickAsync("申請内容に誤りがないことを確認しました");
        await hands.PressAsync("申請する");
        await Assertions.Expect(window.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "received");
        return await window.Page.Locator("#receipt-number").InnerTextAsync();
    }

    private static async Task ReceiptsAsync(Window window, Hands hands, params (string Path, string Amount)[] receipts)
    {
        for (var i = 0; i < receipts.Length; i++)
        {
            var group = window.Page.GetByRole(AriaRole.Group, new() { Name = $"領収書 {i + 1}", Exact = true });
            await hands.AttachAsync(group.GetByLabel("領収書", new() { Exact = true }), receipts[i].Path);
            await hands.TypeAsync(group.GetByLabel("領収日", new() { Exact = true }), "2026-05-20");
            await hands.TypeAsync(group.GetByLabel("発行者", new() { Exact = true }), "株式会社見本電機");
            await hands.TypeAsync(group.GetByLabel("領収金額（税込）", new() { Exact = true }), receipts[i].Amount);
        }
    }

    private static Task At(IPage page, string step) => page.WaitForURLAsync(url => url.EndsWith("/" + step, StringComparison.Ordinal));
}
