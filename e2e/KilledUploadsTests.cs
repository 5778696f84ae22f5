using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Local;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;

namespace GrantPortal.E2E;

/// <summary>500 uploads while portal, database and scanner are killed (SIGKILL) and the blob store is stopped and restarted, at moments of chance.</summary>
public sealed class KilledUploadsTests
{
    private const int Clients = 8;
    private const int UploadsEach = 63;

    /// <summary>Of a draft that are filled; none for receipts, which are read besides and take longer than all else together.</summary>
    private const int Slots = 7;

    /// <summary>Programs that look into files run at low priority: where others use the processors, they take their time.</summary>
    private static readonly TimeSpan CatchingUp = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_upload_is_there_with_its_hash_and_scanned_and_nothing_else_is()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("KILLED_UPLOADS_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        Console.WriteLine($"Uploads under fire: seed {seed}");
        var random = new Random(seed);
        await using var system = await KilledSystem.StartAsync(Cancel);
        var uploads = new ConcurrentDictionary<Guid, Sent>();
        var (repeats, offences) = (0, new ConcurrentQueue<string>());
        var browsers = new List<PortalBrowser>();
        for (var i = 0; i < Clients; i++) browsers.Add(await system.SignInAsync(Cancel));
        var clients = browsers.Select(browser => WorkAsync(browser, new Random(random.Next()))).ToList();
        var started = TimeProvider.System.GetTimestamp();
        var all = Task.WhenAll(clients);

        // Every kind once, in an order and at numbers of acknowledged uploads that are left to chance.
        var faults = system.Faults.ToArray();
        random.Shuffle(faults);
        var moments = faults.Select(_ => random.Next(20, (Clients * UploadsEach) - 40)).Order().ToArray();
        for (var i = 0; i < faults.Length; i++)
        {
            await UntilAsync(() => Task.FromResult(uploads.Count >= moments[i] || all.IsCompleted), TimeSpan.FromMinutes(2));
            Console.WriteLine($"  {uploads.Count} acknowledged: {faults[i].Name}");
            await faults[i].Run(random, Cancel);
        }
        await all;
        Console.WriteLine($"  all acknowledged after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        Assert.Empty(offences);
        Assert.Equal(Clients * UploadsEach, uploads.Count);

        // Later, when the leases of the dead have ended and what failed is due again: everything is caught up with by itself.
        await system.RestartPortalAsync(Cancel);
        await using var database = Database.At(system.ConnectionString);
        await UntilAsync(async () =>
        {
            await using var connection = await database.OpenAsync(Cancel);
            return !await connection.QuerySingleAsync<bool>("select exists (select from documents where structure = 'waiting' or malware = 'waiting')");
        }, CatchingUp);
        await system.StopPortalAsync();
        Console.WriteLine($"  all checked after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");

        Assert.Equal((0, true), await ReconcileAsync(database, system.Blobs, system.Quarantine, whole: false));
        await system.SweepAsync(database, Cancel);
        Assert.Equal((0, true), await ReconcileAsync(database, system.Blobs, system.Quarantine, whole: true));

        await using var last = await database.OpenAsync(Cancel);
        var rows = (await last.QueryAsync<Row>("select upload_id, id, size, sha256, structure || ' ' || malware as state, attached from documents")).ToDictionary(r => r.UploadId);
        Assert.Equal(uploads.Keys.Order(), rows.Keys.Order());
        Assert.All(uploads, sent => Assert.Equal(new Row(sent.Key, sent.Value.Id, sent.Value.Size, sent.Value.Sha256, "sound clean", true), rows[sent.Key]));
        var stored = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in system.Blobs.GetBlobsAsync(cancellationToken: Cancel)) stored.Add(blob.Name);
        var named = await last.QueryAsync<string>("select id::text from stored_files");
        Assert.Equal(named.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        await Parallel.ForEachAsync(rows.Values, Cancel, async (row, stop) =>
        {
            await using var bytes = await system.Blobs.GetBlobClient(row.Id.ToString("D")).OpenReadAsync(cancellationToken: stop);
            Assert.Equal(row.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, stop)));
        });
        Assert.Equal(0, await last.QuerySingleAsync<int>("select count(*)::integer from jobs where state = 'dead'"));
        Console.WriteLine($"  {uploads.Count} uploads, {uploads.Values.Sum(u => u.Size) / 1024 / 1024} MiB, {repeats} attempts repeated");

        async Task WorkAsync(PortalBrowser browser, Random dice)
        {
            using var own = browser;
            var (id, token) = (Guid.Empty, "");
            for (var n = 0; n < UploadsEach; n++)
            {
                if (n % Slots == 0) (id, token) = await InsistAsync(() => BeginAsync(browser));
                var (bytes, name) = FileFor(dice, n);
                var (kind, slot) = (n % Slots) switch { 0 => ("passbook", 0), Slots - 1 => ("web-service-screen", 0), var s => ("service-proof", s - 1) };
                var upload = Guid.NewGuid();
                var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
                // As the page does: the same upload id until it is acknowledged.
                var path = $"/applications/{id}/files?kind={kind}&slot={slot}&uploadId={upload}";
                var document = await InsistAsync(async () => await browser.UploadAsync(path, bytes, name, token, Cancel) is { Status: not 0 } answer && Hoped(answer) ? Acknowledged(answer, sha256) : (Guid?)null);
                Assert.True(uploads.TryAdd(upload, new Sent(document!.Value, bytes.Length, sha256)));
            }
        }

        async Task<T> InsistAsync<T>(Func<Task<T>> act)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (true)
            {
                if (await act() is { } done && !EqualityComparer<T>.Default.Equals(done, default)) return done;
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "A minute of trying again did not help.");
                Interlocked.Increment(ref repeats);
                await Task.Delay(Pause, Cancel);
            }
        }

        bool Hoped(PortalAnswer answer)
        {
            if (answer.Status == 200) return true;
            if (answer.Status < 500 || answer.Body.Contains("   at ", StringComparison.Ordinal) || !answer.Body.Contains("もう一度", StringComparison.Ordinal)) offences.Enqueue($"{answer.Status} {answer.Location} {answer.Body}");
            return false;
        }
    }

    private static Guid Acknowledged(PortalAnswer answer, string sha256)
    {
        using var said = JsonDocument.Parse(answer.Body);
        Assert.Equal(sha256, said.RootElement.GetProperty("sha256").GetString());
        return said.RootElement.GetProperty("id").GetGuid();
    }

    /// <summary>A new draft and its page's token; nothing where it did not come to that.</summary>
    private static async Task<(Guid Id, string Token)> BeginAsync(PortalBrowser browser)
    {
        var page = await browser.GetAsync("/profile", Cancel);
        if (page.Status != 200) return default;
        var token = PortalBrowser.Token(page);
        var begun = await browser.PostAsync("/applications?programme=care", [token], Cancel);
        return begun is { Status: 302, Location: { } to } && to.EndsWith("/office", StringComparison.Ordinal) ? (Guid.Parse(to.Split('/')[2]), token.Value) : default;
    }

    /// <summary>Most a few KiB to some hundred, one in sixteen of several blocks of the store.</summary>
    private static (byte[] Bytes, string Name) FileFor(Random dice, int n)
    {
        var size = n % 16 == 5 ? dice.Next(1_000_000, 3_000_000) : dice.Next(3_000, 200_000);
        return dice.Next(8) switch
        {
            0 => (SoundFiles.Photograph(size, dice), "写真.jpg"),
            1 => (TestFiles.Png(320, Math.Max(1, size / 320), dice), "画面.png"),
            _ => (SoundFiles.Pdf(size, dice), "書類.pdf"),
        };
    }

    /// <summary>Without the hours a comparison leaves to uploads under way: there is none.</summary>
    /// <param name="whole">With the hashes; no orphan may be left.</param>
    private static async Task<(int Code, bool Clean)> ReconcileAsync(Database database, BlobContainerClient blobs, QuarantineContainer quarantine, bool whole)
    {
        using var output = new StringWriter();
        var code = await new ReconcileCommand(database, blobs, quarantine, TimeProvider.System) { Settling = TimeSpan.Zero }.RunAsync(whole ? ["--hashes"] : [], output, Cancel);
        var said = output.ToString();
        Console.WriteLine($"  reconcile: {said.TrimEnd().Split('\n')[^1]}");
        return (code, said.Contains("missing 0,", StringComparison.Ordinal) && (!whole || said.Contains("orphans 0, sizes that differ 0, hashes that differ 0", StringComparison.Ordinal)));
    }

    private static async Task UntilAsync(Func<Task<bool>> done, TimeSpan patience)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await done()) await timer.WaitForNextTickAsync(deadline.Token);
    }

    private sealed record Sent(Guid Id, long Size, string Sha256);

    private sealed record Row(Guid UploadId, Guid Id, long Size, string Sha256, string State, bool Attached);
}
