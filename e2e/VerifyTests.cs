using Dapper;
using GrantPortal.Testing;
using Microsoft.Playwright;
using Npgsql;

namespace GrantPortal.E2E;

/// <summary>届いたファイルを確かめる: in the browser, with the files themselves, and nothing sent.</summary>
public sealed class VerifyTests(RunningPortal portal)
{
    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task A_file_is_recognised_by_its_bytes_and_another_one_is_not(int width)
    {
        using var files = new SampleFiles();
        await using var window = await portal.SignInAsync("corp@demo.example", width);
        var receipt = files.Pages("領収書", "receipt");
        var application = $"/applications/{await FileAsync(window, files, receipt)}";
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "届いたファイルを確かめる" }).ClickAsync();
        await Assertions.Expect(window.Field("確かめるファイル")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("the page that verifies files");
        var sent = new List<string>();
        window.Context.Request += (_, request) => sent.Add($"{request.Method} {request.Url}");

        // By the keyboard's way, whatever the file is called now.
        var renamed = files.Write("名前を変えた.pdf", await File.ReadAllBytesAsync(receipt, TestContext.Current.CancellationToken));
        var bytes = TestFiles.Pages("receipt");
        bytes[^10] ^= 1;
        await window.Field("確かめるファイル").SetInputFilesAsync([renamed, files.Write("領収書.pdf", bytes)]);
        var lines = window.Page.Locator("[data-results] li");
        await Assertions.Expect(lines.Nth(0)).ToContainTextAsync("一致しました。受付票の「領収書 1」（領収書.pdf）と同じ内容です。");
        await Assertions.Expect(lines.Nth(1)).ToContainTextAsync("一致しません。受付票のどのファイルとも内容が違います。ファイル名は「領収書 1」と同じですが、中身が違います。");

        // Dropped.
        var drop = await window.Page.EvaluateHandleAsync(
            """
            async () => {
              const files = new DataTransfer();
              files.items.add(new File([new Uint8Array(0)], "空.pdf"));
              files.items.add(new File([new Uint8Array(20 * 1024 * 1024 + 1)], "大きい.pdf"));
              return files;
            }
            """);
        await window.Page.DispatchEventAsync("[data-verify]", "drop", new { dataTransfer = drop });
        await Assertions.Expect(lines.Nth(3)).ToContainTextAsync("20MiBより大きいファイル");
        await Assertions.Expect(window.Page.GetByText("4個のファイルを確かめました。一致 1個、不一致 3個。")).ToBeVisibleAsync();
        Assert.Empty(sent);
        await window.AssertAccessibleAsync("files verified");
        await window.PictureAsync("verify");

        await window.Page.GotoAsync($"{application}/slip");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "お手元のファイルと同じか確かめる" })).ToBeVisibleAsync();
        await using var plain = await portal.SignInAsync("corp@demo.example", width, script: false);
        await plain.Page.GotoAsync($"{application}/verify");
        await Assertions.Expect(plain.Page.GetByText("certutil -hashfile")).ToBeVisibleAsync();
        await Assertions.Expect(plain.Page.GetByText("JavaScriptが必要です")).ToBeVisibleAsync();
        await Assertions.Expect(plain.Page.Locator("[data-verify]")).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(375)]
    public async Task The_pages_of_retention_are_accessible(int width)
    {
        using var files = new SampleFiles();
        await using var window = await portal.SignInAsync("corp@demo.example", width);
        var application = await FileAsync(window, files, files.Pdf("領収書"));
        var number = await window.Page.Locator("#receipt-number").InnerTextAsync();
        // As if it had ended long ago: the next run will delete it.
        await using (var connection = new NpgsqlConnection(portal.ConnectionString))
            await connection.ExecuteAsync("update applications set status = 'withdrawn', updated_at = '2019-06-01' where id = @application", new { application });
        await using var admin = await portal.SignInAsync("admin@demo.example", width);
        await admin.Page.GotoAsync("/admin/retention");
        await Assertions.Expect(admin.Page.GetByText(number)).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync("retention");
        await admin.PictureAsync("retention");
        await admin.Page.GotoAsync($"/review/{application}/hold");
        await admin.Button("法的保全をはじめる").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("入力内容をご確認ください")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync("a hold without a reason");
        await admin.Field("理由").FillAsync($"訴訟のため（{number}）");
        await admin.Button("法的保全をはじめる").ClickAsync();
        await Assertions.Expect(admin.Page.GetByText("法的保全をはじめました")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync("a hold");
        await admin.PictureAsync("hold");
        await admin.Page.GotoAsync("/admin/retention");
        await Assertions.Expect(admin.Page.GetByText($"訴訟のため（{number}）")).ToBeVisibleAsync();
        await admin.AssertAccessibleAsync("retention with a hold");
    }

    /// <summary>An application for an institution of its own: the demo's are other tests'.</summary>
    private async Task<Guid> FileAsync(Window window, SampleFiles files, string receipt)
    {
        var number = TestApplication.NewNumber("13988");
        await using (var connection = new NpgsqlConnection(portal.ConnectionString))
            await connection.ExecuteAsync(
                """
                insert into institutions (programme, number, name, address, phone, services, updated_at)
                values ('care', @number, '見本の事業所', '東京都千代田区霞が関1-2-2', '03-0000-2222', '{11,51}', now())
                """,
                new { number });
        await Filing.FillCareAsync(window, new Hands(window), files, number, (receipt, "128000"));
        await Filing.SubmitAsync(window, new Hands(window));
        return Guid.Parse(new Uri(window.Page.Url).Segments[2].Trim('/'));
    }
}
