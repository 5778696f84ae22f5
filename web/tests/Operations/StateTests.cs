using System.Net;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Operations;

/// <summary>システムの状態: everything in words, and no secret.</summary>
public sealed class StateTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_works_is_ok_and_what_somebody_should_know_is_to_look_at()
    {
        var page = await PageAsync(host);
        Assert.Equal("正常", Level(page, "データベース"));
        Assert.Equal("正常", Level(page, "ファイルの保存先"));
        Assert.Equal("正常", Level(page, "メールサーバー"));
        Assert.Equal("正常", Level(page, "データベースの更新"));
        Assert.Equal("要確認", Level(page, "口座番号などを守る鍵"));
        Assert.Contains("30回／15分", page.Words, StringComparison.Ordinal);
        Assert.Contains("実際の時刻です", page.Words, StringComparison.Ordinal);
        Assert.Contains("このサーバーでは作成しません", page.Words, StringComparison.Ordinal);
        foreach (var secret in new[] { "Password", "AccountKey", "Host=", new Npgsql.NpgsqlConnectionStringBuilder(host.ConnectionString).Database! })
            Assert.DoesNotContain(secret, page.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_down_is_said_and_the_page_still_comes()
    {
        var port = FreePort.Next();
        await using var lame = await PortalHost.StartAsync(host.Local, portal =>
        {
            portal.Settings["Storage:ConnectionString"] = $"DefaultEndpointsProtocol=http;AccountName=away;AccountKey=YXdheQ==;BlobEndpoint=http://127.0.0.1:{port}/away;";
            portal.Settings["Smtp:Port"] = $"{FreePort.Next()}";
            portal.Settings["Letters:Print"] = "true";
            portal.Settings["Letters:Chromium"] = "/no/such/chromium";
            portal.Settings["Clock:Start"] = "2026-06-01T10:00:00+09:00";
            portal.ClockOrNull = null;
        });
        await lame.ExecuteAsync(
            """
            insert into jobs (kind, key, payload, state, run_at, created_at, finished_at) values ('mail', 'mail:dead', '{}', 'dead', now(), now(), now());
            insert into jobs (kind, key, payload, run_at, created_at) values ('mail', 'mail:old', '{}', '2026-05-31', '2026-05-31');
            delete from schema_migrations where version = '0085'
            """);
        var page = await PageAsync(lame);
        foreach (var name in new[] { "ファイルの保存先", "メールサーバー", "通知書の印刷", "待っている処理", "データベースの更新" }) Assert.Equal("異常", Level(page, name));
        Assert.Equal("要確認", Level(page, "中止した処理"));
        Assert.Equal("要確認", Level(page, "ポータルの時計"));
        Assert.Contains("0085", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain($"{port}", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("/no/such", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sweep_and_the_comparison_are_told_as_they_ended()
    {
        await using var own = await PortalHost.StartAsync(host.Local, _ => { });
        Assert.Equal("要確認", Level(await PageAsync(own), "不要なファイルの削除"));
        await own.Jobs.RunDueAsync(Cancel);
        using var output = new StringWriter();
        await own.Command<ReconcileCommand>().RunAsync(output, Cancel);
        var page = await PageAsync(own);
        Assert.Equal("正常", Level(page, "不要なファイルの削除"));
        Assert.Contains("17件のうち17件完了", page.Words, StringComparison.Ordinal);
        Assert.Equal("正常", Level(page, "データベースとファイルの照合"));

        await own.ExecuteAsync("update jobs set state = 'dead' where key = @Key", new { Key = OrphanSweep.KeysOf(JapanTime.DateOf(own.Clock.Now))[3] });
        own.Clock.Advance(TimeSpan.FromDays(32));
        page = await PageAsync(own);
        Assert.Equal("要確認", Level(page, "データベースとファイルの照合"));
        own.Clock.Advance(TimeSpan.FromDays(-32));
        Assert.Equal("異常", Level(await PageAsync(own), "不要なファイルの削除"));
    }

    [Fact]
    public async Task Administrators_and_auditors_read_it()
    {
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            var browser = await host.SignInAsync(await host.Given.Staff(role));
            Assert.Equal(role is StaffRole.Admin or StaffRole.Auditor ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.PageAsync("/admin/state")).Status);
        }
    }

    private static async Task<Page> PageAsync(PortalHost portal) => await (await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin))).PageAsync("/admin/state");

    private static string? Level(Page page, string name) =>
        page.Document.QuerySelectorAll(".states tr").FirstOrDefault(row => row.QuerySelector("th")?.TextContent == name)?.QuerySelector(".tag")?.TextContent;
}
