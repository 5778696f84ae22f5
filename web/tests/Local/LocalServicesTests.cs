using System.Diagnostics;
using System.Net.Mail;
using System.Text.Json;
using Azure.Storage.Blobs;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Web.Tests.Local;

public sealed class LocalServicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("grantportal-local-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Everything_killed_at_once_starts_again_and_finds_what_was_kept()
    {
        var children = Path.Combine(_folder, ChildRecords.FileName);
        await using (var services = await StartAsync())
        {
            await ExecuteAsync(services, "create table kept (id int); insert into kept values (1)");
            foreach (var pid in RecordedPids(children))
                KillWithoutMercy(pid);
            Assert.Contains("unexpectedly", await services.Died.WaitAsync(Cancel), StringComparison.Ordinal);
        }

        await using var again = await StartAsync();

        Assert.Equal(1, await ExecuteAsync(again, "update kept set id = 2"));
    }

    [Fact]
    public async Task Two_data_directories_serve_side_by_side()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two");

        await ExecuteAsync(one, "create table only_in_one (id int)");

        Assert.NotEqual(one.SmtpPort, two.SmtpPort);
        Assert.NotEqual(one.StorageConnectionString, two.StorageConnectionString);
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(two, "select id from only_in_one"));
    }

    [Fact]
    public async Task A_data_directory_in_use_is_refused_in_words()
    {
        await using var first = await StartAsync();

        var refusal = await Assert.ThrowsAsync<LocalException>(() => StartAsync());

        Assert.Contains("is in use", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mails_and_what_the_blob_store_holds_are_kept_across_a_restart()
    {
        await using (var services = await StartAsync())
        {
            using var smtp = new SmtpClient(services.SmtpHost, services.SmtpPort);
            await smtp.SendMailAsync(new MailMessage("from@portal.example", "to@office.example", "件名", "本文"), Cancel);
            await Container(services).CreateAsync(cancellationToken: Cancel);
        }

        await using var again = await StartAsync();

        using var http = new HttpClient { BaseAddress = new(again.MailUrl) };
        var subjects = new List<string?>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (subjects.Count == 0 && await timer.WaitForNextTickAsync(Cancel))
        {
            using var mails = JsonDocument.Parse(await http.GetStringAsync(new Uri("/email", UriKind.Relative), Cancel));
            subjects.AddRange(mails.RootElement.EnumerateArray().Select(mail => mail.GetProperty("subject").GetString()));
        }

        Assert.Equal(["件名"], subjects);
        Assert.True(await Container(again).ExistsAsync(Cancel));
    }

    [Fact]
    public async Task A_leftover_is_ended_only_when_pid_and_start_time_match()
    {
        using var leftover = Process.Start("sleep", "600");
        using var stranger = Process.Start("sleep", "600");
        var own = ProcessIdentity.Of(leftover.Id)!;
        var reused = ProcessIdentity.Of(stranger.Id)! with { StartTime = 1 };
        ChildRecord[] recorded = [new("leftover", own, EndSignal.Terminate), new("stranger", reused, EndSignal.Terminate)];
        await File.WriteAllTextAsync(Path.Combine(_folder, ChildRecords.FileName), JsonSerializer.Serialize(recorded), Cancel);

        await new ChildRecords(_folder).EndLeftoversAsync(Cancel);

        await leftover.WaitForExitAsync(Cancel);
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    private static BlobContainerClient Container(LocalServices services)
        => new(services.StorageConnectionString, "kept", new(BlobClientOptions.ServiceVersion.V2023_01_03));

    private static List<int> RecordedPids(string file)
    {
        using var children = JsonDocument.Parse(File.ReadAllText(file));
        return [.. children.RootElement.EnumerateArray().Select(c => c.GetProperty("Process").GetProperty("Pid").GetInt32())];
    }

    private static void KillWithoutMercy(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static async Task<int> ExecuteAsync(LocalServices services, string sql)
    {
        await using var connection = new NpgsqlConnection(services.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(Cancel);
    }

    private Task<LocalServices> StartAsync(string folder = "")
        => LocalServices.StartAsync(new() { DataDirectory = Path.Combine(_folder, folder), Durable = false }, Cancel);
}
