using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace GrantPortal.Web.Tests.Documents;

public sealed class ReconcileTests(PortalServices services)
{
    /// <summary>Of the bytes "abc".</summary>
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_missing_files_orphans_and_sizes_that_differ()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var container = portal.Services.GetRequiredService<BlobContainerClient>();
        var user = await portal.Given.AnApplicantUser();
        Guid[] whole = [.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())];
        var (missing, orphan, differing) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await AddRowsAsync(portal, user, [.. whole, missing, differing]);
        foreach (var id in whole) await container.UploadBlobAsync(id.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.UploadBlobAsync(orphan.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.UploadBlobAsync(differing.ToString("D"), BinaryData.FromString("abcd"), Cancel);

        var (code, output) = await RunAsync(portal, TimeSpan.FromSeconds(-60));
        Assert.Equal(1, code);
        Assert.Contains($"missing blob: {missing}", output, StringComparison.Ordinal);
        Assert.Contains($"orphan blob: {orphan}", output, StringComparison.Ordinal);
        Assert.Contains($"size differs: {differing}", output, StringComparison.Ordinal);
        Assert.Contains("files 7, blobs 7: missing 1, orphans 1, sizes that differ 1", output, StringComparison.Ordinal);
        await using var connection = await portal.Database.OpenAsync(Cancel);
        Assert.Equal("7 1 1 1", await connection.QuerySingleAsync<string>(
            "select concat_ws(' ', detail ->> 'Files', detail ->> 'Missing', detail ->> 'Orphans', detail ->> 'Differing') from audit where object_id = 'reconcile'"));
    }

    [Fact]
    public async Task A_fresh_blob_without_a_row_may_be_an_upload_and_is_no_orphan()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        await portal.Services.GetRequiredService<BlobContainerClient>().UploadBlobAsync(Guid.NewGuid().ToString("D"), BinaryData.FromString("abc"), Cancel);
        var (code, output) = await RunAsync(portal, TimeSpan.FromHours(1));
        Assert.Equal(0, code);
        Assert.Contains("orphans 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_altered_is_found_by_its_hash_turns_readiness_red_and_is_mended_by_its_bytes()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var container = portal.Services.GetRequiredService<BlobContainerClient>();
        Guid[] files = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid())];
        await AddRowsAsync(portal, await portal.Given.AnApplicantUser(), files);
        foreach (var id in files) await container.UploadBlobAsync(id.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.GetBlobClient(files[1].ToString("D")).UploadAsync(BinaryData.FromString("abd"), overwrite: true, Cancel);
        Assert.Equal((0, HttpStatusCode.OK), ((await RunAsync(portal, OneHour)).Code, await ReadyAsync(portal)));

        var (code, output) = await RunAsync(portal, OneHour, "--hashes");
        Assert.Equal(1, code);
        Assert.Contains($"hash differs: {files[1]} is {Abc} in the database", output, StringComparison.Ordinal);
        Assert.Contains("hashes that differ 1 of 3", output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(portal));
        var state = await (await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin))).PageAsync("/admin/state");
        Assert.Contains($"ファイル {files[1]} が内容が違います", state.Words, StringComparison.Ordinal);

        // Sizes alone do not mend it.
        Assert.Equal(1, (await RunAsync(portal, OneHour)).Code);
        await container.GetBlobClient(files[1].ToString("D")).UploadAsync(BinaryData.FromString("abc"), overwrite: true, Cancel);
        (code, output) = await RunAsync(portal, OneHour);
        Assert.Equal(0, code);
        Assert.Contains("mended: 1 files", output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(portal));
        Assert.Equal("altered", await portal.ScalarAsync<string>("select fault from file_faults where resolved_at is not null and owner_kind = 'document' and file_id = @id", new { id = files[1] }));
    }

    [Fact]
    public async Task What_is_lost_for_good_is_written_off_by_an_operator()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var lost = Guid.NewGuid();
        await AddRowsAsync(portal, await portal.Given.AnApplicantUser(), [lost]);
        Assert.Equal(1, (await RunAsync(portal, OneHour)).Code);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(portal));
        Assert.Equal(1, (await RunAsync(portal, OneHour, "--accept", Guid.NewGuid().ToString())).Code);
        Assert.Equal(0, (await RunAsync(portal, OneHour, "--accept", lost.ToString())).Code);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(portal));
        // It stays told of.
        Assert.Equal(1, (await RunAsync(portal, OneHour)).Code);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(portal));
        var state = await (await portal.SignInAsync(await portal.Given.Staff(StaffRole.Auditor))).PageAsync("/admin/state");
        Assert.Contains("失われたものとして確認済みです", state.Words, StringComparison.Ordinal);
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from audit where action = 'loss-accepted' and object_id = @lost", new { lost = lost.ToString() }));
        // Once its row is gone there is nothing to tell.
        await portal.ExecuteAsync("delete from documents");
        Assert.Equal(0, (await RunAsync(portal, OneHour)).Code);
        Assert.Equal(0, await portal.ScalarAsync<long>("select count(*) from file_faults where resolved_at is null"));
    }

    [Fact]
    public async Task Quarantined_files_are_looked_for_in_quarantine()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var container = portal.Services.GetRequiredService<BlobContainerClient>();
        var quarantine = container.GetParentBlobServiceClient().GetBlobContainerClient($"{container.Name}-quarantine");
        await quarantine.CreateIfNotExistsAsync(cancellationToken: Cancel);
        var (moved, left, missing, stray) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await AddRowsAsync(portal, await portal.Given.AnApplicantUser(), [moved, left, missing]);
        await portal.ExecuteAsync("update documents set malware = 'infected', threat = 'Eicar', scanned_at = now()");
        await quarantine.UploadBlobAsync(moved.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await quarantine.UploadBlobAsync(left.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.UploadBlobAsync(left.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.UploadBlobAsync(missing.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await quarantine.UploadBlobAsync(stray.ToString("D"), BinaryData.FromString("abc"), Cancel);

        var (_, output) = await RunAsync(portal, TimeSpan.FromSeconds(-60), "--hashes");
        Assert.Contains("files 3, blobs 5: missing 1, orphans 3, sizes that differ 0, hashes that differ 0 of 2", output, StringComparison.Ordinal);
        Assert.Contains($"missing blob: {missing}", output, StringComparison.Ordinal);
        foreach (var orphan in new[] { left, missing, stray }) Assert.Contains($"orphan blob: {orphan}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_night_reads_on_where_the_last_one_stopped_until_all_are_read()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var container = portal.Services.GetRequiredService<BlobContainerClient>();
        Guid[] files = [.. Enumerable.Range(0, 5).Select(i => Guid.Parse($"a{i}{Guid.NewGuid().ToString("D")[2..]}"))];
        await AddRowsAsync(portal, await portal.Given.AnApplicantUser(), files);
        foreach (var id in files) await container.UploadBlobAsync(id.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await container.GetBlobClient(files[4].ToString("D")).UploadAsync(BinaryData.FromString("abd"), overwrite: true, Cancel);
        var job = new ReconcileJob(portal.Database, container, portal.Command<QuarantineContainer>(), portal.Clock, NullLogger<ReconcileJob>.Instance) { MostRead = 2 };

        foreach (var (night, hashed, ready) in new[] { (1, 2, HttpStatusCode.OK), (2, 2, HttpStatusCode.OK), (3, 1, HttpStatusCode.ServiceUnavailable), (4, 2 + 1, HttpStatusCode.ServiceUnavailable) })
        {
            await RunNightAsync(portal, job, $"reconcile:night-{night}");
            var last = await portal.ScalarAsync<string>("select detail::text from audit where object_id = 'reconcile' order by id desc limit 1");
            Assert.Equal((5, hashed), ResultOf(last));
            Assert.Equal(ready, await ReadyAsync(portal));
        }
        Assert.Equal(4, await portal.ScalarAsync<long>("select count(*) from audit where object_id = 'reconcile'"));
        Assert.Equal(16, await portal.ScalarAsync<long>("select count(*) from file_hash_rounds where completed_at is not null"));
    }

    [Fact]
    public async Task A_night_that_takes_long_goes_on_in_further_jobs_and_counts_each_file_once()
    {
        await using var portal = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var user = await portal.Given.AnApplicantUser();
        // More than are compared at a time, all beginning with one digit, and none of them there.
        await AddRowsAsync(portal, user, [.. Enumerable.Range(0, FileComparison.MostRows + 100).Select(i => Guid.Parse($"b{i % 16:x}{i:x6}{Guid.NewGuid().ToString("D")[8..]}"))]);
        var job = new ReconcileJob(portal.Database, portal.Services.GetRequiredService<BlobContainerClient>(), portal.Command<QuarantineContainer>(), portal.Clock, NullLogger<ReconcileJob>.Instance) { Comparing = TimeSpan.Zero };
        var parts = await RunNightAsync(portal, job, "reconcile:long-night");
        Assert.Equal(15 + 16, parts);
        Assert.Equal(FileComparison.MostRows + 100, await portal.ScalarAsync<int>("select (detail ->> 'Missing')::integer from audit where object_id = 'reconcile'"));
        Assert.Equal(FileComparison.MostRows + 100, await portal.ScalarAsync<int>("select count(*)::integer from file_faults where resolved_at is null"));
    }

    private static (int Files, int Hashed) ResultOf(string? detail)
    {
        var result = JsonSerializer.Deserialize<ReconcileResult>(detail!)!;
        return (result.Files, result.Hashed);
    }

    /// <summary>Runs a day's job and the jobs it enqueues, to their end.</summary>
    /// <returns>How many it enqueued.</returns>
    private static async Task<int> RunNightAsync(PortalHost portal, ReconcileJob job, string run)
    {
        await job.RunAsync(new ClaimedJob(0, ReconcileJob.JobKind, run, "{}", 1), Cancel);
        var count = 0;
        while (true)
        {
            await using var connection = await portal.Database.OpenAsync(Cancel);
            var parts = (await connection.QueryAsync<string>("delete from jobs where key like @key returning payload::text", new { key = $"{run}:%" })).AsList();
            if (parts.Count == 0) return count;
            count += parts.Count;
            foreach (var payload in parts) await job.RunAsync(new ClaimedJob(0, ReconcileJob.JobKind, run, payload, 1), Cancel);
        }
    }

    private static async Task<HttpStatusCode> ReadyAsync(PortalHost portal)
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(answer.StatusCode == HttpStatusCode.OK, body.RootElement.GetProperty("files").GetBoolean());
        return answer.StatusCode;
    }

    private static async Task<(int Code, string Output)> RunAsync(PortalHost portal, TimeSpan settling, params string[] arguments)
    {
        using var output = new StringWriter();
        var command = new ReconcileCommand(portal.Database, portal.Services.GetRequiredService<BlobContainerClient>(), portal.Command<QuarantineContainer>(), portal.Clock) { Settling = settling };
        var code = await command.RunAsync(arguments, output, Cancel);
        return (code, output.ToString());
    }

    private static async Task AddRowsAsync(PortalHost portal, TestUser user, IReadOnlyList<Guid> ids)
    {
        await using var db = await portal.Database.OpenAsync(Cancel);
        var application = Guid.NewGuid();
        await db.ExecuteAsync(
            """
            insert into applications (id, applicant_id, programme, status, version, created_at, created_by, updated_at)
            values (@application, @ApplicantId, 'care', 'draft', 1, now(), @Id, now());
            insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by)
            select id, @application, 'receipt', 0, 'a.pdf', 'pdf', 3, @Abc, gen_random_uuid(), false, now(), @Id from unnest(@ids) as id
            """,
            new { application, user.ApplicantId, user.Id, Abc, ids = ids.ToArray() });
    }
}
