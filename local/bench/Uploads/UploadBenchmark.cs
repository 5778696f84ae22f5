using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Bench.Surge;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Uploads;

/// <summary>
/// Many large files at once through the portal, as the page's script sends them, against the same bytes put straight into the blob store by Azure's SDK as it
/// comes. Rounds take turns, so that what else the machine does falls on both; each begins when the inspection of the files before has come to its end.
/// </summary>
internal static class UploadBenchmark
{
    private const int Rounds = 2;
    private const int WarmUp = 40;

    /// <summary>A little less than the largest file there may be: what stands around the noise is added.</summary>
    private const int Size = (20 * 1024 * 1024) - 1024;

    private static readonly string[] Kinds = ["passbook", "service-proof", "receipt"];

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var clients = arguments.Quick ? 16 : 100;
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        await Accounts.AddAsync(services.ConnectionString, clients, SurgeBenchmark.LastEvening, cancel);
        await using var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions { ConnectionString = services.ConnectionString, Clock = SurgeBenchmark.LastEvening, Environment = SurgeBenchmark.Settings }, cancel);
        var times = ProcessTimes.Of(services.Services, portal);
        using var http = Visitor.Client(portal.Url);
        http.Timeout = TimeSpan.FromMinutes(10);
        Report.Progress($"making {clients} files, signing in {clients} accounts");
#pragma warning disable CA5394 // The same bytes every time.
        var files = Enumerable.Range(0, clients).Select(n => SoundFiles.Pdf(Size, new Random(n))).ToArray();
#pragma warning restore CA5394
        var pages = await PagesAsync(http, await Accounts.SignInAsync(http, clients, cancel), cancel);
        var straight = new BlobServiceClient(services.Services.StorageConnectionString, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03)).GetBlobContainerClient("floor");
        await straight.CreateIfNotExistsAsync(cancellationToken: cancel);

        // One by one: code is compiled then, and nothing held yet for many at once.
        Report.Progress($"warming up with {WarmUp} files");
        for (var i = 0; i < WarmUp; i++) await SendAsync(pages[i % clients], files[i % clients], "passbook", cancel);
        for (var i = 0; i < WarmUp; i++) await PutAsync(straight, files[i % clients], cancel);
        await QuietAsync(services, cancel);
        var before = times.OwnMiB("portal");
        times.ForgetPeak("portal");

        var (through, floor) = (0.0, 0.0);
        var sent = new List<(Guid Id, byte[] File)>();
        var processor = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            Report.Progress($"round {round + 1} of {Rounds}: {clients} at once through the portal");
            var start = times.Read();
            var clock = Stopwatch.StartNew();
            var ids = await Task.WhenAll(Enumerable.Range(0, clients).Select(n => Task.Run(() => SendAsync(pages[n], files[n], Kinds[(n + round) % Kinds.Length], cancel))));
            through += clock.Elapsed.TotalSeconds;
            foreach (var (name, took) in times.Each(start, clients * Rounds)) processor[name] = processor.GetValueOrDefault(name) + took;
            sent.AddRange(ids.Zip(files));
            await QuietAsync(services, cancel);
            Report.Progress($"round {round + 1} of {Rounds}: {clients} at once straight into the store");
            clock.Restart();
            await Task.WhenAll(files.Select(file => Task.Run(() => PutAsync(straight, file, cancel))));
            floor += clock.Elapsed.TotalSeconds;
        }
        var peak = times.PeakMiB("portal");
        Report.Progress($"verifying {sent.Count} files");
        await VerifyAsync(services, sent, cancel);
        var megabytes = Rounds * files.Sum(f => (double)f.Length) / (1024 * 1024);
        Report.Line("upload", new
        {
            clients,
            rounds = Rounds,
            bytesEach = files[0].Length,
            verified = sent.Count,
            mibPerSecond = Math.Round(megabytes / through, 1),
            straightMibPerSecond = Math.Round(megabytes / floor, 1),
            ratio = Math.Round(floor / through, 3),
            residentMiB = Math.Round(before, 1),
            peakMiB = Math.Round(peak, 1),
            grownMiB = Math.Round(peak - before, 1),
            processorMsPerUpload = processor.ToDictionary(p => p.Key, p => Math.Round(p.Value, 1), StringComparer.Ordinal),
            load = File.ReadAllText("/proc/loadavg").Split(' ')[0],
        });
    }

    /// <summary>A draft of everybody's, and its page's token.</summary>
    private static async Task<IReadOnlyList<(Visitor Visitor, Guid Id, string Token)>> PagesAsync(HttpClient http, IReadOnlyList<IReadOnlyDictionary<string, string>> cookies, CancellationToken cancel)
    {
        var pages = new List<(Visitor, Guid, string)>();
        foreach (var own in cookies)
        {
            var visitor = new Visitor(http, own);
            var list = await visitor.GetAsync("list", "/applications", cancel);
            var begun = await visitor.PostAsync("start", "/applications", [.. list.Hidden("/applications").Where(f => f.Key != "programme"), new("programme", "care")], cancel);
            var id = begun.Location is { } to && begun.Status == HttpStatusCode.Redirect ? Guid.Parse(to.Split('/')[2]) : throw new LocalException($"No draft was begun: {(int)begun.Status}.");
            var address = $"/applications/{id}/documents";
            var page = await visitor.GetAsync("documents", address, cancel);
            pages.Add((visitor, id, page.Hidden(address).First(f => f.Key == "__RequestVerificationToken").Value));
        }
        return pages;
    }

    /// <returns>The document's id.</returns>
    private static async Task<Guid> SendAsync((Visitor Visitor, Guid Id, string Token) page, byte[] file, string kind, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        content.Headers.TryAddWithoutValidation("X-File-Name", "scan.pdf");
        content.Headers.TryAddWithoutValidation("X-Requested-With", "fetch");
        content.Headers.TryAddWithoutValidation("RequestVerificationToken", page.Token);
        var answer = await page.Visitor.SendAsync("upload", HttpMethod.Post, $"/applications/{page.Id}/files?kind={kind}&slot=0&uploadId={Guid.NewGuid()}", content, cancel);
        if (answer.Status != HttpStatusCode.OK) throw new LocalException($"An upload was answered with {(int)answer.Status}.");
        using var said = JsonDocument.Parse(answer.Body);
        return said.RootElement.GetProperty("id").GetGuid();
    }

    private static async Task PutAsync(BlobContainerClient container, byte[] file, CancellationToken cancel)
    {
        using var bytes = new MemoryStream(file, writable: false);
        await container.GetBlobClient(Guid.NewGuid().ToString()).UploadAsync(bytes, cancel);
    }

    /// <summary>Waits until every file was looked into.</summary>
    private static async Task QuietAsync(BenchServices services, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(services.ConnectionString);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await connection.QuerySingleAsync<bool>("select exists (select from jobs where kind = 'inspect-document' and state = 'ready')")) await timer.WaitForNextTickAsync(cancel);
    }

    /// <exception cref="LocalException">A row or the bytes in the store are not what was sent.</exception>
    private static async Task VerifyAsync(BenchServices services, IReadOnlyList<(Guid Id, byte[] File)> sent, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(services.ConnectionString);
        var rows = (await connection.QueryAsync<(Guid Id, string Sha256)>("select id, sha256 from documents where structure = 'sound'")).ToDictionary(r => r.Id, r => r.Sha256);
        var container = new BlobServiceClient(services.Services.StorageConnectionString, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03)).GetBlobContainerClient("documents");
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (one, stop) =>
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(one.File));
            await using var bytes = await container.GetBlobClient(one.Id.ToString("D")).OpenReadAsync(cancellationToken: stop);
            if (rows.GetValueOrDefault(one.Id) != hash || Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, stop)) != hash) throw new LocalException($"Document {one.Id} is not what was sent.");
        });
    }
}
