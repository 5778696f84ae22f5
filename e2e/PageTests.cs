using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace GrantPortal.E2E;

/// <summary>Every page: axe without a finding, no sideways scrolling, at most 100 KB without fonts, documents and what draws them; at 1280 and 375 px.</summary>
public sealed class PageTests(RunningPortal portal)
{
    private static readonly string[] PublicPages = ["/", "/simulator/care", "/simulator/care?services=11&readers=9&readerCost=x", "/simulator/medical",
        "/simulator/care?services=11&readers=3&readerCost=39000&supportCost=30000", "/privacy", "/login", "/register", "/no-such-page"];

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task Public_pages_are_accessible_and_light(int width)
    {
        await using var window = await portal.OpenAsync(width);
        foreach (var page in PublicPages) await CheckAsync(window, page);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task The_applicants_pages_are_accessible_and_light(int width)
    {
        using var files = new SampleFiles();
        await using var window = await portal.SignInAsync("corp@demo.example", width);
        foreach (var page in new[] { "/profile", "/account/notices" }) await CheckAsync(window, page);
        await Filing.FillCareAsync(window, new Hands(window), files, width == 1280 ? "1399900156" : "1399900164", "1", (files.Pdf("領収書"), "128000"));
        var id = new Uri(window.Page.Url).Segments[2].Trim('/');
        foreach (var step in new[] { "office", "amount", "account", "documents", "confirm" }) await CheckAsync(window, $"/applications/{id}/{step}");
        await window.Page.GotoAsync($"/applications/{id}/account");
        await window.Field("銀行コード").FillAsync("12");
        await window.Button("次へ").ClickAsync();
        await Assertions.Expect(window.Page.GetByText("入力内容をご確認ください")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("③ with an error");
        await window.PictureAsync("account-error");
        await window.Field("銀行コード").FillAsync("0001");
        await window.Button("次へ").ClickAsync();
        await window.Page.WaitForURLAsync("**/documents");
        await window.Page.GotoAsync($"/applications/{id}/confirm");
        if (width == 1280) await Filing.SubmitAsync(window, new Hands(window));
        foreach (var page in new[] { "/applications", $"/applications/{id}", $"/applications/{id}/slip", "/letters" }) await CheckAsync(window, page);
    }

    [Theory]
    [InlineData(1366)]
    [InlineData(375)]
    public async Task The_staffs_pages_are_accessible_and_light(int width)
    {
        using var files = new SampleFiles();
        await using (var corporation = await portal.SignInAsync("corp@demo.example"))
        {
            await Filing.FillCareAsync(corporation, new Hands(corporation), files, width == 375 ? "1399900149" : "1399900131", "3", (files.Pdf("領収書"), "128000"));
            await Filing.SubmitAsync(corporation, new Hands(corporation));
        }
        await using var clerk = await portal.SignInAsync("reviewer2@demo.example", width);
        foreach (var page in new[] { "/review/dashboard", "/review" }) await CheckAsync(clerk, page);
        await clerk.Button("次の案件").ClickAsync();
        await Assertions.Expect(clerk.Page.Locator(".status").First).ToHaveAttributeAsync("data-status", "reviewing");
        var address = new Uri(clerk.Page.Url).AbsolutePath;
        await CheckAsync(clerk, address);
        await using var auditor = await portal.SignInAsync("auditor@demo.example", width);
        await CheckAsync(auditor, $"{address}/life");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task The_pages_of_routing_are_accessible_and_light(int width)
    {
        await using (var admin = await portal.SignInAsync("admin@demo.example", width))
        {
            foreach (var page in new[] { "/admin/teams", "/admin/teams/new", "/admin/clerks", "/admin/holidays", "/review?status=all" }) await CheckAsync(admin, page);
            await admin.Page.GotoAsync("/admin/teams");
            await admin.Page.GetByRole(AriaRole.Link, new() { Name = "医療審査班" }).ClickAsync();
            await admin.AssertAccessibleAsync("a team");
            await admin.PictureAsync("team");
        }
        await using var clerk = await portal.SignInAsync("reviewer1@demo.example", width);
        foreach (var page in new[] { "/review/own", "/review?status=all&prefecture=13&flag=returned&overdue=true" }) await CheckAsync(clerk, page);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task The_pages_of_operations_are_accessible_and_light(int width)
    {
        await using (var admin = await portal.SignInAsync("admin@demo.example", width))
        {
            foreach (var page in new[] { "/admin/years", "/admin/years/R8-care", "/admin/years/R7-medical", "/admin/years/R8-medical/next", "/admin/jobs", "/admin/state", "/admin/import" })
                await CheckAsync(admin, page);
            await admin.Field("CSVファイル").SetInputFilesAsync(
                new FilePayload { Name = "iryokikan.csv", MimeType = "text/csv", Buffer = "医療機関コード,医療機関名称,郵便番号,住所\n0110119443,さっぽろ駅前クリニック,0600003,札幌市中央区\n12,番号のない医院,,\n"u8.ToArray() });
            await admin.Button("取り込む").ClickAsync();
            await Assertions.Expect(admin.Page.GetByText("ファイルを受け取りました")).ToBeVisibleAsync();
            var result = new Uri(admin.Page.Url).AbsolutePath;
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            while (await admin.Page.GetByText("処理中").CountAsync() > 0)
            {
                await timer.WaitForNextTickAsync(deadline.Token);
                await admin.Page.GotoAsync(result);
            }
            await Assertions.Expect(admin.Page.GetByText("取り込めない行あり")).ToBeVisibleAsync();
            await CheckAsync(admin, result);
            await CheckAsync(admin, "/admin/import");
        }
        await using var auditor = await portal.SignInAsync("auditor@demo.example", width);
        foreach (var page in new[] { "/admin/years/R8-care", "/admin/jobs", "/admin/state", "/admin/import" }) await CheckAsync(auditor, page);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task The_pages_of_administration_and_audit_are_accessible_and_light(int width)
    {
        await using (var admin = await portal.SignInAsync("admin@demo.example", width))
        {
            foreach (var page in new[] { "/admin", "/admin/users", "/admin/users/new", "/admin/reasons" }) await CheckAsync(admin, page);
            await admin.Page.GotoAsync("/admin/users?q=" + (width == 1280 ? "finance" : "reviewer2") + "%40demo.example");
            await admin.Page.GetByRole(AriaRole.Link, new() { Name = width == 1280 ? "支払 四郎" : "審査 次郎" }).ClickAsync();
            await admin.Field("変更").SelectOptionAsync("give:auditor");
            await admin.Button("変更を依頼する").ClickAsync();
            await Assertions.Expect(admin.Page.GetByText("入力内容をご確認ください")).ToBeVisibleAsync();
            await admin.AssertAccessibleAsync("a role asked for without a reason");
            await admin.Field("理由").FillAsync("10月の異動のため");
            await admin.Button("変更を依頼する").ClickAsync();
            await Assertions.Expect(admin.Page.GetByText("役割の変更を依頼しました")).ToBeVisibleAsync();
            await admin.AssertAccessibleAsync("a role asked for");
            await admin.PictureAsync("role-asked");
        }
        await using (var second = await portal.SignInAsync("admin2@demo.example", width))
        {
            await CheckAsync(second, "/admin");
            await CheckAsync(second, "/admin/users");
            await second.Page.GetByRole(AriaRole.Table, new() { Name = "確認を待っている変更の一覧" }).GetByRole(AriaRole.Link).First.ClickAsync();
            await second.AssertAccessibleAsync("a role to confirm");
            await second.PictureAsync("role-to-confirm");
            await second.Page.GetByRole(AriaRole.Button, new() { Name = "却下する" }).ClickAsync();
            await Assertions.Expect(second.Page.GetByText("依頼を却下しました")).ToBeVisibleAsync();
            await second.AssertAccessibleAsync("a role declined");
            await second.PictureAsync("role-declined");
        }
        await using var auditor = await portal.SignInAsync("auditor@demo.example", width);
        foreach (var page in new[] { "/audit", "/audit?action=role-asked&from=2026-05-01", "/audit?ip=x", "/audit?who=zzzz" }) await CheckAsync(auditor, page);
        await auditor.Page.GotoAsync("/audit?action=role-asked");
        await auditor.Page.GetByText("見る").First.ClickAsync();
        await auditor.AssertAccessibleAsync("a line of the audit with its details");
        await auditor.PictureAsync("audit-detail");
    }

    private static async Task CheckAsync(Window window, string path)
    {
        var sizes = new List<Task<(string Url, int Bytes)>>();
        void Count(object? sender, IRequest request)
        {
            // Fonts, documents and pdf.js, which comes with the first document and stays in the browser's cache, do not count.
            if (request.Url.StartsWith(window.Origin, StringComparison.Ordinal) && !request.Url.Contains(".woff2", StringComparison.Ordinal) && !request.Url.Contains("/documents/", StringComparison.Ordinal)
                && !request.Url.Contains("/lib/pdfjs/", StringComparison.Ordinal))
                sizes.Add(SizeAsync(request));
        }

        window.Page.RequestFinished += Count;
        await window.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        window.Page.RequestFinished -= Count;
        var counted = await Task.WhenAll(sizes);
        var total = counted.Sum(s => s.Bytes);
        Assert.True(total <= 100_000, $"{path} transfers {total} bytes:\n{string.Join('\n', counted.Select(c => $"{c.Bytes} {c.Url}"))}");
        await window.AssertAccessibleAsync(path);
        await window.PictureAsync(Regex.Replace(path.Trim('/').Length == 0 ? "home" : path.Trim('/'), "[^a-z]+|[0-9a-f]{8}-[0-9a-f-]{27}", "-", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static async Task<(string, int)> SizeAsync(IRequest request)
    {
        var sizes = await request.SizesAsync();
        return (request.Url, sizes.ResponseBodySize + sizes.ResponseHeadersSize);
    }
}
