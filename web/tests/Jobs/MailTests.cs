using System.Text.Json;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using GrantPortal.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Jobs;

public sealed class MailTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private const string Subject = "【介護情報基盤 助成金ポータル】申請を受け付けました：受付番号 R8-0000001 みほん訪問介護ステーション（東京都見本区見本町）";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_whole_with_its_stable_id_and_says_whom_to_ask()
    {
        var to = NewAddress();
        await EnqueueAsync(portal, new Mail(to, Subject, "見本 花子 様\n\n申請を受け付けました。\n.\n終わり"), "arrives:" + to);
        await portal.Jobs.RunDueAsync(Cancel);

        var mail = Assert.Single(await ArrivedAsync(to));
        Assert.Equal(Subject, mail.GetProperty("subject").GetString());
        var text = mail.GetProperty("text").GetString()!.ReplaceLineEndings("\n");
        Assert.StartsWith("見本 花子 様\n\n申請を受け付けました。\n.\n終わり\n", text, StringComparison.Ordinal);
        Assert.Contains("介護情報基盤 助成金お問い合わせ窓口", text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:8080/privacy", text, StringComparison.Ordinal);
        Assert.Equal(MailSender.MessageId("mail:arrives:" + to, "grant-portal.example"), "<" + mail.GetProperty("messageId").GetString()!.Trim('<', '>') + ">");
    }

    [Fact]
    public async Task While_the_mail_server_is_away_mails_wait_and_then_arrive_once()
    {
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var smtp = own.Services.GetRequiredService<IOptions<SmtpOptions>>().Value;
        var to = NewAddress();
        smtp.Port = FreePort.Next();
        await EnqueueAsync(own, new Mail(to, "件名", "本文"), "waits:" + to);
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Empty(await ArrivedAsync(to));

        smtp.Port = portal.Local.SmtpPort;
        own.Clock.Advance(JobStore.Wait(1));
        await own.Jobs.RunDueAsync(Cancel);
        own.Clock.Advance(TimeSpan.FromDays(2));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Single(await ArrivedAsync(to));
    }

    [Fact]
    public async Task A_line_break_in_a_subject_adds_no_header()
    {
        var to = NewAddress();
        await EnqueueAsync(portal, new Mail(to, "件名\r\nBcc: other@test.example", "本文"), "injection:" + to);
        await portal.Jobs.RunDueAsync(Cancel);
        Assert.Equal("件名 Bcc: other@test.example", Assert.Single(await ArrivedAsync(to)).GetProperty("subject").GetString());
    }

    private static string NewAddress() => $"to-{Guid.NewGuid():N}@test.example";

    private static async Task EnqueueAsync(PortalHost host, Mail mail, string key)
    {
        await using var db = await host.Database.OpenAsync(Cancel);
        await JobQueue.EnqueueAsync(db, [mail.ToJob(key, host.Clock.Now)]);
    }

    private async Task<IReadOnlyList<JsonElement>> ArrivedAsync(string to)
    {
        using var http = new HttpClient();
        var all = JsonDocument.Parse(await http.GetStringAsync(new Uri(portal.Local.MailUrl + "/email"), Cancel));
        return [.. all.RootElement.EnumerateArray().Where(mail => mail.GetProperty("to").EnumerateArray().Any(a => a.GetProperty("address").GetString() == to))];
    }
}
