using System.Text.Json;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Jobs;
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
    public async Task A_mail_server_that_is_away_for_an_hour_loses_and_repeats_nothing()
    {
        await using var sink = new MailSink();
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var smtp = own.Services.GetRequiredService<IOptions<SmtpOptions>>().Value;
        (smtp.Host, smtp.Port) = ("127.0.0.1", FreePort.Next());
        var keys = new List<string>();
        for (var minute = 0; minute < 60; minute++)
        {
            keys.Add($"hour:{minute}");
            await EnqueueAsync(own, new Mail("to@test.example", "件名", $"{minute}"), keys[^1]);
            await own.Jobs.RunDueAsync(Cancel);
            own.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Empty(sink.Taken);

        smtp.Port = sink.Port;
        // The longest wait of a mail that failed for an hour is 64 minutes.
        for (var minute = 0; minute < 70; minute++)
        {
            await own.Jobs.RunDueAsync(Cancel);
            own.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        own.Clock.Advance(TimeSpan.FromDays(2));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal(keys.Select(k => MailSender.MessageId("mail:" + k, "grant-portal.example")).Order(StringComparer.Ordinal), sink.Taken.Select(t => t.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_takes_a_mail_and_breaks_off_gets_it_again_byte_for_byte()
    {
        await using var sink = new MailSink();
        await using var own = await PortalHost.StartAsync(portal.Local, host =>
        {
            host.Settings["Smtp:Host"] = "127.0.0.1";
            host.Settings["Smtp:Port"] = sink.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        });
        await EnqueueAsync(own, new Mail("to@test.example", Subject, ".\n本文\n"), "broken-off");
        sink.OnTaken = _ => false;
        await own.Jobs.RunDueAsync(Cancel);
        sink.OnTaken = _ => true;
        own.Clock.Advance(JobStore.Wait(1));
        await own.Jobs.RunDueAsync(Cancel);
        own.Clock.Advance(TimeSpan.FromDays(2));
        await own.Jobs.RunDueAsync(Cancel);
        var taken = sink.Taken.ToArray();
        Assert.Equal(2, taken.Length);
        Assert.Equal(taken[0], taken[1]);
        Assert.Contains("Date: Mon, 01 Jun 2026 10:00:00 +0900\r\n", taken[0].Bytes, StringComparison.Ordinal);
        Assert.All(taken[0].Bytes.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
    }

    [Fact]
    public async Task What_was_given_up_is_listed_and_sent_when_told_so()
    {
        await using var sink = new MailSink();
        await using var own = await PortalHost.StartAsync(portal.Local, _ => { });
        var smtp = own.Services.GetRequiredService<IOptions<SmtpOptions>>().Value;
        (smtp.Host, smtp.Port) = ("127.0.0.1", FreePort.Next());
        await EnqueueAsync(own, new Mail("to@test.example", "件名", "本文"), "given-up");
        for (var attempt = 1; attempt <= JobStore.MostAttempts; attempt++)
        {
            await own.Jobs.RunDueAsync(Cancel);
            own.Clock.Advance(JobStore.Wait(attempt));
        }
        smtp.Port = sink.Port;
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Empty(sink.Taken);

        await using var db = await own.Database.OpenAsync(Cancel);
        var dead = Assert.Single(await JobStore.DeadAsync(db, null, 10));
        Assert.Equal("mail:given-up", dead.Key);
        await using var said = new StringWriter();
        Assert.Equal(0, await DeadJobsCommand.RunAsync([], own.Database, own.Clock, said));
        Assert.Contains($"{dead.Id} mail mail:given-up", said.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await DeadJobsCommand.RunAsync(["again", "9000000000"], own.Database, own.Clock, said));
        Assert.Equal(2, await DeadJobsCommand.RunAsync(["again"], own.Database, own.Clock, said));
        Assert.Equal(0, await DeadJobsCommand.RunAsync(["again", dead.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], own.Database, own.Clock, said));
        await own.Jobs.RunDueAsync(Cancel);
        Assert.Equal(MailSender.MessageId("mail:given-up", "grant-portal.example"), Assert.Single(sink.Taken).Id);
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
