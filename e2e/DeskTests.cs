using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>The review desk as clerks use it: by keyboard, with the documents beside, several decisions at once.</summary>
public sealed class DeskTests(RunningPortal portal)
{
    [Fact]
    public async Task Returned_on_two_items_corrected_reviewed_and_decided_in_a_batch_of_three_with_one_stale()
    {
        using var files = new SampleFiles();
        await using var office = await portal.SignInAsync("office@demo.example");
        await using var corporation = await portal.SignInAsync("corp@demo.example");
        var mine = await FileAsync(office, files, "1399900032");
        var address = new Uri(office.Page.Url).AbsolutePath;
        var second = await FileAsync(corporation, files, "1399900065");
        var third = await FileAsync(corporation, files, "1399900099");

        // On a clerk's list: the team's, which both clerks take from. Claimed.
        await using var clerk = await portal.SignInAsync("reviewer1@demo.example", 1366, 768);
        await clerk.Page.GotoAsync($"/review?q={mine}");
        await Assertions.Expect(clerk.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = mine })).ToContainTextAsync("介護審査班");
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = mine }).ClickAsync();
        await AssertSideBySideAsync(clerk);
        var keys = new Keys(clerk);
        await keys.PressAsync("t");
        await AssertStatusAsync(clerk, "reviewing");

        // Returned on two items: the shown document, then the receipt; the words are the reasons'.
        keys.Count = 0;
        await keys.PressAsync("x", "ArrowDown", "Escape", "j", "j");
        await Assertions.Expect(clerk.Page.Locator(".desk-tabs [aria-current]")).ToContainTextAsync("領収書");
        await keys.PressAsync("x", "ArrowDown", "Escape", "s");
        var question = clerk.Page.Locator(".question");
        await Assertions.Expect(question).ToContainTextAsync("名義（カナ）");
        await Assertions.Expect(question).ToContainTextAsync("領収書の内訳が「一式」となっています");
        await clerk.AssertAccessibleAsync("the question");
        await clerk.PictureAsync("return-question", fullPage: false);
        await keys.PressAsync("Enter");
        await AssertStatusAsync(clerk, "returned");
        Console.WriteLine($"Effort of a return on two items: {keys.Count} keystrokes.");
        Assert.True(keys.Count <= 12, $"A return took {keys.Count} keystrokes.");

        // The applicant is told, sees just these two open, and nothing else can be changed, not even by a form made up.
        var mail = (await portal.MailsToAsync("office@demo.example", 1)).Last(m => m.Text.Contains(mine, StringComparison.Ordinal) && m.Text.Contains("一式", StringComparison.Ordinal));
        Assert.Contains("名義（カナ）", mail.Text, StringComparison.Ordinal);
        await office.Page.GotoAsync(address);
        await office.PictureAsync("returned");
        await office.Button("修正をはじめる").ClickAsync();
        await office.Page.WaitForURLAsync(url => url.Contains($"{address}/", StringComparison.Ordinal));
        await office.Page.GotoAsync($"{address}/office");
        await Assertions.Expect(office.Field("電話番号")).ToHaveAttributeAsync("readonly", "");
        var forged = await office.Page.EvaluateAsync<int>(
            """
            async () => {
              const form = document.querySelector('form:has([name="Office.Phone"])');
              const body = new URLSearchParams(new FormData(form));
              body.set('Office.Phone', '03-9999-9999');
              return (await fetch(form.action || location.href, { method: 'POST', body })).status;
            }
            """);
        Assert.InRange(forged, 200, 409);
        await office.Page.GotoAsync($"{address}/office");
        await Assertions.Expect(office.Field("電話番号")).Not.ToHaveValueAsync("03-9999-9999");
        await office.Page.GotoAsync($"{address}/documents");
        await Assertions.Expect(office.Field("介護WEBサービスの画面コピー")).ToBeDisabledAsync();
        await ReplaceAsync(office, "通帳の写し", files.Pdf("passbook-2"));
        await office.Button("次へ").ClickAsync();
        await office.Page.WaitForURLAsync("**/confirm");
        await Filing.SubmitAsync(office, new Hands(office));

        // Back on the same clerk's list, what changed marked; confirmed and completed by keys.
        await clerk.Page.GotoAsync("/review?mine=true");
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = mine }).ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".desk-tabs")).ToContainTextAsync("変更");
        await Assertions.Expect(clerk.Page.GetByRole(AriaRole.Heading, new() { Name = "前回の提出から変わったところ" })).ToBeVisibleAsync();
        await Assertions.Expect(clerk.Page.Locator("[aria-labelledby=changes-heading] dd")).ToHaveTextAsync(["通帳.png → passbook-2.pdf"]);
        await clerk.PictureAsync("resubmitted", fullPage: false);
        await keys.PressAsync("t");
        await AssertStatusAsync(clerk, "reviewing");
        Assert.DoesNotContain("03-9999-9999", await clerk.Page.Locator(".desk-data").InnerTextAsync(), StringComparison.Ordinal);
        await ConfirmAllAsync(clerk, keys);
        await keys.PressAsync("e");
        await AssertStatusAsync(clerk, "awaiting-decision");
        foreach (var number in new[] { second, third })
        {
            await clerk.Page.GotoAsync($"/review?q={number}");
            await clerk.Page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();
            await keys.PressAsync("t");
            await AssertStatusAsync(clerk, "reviewing");
            await keys.PressAsync("e");
            await AssertStatusAsync(clerk, "awaiting-decision");
        }

        // Three together; one goes back to its clerk while the question stands.
        await using var approver = await portal.SignInAsync("approver@demo.example");
        await approver.Page.GotoAsync("/review?status=awaiting-decision");
        foreach (var number in new[] { mine, second, third }) await approver.Field($"{number} を選ぶ").CheckAsync();
        await Assertions.Expect(approver.Page.GetByText("3件を選択中")).ToBeVisibleAsync();
        await approver.PictureAsync("batch-selection");
        await approver.Button("選んだ案件をまとめて決裁する").ClickAsync();
        await Assertions.Expect(approver.Page.GetByText("選んだ3件のうち、交付を決定できるのは3件")).ToBeVisibleAsync();
        await approver.AssertAccessibleAsync("a batch");
        await approver.PictureAsync("batch");
        await using (var other = await portal.SignInAsync("approver@demo.example"))
        {
            await other.Page.GotoAsync($"/review?q={third}");
            await other.Page.GetByRole(AriaRole.Link, new() { Name = third }).ClickAsync();
            await other.Field("理由").FillAsync("領収書の数量をもう一度確認してください。");
            await other.Button("審査に戻す").ClickAsync();
            await AssertStatusAsync(other, "reviewing");
        }
        await approver.Button("交付決定する").ClickAsync();
        await Assertions.Expect(approver.Page.GetByText("3件のうち2件の交付を決定しました")).ToBeVisibleAsync();
        await Assertions.Expect(approver.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = third })).ToContainTextAsync("別の操作で更新された");
        await approver.AssertAccessibleAsync("the result of a batch");
        await approver.PictureAsync("batch-result");
        await approver.Page.SetViewportSizeAsync(375, 800);
        await approver.AssertFitsAsync("the result of a batch");
        await approver.PictureAsync("batch-result");

        // Letter and mail say the sum, each its own.
        foreach (var (window, to, number) in new[] { (office, "office@demo.example", mine), (corporation, "corp@demo.example", second) })
        {
            await window.Page.GotoAsync("/applications");
            await window.Page.GetByRole(AriaRole.Link).Filter(new() { HasText = number }).Or(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = number }).GetByRole(AriaRole.Link)).First.ClickAsync();
            await AssertStatusAsync(window, "granted");
            var sum = (await window.Page.Locator(".facts").Filter(new() { HasText = "交付額" }).First.InnerTextAsync()).Split('\n').First(line => line.Contains('円', StringComparison.Ordinal) && line.Any(char.IsDigit));
            var yen = new string([.. sum.Where(c => char.IsDigit(c) || c == ',')]);
            var told = (await portal.MailsToAsync(to, 1)).Last(m => m.Subject.Contains("交付を決定", StringComparison.Ordinal) && m.Text.Contains(number, StringComparison.Ordinal));
            Assert.Contains($"{yen}円", told.Text, StringComparison.Ordinal);
            var letter = told.Link("/letters");
            var text = await TextOfAsync(await PdfAsync(window, letter));
            Assert.Contains("交付決定通知書", text, StringComparison.Ordinal);
            Assert.Contains($"{yen}円", text, StringComparison.Ordinal);
            Assert.Contains(number, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_clean_application_takes_the_reviewer_8_keys_and_the_decider_5_besides_the_documents()
    {
        using var files = new SampleFiles();
        await using var corporation = await portal.SignInAsync("corp@demo.example");
        foreach (var number in new[] { "1399900107", "1399900115" }) await FileAsync(corporation, files, number);

        await using var clerk = await portal.SignInAsync("reviewer2@demo.example", 1366, 768);
        await clerk.Page.GotoAsync("/review");
        var keys = new Keys(clerk);
        await clerk.Button("次の案件").ClickAsync();
        await AssertStatusAsync(clerk, "reviewing");
        var reviewed = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            var here = clerk.Page.Url;
            reviewed.Add(new Uri(here).AbsolutePath);
            await ConfirmAllAsync(clerk, keys);
            keys.Count = 0;
            await keys.PressAsync("e");
            await AssertStatusAsync(clerk, "awaiting-decision");
            if (round == 1) break;
            await keys.PressAsync("n");
            await clerk.Page.WaitForURLAsync(url => url != here && url.Contains("/review/", StringComparison.Ordinal));
            await AssertStatusAsync(clerk, "reviewing");
            Console.WriteLine($"Effort of a first review besides the documents: {keys.Count} keystrokes.");
            Assert.True(keys.Count <= 8, $"A first review took {keys.Count} keystrokes.");
        }

        await using var approver = await portal.SignInAsync("approver@demo.example", 1366, 768);
        await approver.Page.GotoAsync(reviewed[0], new() { WaitUntil = WaitUntilState.Load });
        await AssertSideBySideAsync(approver);
        keys = new Keys(approver);
        await keys.PressAsync("g");
        await approver.Page.Locator(".question").WaitForAsync();
        await keys.PressAsync("Enter");
        await AssertStatusAsync(approver, "granted");
        await keys.PressAsync("n");
        await approver.Page.WaitForURLAsync(url => !url.Contains(reviewed[0], StringComparison.Ordinal));
        await AssertStatusAsync(approver, "awaiting-decision");
        Console.WriteLine($"Effort of a decision: {keys.Count} keystrokes.");
        Assert.True(keys.Count <= 5, $"A decision took {keys.Count} keystrokes.");
    }

    [Fact]
    public async Task Pages_turn_zoom_and_rotate_and_letters_act_only_where_they_should()
    {
        using var files = new SampleFiles();
        await using var clinic = await portal.SignInAsync("clinic@demo.example");
        await Filing.FillCareAsync(clinic, new Hands(clinic), files, "1399900040", "2", (files.Pages("領収書", "page one", "page two", "page three"), "128000"));
        var number = await Filing.SubmitAsync(clinic, new Hands(clinic));
        await using var clerk = await portal.SignInAsync("reviewer2@demo.example", 1366, 768);
        await clerk.Page.GotoAsync($"/review?q={number}");
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();
        var keys = new Keys(clerk);
        var shown = clerk.Page.Locator(".desk-document:not([hidden])");
        await Assertions.Expect(shown.Locator("canvas")).ToHaveAttributeAsync("aria-label", "通帳の写し　1ページ目（全1ページ）");
        // The one of three pages is opened first, then one of a single page: neither counts the other's pages.
        await clerk.Page.Locator(".desk-tabs a").Filter(new() { HasText = "領収書 1" }).ClickAsync();
        await Assertions.Expect(shown.Locator("canvas")).ToHaveAttributeAsync("aria-label", "領収書 1　1ページ目（全3ページ）");
        await keys.PressAsync("k");
        await Assertions.Expect(shown.Locator("canvas")).ToHaveAttributeAsync("aria-label", "サービス種類が確認できる資料　1ページ目（全1ページ）");
        await keys.PressAsync("j");
        await Assertions.Expect(shown.Locator("canvas")).ToHaveAttributeAsync("aria-label", "領収書 1　1ページ目（全3ページ）");
        await Assertions.Expect(shown.Locator("[data-sheet] p")).ToHaveTextAsync("GrantPortal page one");
        var wide = (await shown.Locator("canvas").BoundingBoxAsync())!;
        await keys.PressAsync("ArrowRight");
        await Assertions.Expect(shown.Locator("[data-sheet] p")).ToHaveTextAsync("GrantPortal page two");
        await shown.GetByRole(AriaRole.Button, new() { Name = "次のページ" }).ClickAsync();
        await Assertions.Expect(shown).ToHaveAttributeAsync("data-shown", "3/3");
        await Assertions.Expect(shown.GetByRole(AriaRole.Button, new() { Name = "次のページ" })).ToBeDisabledAsync();
        await clerk.Page.Locator(".desk-data").FocusAsync();
        await keys.PressAsync("+");
        await Assertions.Expect(shown.Locator("[data-zoom]")).ToHaveTextAsync("125%");
        Assert.InRange((await shown.Locator("canvas").BoundingBoxAsync())!.Width, wide.Width * 1.2, wide.Width * 1.3);
        await keys.PressAsync("0", "r");
        await Assertions.Expect(shown).ToHaveAttributeAsync("data-turned", "90");
        var turned = (await shown.Locator("canvas").BoundingBoxAsync())!;
        Assert.True(turned.Width > turned.Height && wide.Height > wide.Width, "The page did not turn.");
        await clerk.PictureAsync("viewer", fullPage: false);

        // The list of keys; and what is typed into a field is text.
        await keys.PressAsync("?");
        await Assertions.Expect(clerk.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await clerk.AssertAccessibleAsync("the list of keys");
        await clerk.PictureAsync("keys", fullPage: false);
        await keys.PressAsync("Escape", "m");
        await clerk.Page.Keyboard.TypeAsync("t e n ?");
        await Assertions.Expect(clerk.Field("メモ")).ToHaveValueAsync("t e n ?");
        await AssertStatusAsync(clerk, "received");
        // Outside of the case they are nobody's.
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = "集計" }).FocusAsync();
        await keys.PressAsync("t");
        await AssertStatusAsync(clerk, "received");
        // Switched off, they stay off; the button still works.
        await clerk.Button("キー操作").ClickAsync();
        await clerk.Button("1文字のキー操作を使わない").ClickAsync();
        await Assertions.Expect(clerk.Page.GetByText("1文字のキー操作を使わないようにしました。")).ToBeVisibleAsync();
        await clerk.Page.Locator(".desk-data").FocusAsync();
        await keys.PressAsync("t");
        await AssertStatusAsync(clerk, "received");
        await clerk.Button("キー操作").ClickAsync();
        await clerk.Button("1文字のキー操作を使う").ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".desk")).ToHaveAttributeAsync("data-letter-keys", "on");
        await keys.PressAsync("t");
        await AssertStatusAsync(clerk, "reviewing");

        // By the mouse, and taken back.
        await shown.GetByRole(AriaRole.Button, new() { Name = "確認しました" }).ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".desk-tabs .desk-done:visible")).ToHaveCountAsync(1);
        await clerk.Page.Locator(".desk-tabs a").First.ClickAsync();
        await shown.GetByRole(AriaRole.Button, new() { Name = "取り消す" }).ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".desk-tabs .desk-done:visible")).ToHaveCountAsync(0);
    }

    /// <summary>Keys pressed by a person, counted.</summary>
    private sealed class Keys(Window window)
    {
        public int Count { get; set; }

        public async Task PressAsync(params string[] keys)
        {
            await window.Page.Locator(".desk[data-ready]").WaitForAsync();
            foreach (var key in keys)
            {
                await window.Page.Keyboard.PressAsync(key);
                Count++;
            }
        }
    }

    private static async Task<string> FileAsync(Window window, SampleFiles files, string number)
    {
        await Filing.FillCareAsync(window, new Hands(window), files, number, "1", (files.Pdf("領収書"), "128000"));
        return await Filing.SubmitAsync(window, new Hands(window));
    }

    /// <summary>One key for each document; each shows the next.</summary>
    private static async Task ConfirmAllAsync(Window clerk, Keys keys)
    {
        // The whole page: its head is shown before its documents have come.
        await clerk.Page.Locator(".desk[data-ready]").WaitForAsync();
        var left = await clerk.Page.Locator(".desk-tabs .desk-done[hidden]").CountAsync();
        for (; left > 0; left--)
        {
            if (await clerk.Page.Locator(".desk-document:not([hidden]) [data-confirmation].done").CountAsync() > 0)
            {
                await keys.PressAsync("j");
                left++;
                continue;
            }
            await keys.PressAsync("c");
            await Assertions.Expect(clerk.Page.Locator(".desk-tabs .desk-done[hidden]")).ToHaveCountAsync(left - 1);
        }
        await Assertions.Expect(clerk.Page.GetByText("書類はすべて確認済みです。")).ToBeVisibleAsync();
    }

    /// <summary>At 1366 × 768 the data and the shown document's own page are on the screen together.</summary>
    private static async Task AssertSideBySideAsync(Window window)
    {
        await window.Page.Locator(".desk-document:not([hidden]) [data-page]").GetByText("1 /").WaitForAsync();
        var seen = await window.Page.EvaluateAsync<string>(
            """
            () => {
              const box = selector => document.querySelector(selector).getBoundingClientRect();
              const [data, page, frame] = [box('.desk-data'), box('.desk-document:not([hidden]) canvas'), box('.desk-viewer-frame')];
              const height = (b) => Math.round(Math.min(b.bottom, innerHeight, frame.bottom) - Math.max(b.top, 0, frame.top));
              return JSON.stringify({ scrolls: document.documentElement.scrollHeight > innerHeight + 400, apart: data.right <= page.left, data: Math.round(Math.min(data.bottom, innerHeight) - data.top), page: height(page), wide: Math.round(page.width) });
            }
            """);
        using var read = System.Text.Json.JsonDocument.Parse(seen);
        var root = read.RootElement;
        Assert.True(root.GetProperty("apart").GetBoolean() && root.GetProperty("data").GetInt32() >= 400 && root.GetProperty("page").GetInt32() >= 300 && root.GetProperty("wide").GetInt32() >= 500, seen);
    }

    private static Task AssertStatusAsync(Window window, string status) => Assertions.Expect(window.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", status);

    /// <summary>Takes the file of a kind out and puts another one in.</summary>
    private static async Task ReplaceAsync(Window window, string label, string path)
    {
        await window.Field(label).SetInputFilesAsync(path);
        await Assertions.Expect(window.Page.GetByText(Path.GetFileName(path)).First).ToBeVisibleAsync();
    }

    /// <summary>The letter's PDF, once it is printed.</summary>
    private static async Task<byte[]> PdfAsync(Window window, string letter)
    {
        var address = $"{new Uri(letter).AbsolutePath}/pdf";
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            var answer = await window.Page.APIRequest.GetAsync(address);
            if (answer.Ok) return await answer.BodyAsync();
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>What poppler finds in a PDF, without white space: where lines break is the printer's business.</summary>
    private static async Task<string> TextOfAsync(byte[] pdf)
    {
        using var process = Process.Start(new ProcessStartInfo("pdftotext", ["-", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(pdf, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return string.Concat((await output).Where(c => !char.IsWhiteSpace(c)));
    }
}
