using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Operations;

/// <summary>事業所台帳の取り込み: from the upload through the job to the summary.</summary>
public sealed class ImportTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Medical = "医療機関コード(9桁),医療機関コード(7桁),医療機関名称,郵便番号,住所\n";
    private const string CareHeading =
        "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,方書（ビル名等）,緯度,経度,電話番号,FAX番号,法人番号,法人の名称,事業所番号,利用可能曜日," +
        "利用可能曜日特記事項,定員,URL,高齢者の方と障害者の方が同時一体的に利用できるサービス,介護保険の通常の指定基準を満たしている,障害福祉の通常の指定基準を満たしている,備考\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_are_uploaded_imported_by_the_job_and_told_with_lines_that_cannot_be_read()
    {
        var user = await host.Given.Staff(StaffRole.Admin);
        var admin = await host.SignInAsync(user);
        var uploaded = await UploadAsync(
            admin,
            ("iryokikan.csv", Medical + "010119443,0119443,さっぽろ駅前クリニック,0600003,札幌市中央区北３条西４丁目\n12,12,番号のない医院,0600003,札幌市\n"),
            ("jigyosho_110.csv", CareHeading + Care("1370101246", "やさしい手 北")));
        Assert.StartsWith("/admin/import/", uploaded.Location, StringComparison.Ordinal);
        var waiting = await admin.PageAsync(uploaded.Location!);
        Assert.Contains("処理中", waiting.Words, StringComparison.Ordinal);
        Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from stored_files s join office_import_files f on f.id = s.id where f.import_id = @Id", new { Id = Guid.Parse(uploaded.Location![14..]) }));

        await host.Jobs.RunDueAsync(Cancel);
        var done = await admin.PageAsync(uploaded.Location!);
        Assert.Contains("完了（取り込めない行あり）", done.Words, StringComparison.Ordinal);
        var facts = done.Document.QuerySelectorAll(".facts dd").Select(d => d.TextContent.Trim()).ToList();
        Assert.Contains("2件", facts);
        Assert.Contains("1行", facts);
        var line = done.Document.QuerySelectorAll("table")[^1].QuerySelectorAll("tbody tr").Single();
        Assert.Equal(["iryokikan.csv", "3"], line.Children.Take(2).Select(c => c.TextContent.Trim()));
        Assert.Contains("9桁または10桁", line.TextContent, StringComparison.Ordinal);
        Assert.Equal("さっぽろ駅前クリニック", await host.ScalarAsync<string>("select name from institutions where number = '0110119443'"));

        // The list of all, with who; and a second import of the same changes nothing.
        host.Clock.Advance(TimeSpan.FromMinutes(1)); // the list is in the order of time
        var again = await UploadAsync(admin, ("jigyosho_110.csv", CareHeading + Care("1370101246", "やさしい手 北の新しい名前")));
        await host.Jobs.RunDueAsync(Cancel);
        var rows = (await admin.PageAsync("/admin/import")).Document.QuerySelectorAll("tbody tr").ToList();
        Assert.Equal(again.Location, rows[0].QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains(user.Name, rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal(["0件", "1件", "0行"], rows[0].QuerySelectorAll("td.num").Select(c => c.TextContent));
        Assert.Equal(2, await host.ScalarAsync<long>("select count(*) from audit where action = 'offices-imported' and actor_id = @Id", new { user.Id }));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_told_in_words_and_changes_nothing()
    {
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var before = await host.ScalarAsync<long>("select count(*) from institutions");
        var good = ("jigyosho_120.csv", CareHeading + Care("1370101246", "取り込まれない事業所"));
        foreach (var (name, text, words) in new[]
        {
            ("一覧.csv", "番号,名前\n1,2\n", "「一覧.csv」は取り込めるファイルではありません"),
            ("offices.csv", CareHeading + Care("1370101253", "名前違い"), "「offices.csv」はファイル名からサービスの種類がわかりません"),
            ("jigyosho_130.csv", CareHeading + "\"閉じない引用符", "引用符"),
        })
        {
            var uploaded = await UploadAsync(admin, good, (name, text));
            await host.Jobs.RunDueAsync(Cancel);
            var page = await admin.PageAsync(uploaded.Location!);
            Assert.Contains(words, page.Words, StringComparison.Ordinal);
            Assert.Contains("台帳は変更していません", page.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("/tmp", page.Words, StringComparison.Ordinal);
        }
        var shift = await UploadBytesAsync(admin, ("iryokikan.csv", [.. Encoding.ASCII.GetBytes("code,"), 0x82, 0xA0, 0x0A]));
        await host.Jobs.RunDueAsync(Cancel);
        Assert.Contains("文字コードがUTF-8ではありません", (await admin.PageAsync(shift.Location!)).Words, StringComparison.Ordinal);
        Assert.Equal(before, await host.ScalarAsync<long>("select count(*) from institutions"));
        Assert.Equal(0, await host.ScalarAsync<long>("select count(*) from jobs where kind = 'office-import' and (state <> 'done' or last_error is not null)"));
    }

    [Theory]
    [InlineData("offices.zip", "x", "「offices.zip」はCSVファイルではありません")]
    [InlineData("empty.csv", "", "「empty.csv」")]
    [InlineData("", "", "取り込むCSVファイルを選んでください")]
    public async Task What_is_no_list_is_asked_for_again_and_leaves_nothing(string name, string text, string words)
    {
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var (imports, blobs) = (await host.ScalarAsync<long>("select count(*) from office_imports"), await BlobsAsync());
        var page = await UploadAsync(admin, ("jigyosho_110.csv", CareHeading), (name, text));
        if (name.Length == 0)
        {
            Assert.Equal(HttpStatusCode.Redirect, page.Status);
            page = await UploadAsync(admin, (name, text));
            (imports, blobs) = (imports + 1, blobs + 1);
        }
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains(words, page.Document.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal((imports, blobs), (await host.ScalarAsync<long>("select count(*) from office_imports"), await BlobsAsync()));
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for()
    {
        await using var own = await PortalHost.StartAsync(host.Local, _ => { });
        var admin = await own.SignInAsync(await own.Given.Staff(StaffRole.Admin));
        var uploaded = await UploadAsync(admin, ("jigyosho_110.csv", CareHeading + Care("1370101238", "やさしい手")));
        var blob = await own.ScalarAsync<Guid>("select id from office_import_files");
        var bytes = new MemoryStream();
        await using (var stored = await own.Services.GetRequiredService<IBlobStore>().OpenReadAsync(blob, Cancel)) await stored!.CopyToAsync(bytes, Cancel);
        await own.Services.GetRequiredService<IBlobStore>().DeleteAsync(blob, Cancel);
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Contains("処理中", (await admin.PageAsync(uploaded.Location!)).Words, StringComparison.Ordinal);

        bytes.Position = 0;
        await own.Services.GetRequiredService<IBlobStore>().WriteListAsync(blob, bytes, 1 << 20, "", Cancel);
        own.Clock.Advance(TimeSpan.FromMinutes(1));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Contains("完了", (await admin.PageAsync(uploaded.Location!)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_tens_of_megabytes_goes_through()
    {
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        var text = new StringBuilder(CareHeading);
        var row = Care("1370101238", new string('あ', 3000));
        while (text.Length < 10_000_000) text.Append(row);
        var uploaded = await UploadAsync(admin, ("jigyosho_150.csv", text.ToString()));
        Assert.StartsWith("/admin/import/", uploaded.Location, StringComparison.Ordinal);
        Assert.True(await host.ScalarAsync<long>("select max(size) from office_import_files") > 20_000_000);
        await host.Jobs.RunDueAsync(Cancel);
        Assert.Contains("完了", (await admin.PageAsync(uploaded.Location!)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_auditor_reads_what_was_imported_and_imports_nothing()
    {
        var auditor = await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor));
        var page = await auditor.PageAsync("/admin/import");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Null(page.Document.QuerySelector("main input[type=file]"));
        Assert.Equal(HttpStatusCode.Forbidden, (await UploadAsync(auditor, ("jigyosho_110.csv", CareHeading))).Status);
    }

    private static string Care(string number, string name) =>
        $"011029,{number},北海道,札幌市北区,{name},ヤサシイテ,訪問介護,北海道札幌市北区北25条西6丁目3番23号,,43.1,141.3,011-700-3366,,2011001027780,株式会社やさしい手,{number},平日,,0,,,,,\n";

    private static Task<Page> UploadAsync(HttpClient browser, params (string Name, string Text)[] files) =>
        UploadBytesAsync(browser, [.. files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Text)))]);

    /// <summary>As a browser does: the token first, an empty part where no file was chosen.</summary>
    private static async Task<Page> UploadBytesAsync(HttpClient browser, params (string Name, byte[] Bytes)[] files)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent(await browser.TokenAsync("/admin/import")), "__RequestVerificationToken");
        foreach (var (name, bytes) in files)
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"Files\"", FileName = $"\"{name}\"", FileNameStar = name.Length == 0 ? null : name };
            form.Add(content);
        }
        using var answer = await browser.PostAsync(new Uri("/admin/import", UriKind.Relative), form, Cancel);
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync(Cancel));
        return new Page(answer.StatusCode, answer.Headers.Location?.ToString(), document);
    }

    private async Task<int> BlobsAsync()
    {
        var count = 0;
        await foreach (var _ in host.Services.GetRequiredService<Azure.Storage.Blobs.BlobContainerClient>().GetBlobsAsync(cancellationToken: Cancel)) count++;
        return count;
    }
}
