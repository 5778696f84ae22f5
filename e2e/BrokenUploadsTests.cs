using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Local;

namespace GrantPortal.E2E;

/// <summary>
/// One thing goes wrong at one point of an upload: nothing half is kept, the answer says what to do, and the same upload, sent again as the page does, is stored once.
/// What happens at moments of chance is <see cref="KilledUploadsTests"/>'.
/// </summary>
public sealed class BrokenUploadsTests(BrokenUploadsTests.OwnSystem system) : IClassFixture<BrokenUploadsTests.OwnSystem>
{
    /// <summary>More than every buffer on the way holds: when half of it is sent, the store has some of it.</summary>
    private const int Size = 18 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private KilledSystem Portal => system.Running;

    [Fact]
    public async Task The_browser_goes_away_in_the_middle()
    {
        var upload = await BeginAsync();
        var answer = await upload.SendAsync(() => throw new IOException("gone"));
        Assert.Equal(0, answer.Status);
        await upload.IsStoredOnceAsync(Portal, orphans: 0);
    }

    [Fact]
    public async Task The_store_is_away_from_the_beginning()
    {
        var upload = await BeginAsync();
        await Portal.One.StopBlobsAsync();
        var answer = await upload.SendAsync();
        await Portal.One.StartBlobsAsync(Cancel);
        SaysTryAgain(answer);
        await upload.IsStoredOnceAsync(Portal, orphans: 0);
    }

    [Fact]
    public async Task The_store_ends_in_the_middle()
    {
        var upload = await BeginAsync();
        // The browser goes on sending meanwhile.
        var stopping = Task.CompletedTask;
        var answer = await upload.SendAsync(() =>
        {
            stopping = Portal.One.StopBlobsAsync();
            return Task.CompletedTask;
        });
        await stopping;
        await Portal.One.StartBlobsAsync(Cancel);
        SaysTryAgain(answer);
        await upload.IsStoredOnceAsync(Portal, orphans: 0);
    }

    [Fact]
    public async Task The_store_stands_still_in_the_middle()
    {
        var upload = await BeginAsync();
        var answer = await upload.SendAsync(() =>
        {
            Portal.One.PauseBlobs();
            return Task.CompletedTask;
        });
        Portal.One.ResumeBlobs();
        SaysTryAgain(answer);
        await upload.IsStoredOnceAsync(Portal, orphans: 0);
    }

    [Fact]
    public async Task The_database_is_away_from_the_beginning()
    {
        var upload = await BeginAsync();
        await Portal.One.KillPostgresAsync();
        var answer = await upload.SendAsync();
        await Portal.One.StartPostgresAsync(Cancel);
        SaysTryAgain(answer);
        await upload.IsStoredOnceAsync(Portal, orphans: 0);
    }

    /// <summary>The bytes are in the store then and no row names them.</summary>
    [Fact]
    public async Task The_database_ends_before_the_row_is_written()
    {
        var upload = await BeginAsync();
        var answer = await upload.SendAsync(Portal.One.KillPostgresAsync);
        await Portal.One.StartPostgresAsync(Cancel);
        SaysTryAgain(answer);
        await upload.IsStoredOnceAsync(Portal, orphans: 1);
    }

    private static void SaysTryAgain(PortalAnswer answer)
    {
        Assert.Equal(503, answer.Status);
        Assert.Contains("もう一度", answer.Body, StringComparison.Ordinal);
    }

    private async Task<Sending> BeginAsync()
    {
        var browser = await Portal.SignInAsync(Cancel);
        var token = PortalBrowser.Token(await browser.GetAsync("/profile", Cancel));
        var begun = await browser.PostAsync("/applications?programme=care", [token], Cancel);
#pragma warning disable CA5394 // Bytes like any others.
        return new Sending(browser, Guid.Parse(begun.Location!.Split('/')[2]), token.Value, SoundFiles.Pdf(Size, new Random(1)));
#pragma warning restore CA5394
    }

    /// <summary>One upload, as often as it is sent.</summary>
    private sealed class Sending(PortalBrowser browser, Guid application, string token, byte[] bytes)
    {
        private readonly Guid upload = Guid.NewGuid();

        /// <param name="half">What happens when half of it is sent.</param>
        public Task<PortalAnswer> SendAsync(Func<Task>? half = null) =>
            browser.UploadAsync($"/applications/{application}/files?kind=passbook&slot=0&uploadId={upload}", new InHalves(bytes, half), "通帳.pdf", token, Cancel);

        /// <summary>Nothing of it was kept; sent again it is stored; once more, and it is the same.</summary>
        /// <param name="orphans">Whole files in the store that no row names: the sweep takes them.</param>
        public async Task IsStoredOnceAsync(KilledSystem system, int orphans)
        {
            await using var database = Database.At(system.ConnectionString);
            await using var connection = await database.OpenAsync(Cancel);
            Assert.Equal(0, await connection.QuerySingleAsync<int>("select count(*)::integer from documents where application_id = @application", new { application }));
            var before = await BlobsAsync(system);

            var first = await StoredAsync();
            Assert.Equal(first, await StoredAsync());

            Assert.Equal([first], await connection.QueryAsync<Guid>("select id from documents where application_id = @application", new { application }));
            Assert.Equal(before.Append(first).Order(), (await BlobsAsync(system)).Order());
            var content = await system.Blobs.GetBlobClient(first.ToString("D")).DownloadContentAsync(Cancel);
            Assert.Equal(bytes, content.Value.Content.ToArray());
            var named = (await connection.QueryAsync<Guid>("select id from stored_files")).ToHashSet();
            Assert.Equal(orphans, before.Count(id => !named.Contains(id)));
            await system.SweepAsync(database, Cancel);
            Assert.All(await BlobsAsync(system), id => Assert.Contains(id, named));
            browser.Dispose();
        }

        private async Task<Guid> StoredAsync()
        {
            var answer = await SendAsync();
            Assert.Equal(200, answer.Status);
            using var said = JsonDocument.Parse(answer.Body);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), said.RootElement.GetProperty("sha256").GetString());
            return said.RootElement.GetProperty("id").GetGuid();
        }

        private static async Task<List<Guid>> BlobsAsync(KilledSystem system)
        {
            var ids = new List<Guid>();
            await foreach (var blob in system.Blobs.GetBlobsAsync(cancellationToken: Cancel)) ids.Add(Guid.Parse(blob.Name, CultureInfo.InvariantCulture));
            return ids;
        }
    }

    /// <summary>A body that stops in the middle for something to happen.</summary>
    private sealed class InHalves(byte[] bytes, Func<Task>? half) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), Cancel);
            await stream.FlushAsync(Cancel);
            if (half is not null) await half();
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2), Cancel);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }

    /// <summary>A portal and services nobody else uses.</summary>
    public sealed class OwnSystem : IAsyncLifetime
    {
        internal KilledSystem Running { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Running = await KilledSystem.StartAsync(CancellationToken.None);

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }
}
