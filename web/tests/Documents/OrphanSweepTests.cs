using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Documents;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace GrantPortal.Web.Tests.Documents;

/// <summary>What the sweep takes and what it leaves.</summary>
public sealed class OrphanSweepTests(ThoroughPortal host) : IClassFixture<ThoroughPortal>
{
    private static readonly TimeSpan ADay = TimeSpan.FromHours(24);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private BlobContainerClient Container => host.Command<BlobContainerClient>();

    [Fact]
    public async Task Files_nobody_can_reach_go_and_all_others_stay()
    {
        var submitted = await host.ASubmittedApplication();
        var replaced = await ReplacePassbookAsync(await host.ADraft());
        var lost = Guid.NewGuid();
        await host.Command<IBlobStore>().WriteAsync(lost, new MemoryStream(TestFiles.Png()), length: null, Stop);
        var foreign = Container.GetBlobClient("0-not-ours.txt");
        await foreign.UploadAsync(BinaryData.FromString("x"), Stop);
        var before = await BlobsAsync();
        Assert.Contains(replaced, before);
        Assert.Contains(lost, before);

        // A day must pass.
        await RunAsync(ADay);
        Assert.Equal(before, await BlobsAsync());

        host.Clock.Advance(TimeSpan.FromHours(25));
        await RunAsync(TimeSpan.Zero);
        Assert.Equal(before.Except([replaced, lost]), await BlobsAsync());
        Assert.Equal(0, await host.ScalarAsync<long>("select count(*) from documents where id = @replaced", new { replaced }));
        Assert.True(await foreign.ExistsAsync(Stop));
        Assert.Equal(4, await host.ScalarAsync<long>("select count(*) from version_documents v join documents d on d.id = v.document_id where v.application_id = @Id", new { submitted.Id }));

        // What it did already, it may do again.
        await RunAsync(TimeSpan.Zero);
        Assert.Equal(before.Except([replaced, lost]), await BlobsAsync());
    }

    [Fact]
    public async Task It_runs_every_day()
    {
        await host.Command<JobWorker>().RunDueAsync(Stop);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.Command<JobWorker>().RunDueAsync(Stop);
        Assert.True(await host.ScalarAsync<long>("select count(*) from jobs where key ~ '^orphan-sweep:[0-9]{4}-[0-9]{2}-[0-9]{2}$' and state = 'done'") >= 1);
        Assert.True(await host.ScalarAsync<long>("select count(*) from jobs where key ~ '^orphan-sweep:.*:[0-9a-f]$' and state = 'done'") >= 16);
        Assert.Equal(0, await host.ScalarAsync<long>("select count(*) from jobs where kind = 'orphan-sweep' and last_error is not null"));
    }

    /// <summary>Runs a day's job and the jobs it enqueues.</summary>
    private async Task RunAsync(TimeSpan settled)
    {
        var sweep = new OrphanSweep(host.Database, Container, host.Command<QuarantineContainer>(), host.Command<IBlobStore>(), host.Clock, NullLogger<OrphanSweep>.Instance) { Settled = settled };
        var key = $"test:{Guid.NewGuid()}";
        await sweep.RunAsync(new ClaimedJob(0, OrphanSweep.JobKind, key, "{}", 1), Stop);
        await using var connection = await host.Database.OpenAsync(Stop);
        var payloads = (await connection.QueryAsync<string>("delete from jobs where key like @key returning payload::text", new { key = $"{key}:%" })).AsList();
        Assert.Equal(16, payloads.Count);
        foreach (var payload in payloads) await sweep.RunAsync(new ClaimedJob(0, OrphanSweep.JobKind, key, payload, 1), Stop);
    }

    private async Task<Guid> ReplacePassbookAsync(TestCase draft)
    {
        var id = await host.ScalarAsync<Guid>("select id from documents where application_id = @Id and kind = 'passbook' and attached", new { draft.Id });
        Assert.IsType<UploadResult.Stored>(await host.Command<UploadDocument>().RunAsync(
            new Upload(draft.Id, DocumentKind.Passbook, 0, Guid.NewGuid(), "通帳2.png"), new MemoryStream(TestFiles.Png()), draft.By.Actor, Stop));
        return id;
    }

    private async Task<List<Guid>> BlobsAsync()
    {
        var ids = new List<Guid>();
        await foreach (var blob in Container.GetBlobsAsync(cancellationToken: Stop))
            if (Guid.TryParseExact(blob.Name, "D", out var id)) ids.Add(id);
        return ids;
    }
}
