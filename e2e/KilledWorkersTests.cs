using System.Diagnostics;
using System.Globalization;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.E2E;

/// <summary>500 mails, sent by processes of the published portal that are killed (SIGKILL) at random moments.</summary>
public sealed class KilledWorkersTests(RunningPortal portal)
{
    private const int Mails = 500;
    private const int AtOnce = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_message_arrives_though_workers_are_killed_and_what_repeats_is_the_same_to_the_byte()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var connectionString = await portal.Services.NewDatabaseAsync();
        await using var database = Database.At(connectionString);
        var keys = Enumerable.Range(0, Mails).Select(i => string.Create(CultureInfo.InvariantCulture, $"killed:{i}")).ToList();
        await using (var connection = await database.OpenAsync(Cancel))
            await JobQueue.EnqueueAsync(connection, [.. keys.Select((key, i) => new Mail($"to{i}@test.example", $"お知らせ {i}", $"{i}番目の本文です。").ToJob(key, RunningPortal.Start))]);

        await using var sink = new MailSink();
        var (kills, rounds) = (0, 0);
        while (sink.Taken.Count < Mails - 100)
        {
            // Each round begins ten minutes later: the leases of the dead have ended.
            await using var first = await StartAsync(sink, connectionString, ++rounds, "first");
            await using var second = await StartAsync(sink, connectionString, rounds, "second");
            var taken = sink.Taken.Count;
            var victims = new Queue<(int At, Process Process)>();
            var one = Process.GetProcessById(first.Pid);
            var two = Process.GetProcessById(second.Pid);
            if (random.Next(2) == 0) (one, two) = (two, one);
            victims.Enqueue((taken + random.Next(30, 100), one));
            victims.Enqueue((victims.Peek().At + random.Next(0, 40), two));
            var dead = Task.WhenAll(first.Died, second.Died);
            var count = taken;
            // Between taking a message and saying so.
            sink.OnTaken = _ =>
            {
                lock (victims)
                {
                    count++;
                    while (victims.TryPeek(out var next) && count >= next.At)
                    {
                        victims.Dequeue().Process.Kill();
                        kills++;
                    }
                }
                return true;
            };
            opened.SetResult();
            await dead.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        }
        sink.OnTaken = _ => true;
        await using (var last = await StartAsync(sink, connectionString, ++rounds, "last"))
        {
            opened.SetResult();
            await using var connection = await database.OpenAsync(Cancel);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            deadline.CancelAfter(TimeSpan.FromSeconds(90));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await connection.ExecuteScalarAsync<bool>("select exists (select from jobs where kind = 'mail' and state = 'ready')")) await timer.WaitForNextTickAsync(deadline.Token);
        }

        var byId = sink.Taken.GroupBy(m => m.Id, StringComparer.Ordinal).ToList();
        var repeats = sink.Taken.Count - byId.Count;
        Console.WriteLine($"Mails: {Mails} sent by {kills} workers killed at random and one that was not: {repeats} repeats (seed {seed})");
        Assert.Equal(keys.Select(key => MailSender.MessageId("mail:" + key, "grant-portal.example")).Order(StringComparer.Ordinal), byId.Select(g => g.Key).Order(StringComparer.Ordinal));
        Assert.All(byId, same => Assert.Single(same.Distinct()));
        // A worker has so many in its hands; nothing else may repeat. Each round's last victim dies with one that was taken and not marked.
        Assert.InRange(repeats, rounds - 1, kills * AtOnce);
    }

    private TaskCompletionSource opened = new();

    private async Task<PortalProcess> StartAsync(MailSink sink, string connectionString, int round, string name)
    {
        if (opened.Task.IsCompleted) opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sink.Open = opened.Task;
        return await PortalProcess.StartAsync(portal.Services.Services, new PortalProcessOptions
        {
            ConnectionString = connectionString,
            Clock = RunningPortal.Start.AddMinutes(10 * round),
            Name = $"worker-{name}",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Storage__Container"] = "killed-workers",
                // The footer names the portal: the same one, whichever port a worker listens on.
                ["Portal__PublicUrl"] = "http://localhost:8080",
                ["Smtp__Host"] = "127.0.0.1",
                ["Smtp__Port"] = sink.Port.ToString(CultureInfo.InvariantCulture),
                ["Jobs__AtOnce"] = AtOnce.ToString(CultureInfo.InvariantCulture),
            },
        }, Cancel);
    }
}
