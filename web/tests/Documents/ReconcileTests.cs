using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Documents;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Documents;

public sealed class ReconcileTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_missing_files_orphans_and_sizes_that_differ()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
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
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        await portal.Services.GetRequiredService<BlobContainerClient>().UploadBlobAsync(Guid.NewGuid().ToString("D"), BinaryData.FromString("abc"), Cancel);
        var (code, output) = await RunAsync(portal, TimeSpan.FromHours(1));
        Assert.Equal(0, code);
        Assert.Contains("orphans 0", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(PortalHost portal, TimeSpan settling)
    {
        using var output = new StringWriter();
        var command = new ReconcileCommand(portal.Database, portal.Services.GetRequiredService<BlobContainerClient>(), portal.Clock) { Settling = settling };
        var code = await command.RunAsync(output, Cancel);
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
            select id, @application, 'receipt', 0, 'a.pdf', 'pdf', 3, repeat('0', 64), gen_random_uuid(), false, now(), @Id from unnest(@ids) as id
            """,
            new { application, user.ApplicantId, user.Id, ids = ids.ToArray() });
    }
}
