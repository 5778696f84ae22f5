using System.Net;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>Azurite forgets up to 5 seconds when it is killed (SIGKILL), by design. What it forgot is named, exactly, and readiness is red until it is back.</summary>
public sealed partial class KilledStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_store_forgot_is_named_exactly_and_readiness_turns_red_until_it_is_back()
    {
        await using var services = new PortalServices();
        await services.InitializeAsync();
        await using var before = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var kept = await before.ASubmittedApplication();
        await WrittenAsync(services, await before.DocumentsAsync(kept.Id));
        var acknowledged = await before.ASubmittedApplication();
        var files = await FilesAsync(before);
        await services.Services.CrashStorageAsync(Cancel);

        await using var after = await before.StartSiblingAsync();
        var container = after.Command<BlobContainerClient>();
        var lost = new List<Guid>();
        foreach (var id in files.Keys)
            if (!await container.GetBlobClient(id.ToString("D")).ExistsAsync(Cancel)) lost.Add(id);
        Assert.NotEmpty(lost);
        Assert.Empty(lost.Intersect(await before.DocumentsAsync(kept.Id)));
        Assert.Equal(HttpStatusCode.OK, (await after.Browser().PageAsync("/health/ready")).Status);

        var (code, output) = await ReconcileAsync(after);
        Assert.Equal(1, code);
        Assert.Equal(lost.Order(), Named().Matches(output).Select(m => Guid.Parse(m.Groups["id"].Value)).Order());
        var number = await after.ScalarAsync<string>("select receipt_number from applications where id = @Id", new { acknowledged.Id });
        Assert.All(lost, id => Assert.Contains($"missing blob: {id} ({files[id].Length} bytes): document {id} of {number}", output, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await after.Browser().PageAsync("/health/ready")).Status);
        var state = await (await after.SignInAsync(await after.Given.Staff(StaffRole.Admin))).PageAsync("/admin/state");
        Assert.All(lost, id => Assert.Contains($"{id} が見つかりません", state.Words, StringComparison.Ordinal));
        Assert.Contains($"受付番号 {number} の書類", state.Words, StringComparison.Ordinal);

        // Back from a copy, as an operator would do it.
        foreach (var id in lost) await container.UploadBlobAsync(id.ToString("D"), new BinaryData(files[id]), Cancel);
        Assert.Equal(0, (await ReconcileAsync(after, "--hashes")).Code);
        Assert.Equal(HttpStatusCode.OK, (await after.Browser().PageAsync("/health/ready")).Status);
    }

    /// <summary>Waits until the store has written these files down: it does so every 5 seconds, so what comes next is not written when it is killed at once.</summary>
    private static async Task WrittenAsync(PortalServices services, IReadOnlyList<Guid> files)
    {
        var index = Path.Combine(services.Services.DataDirectory, "blobs", "__azurite_db_blob__.json");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var written = File.Exists(index) ? await File.ReadAllTextAsync(index, deadline.Token) : "";
            if (files.All(id => written.Contains(id.ToString("D"), StringComparison.Ordinal))) return;
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<Dictionary<Guid, byte[]>> FilesAsync(PortalHost portal)
    {
        await using var connection = await portal.Database.OpenAsync(Cancel);
        var files = new Dictionary<Guid, byte[]>();
        foreach (var id in await connection.QueryAsync<Guid>("select id from stored_files"))
            files[id] = (await portal.Command<BlobContainerClient>().GetBlobClient(id.ToString("D")).DownloadContentAsync(Cancel)).Value.Content.ToArray();
        return files;
    }

    private static async Task<(int Code, string Output)> ReconcileAsync(PortalHost portal, params string[] arguments)
    {
        using var output = new StringWriter();
        return (await portal.Command<ReconcileCommand>().RunAsync(arguments, output, Cancel), output.ToString());
    }

    [GeneratedRegex("^missing blob: (?<id>[0-9a-f-]{36})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
