using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Surge;

/// <summary>What was found of everything acknowledged.</summary>
/// <param name="Documents">Rows of submitted versions, each with a blob of its size.</param>
/// <param name="Hashed">Blobs read again whose SHA-256 is that of their row and of the file sent.</param>
internal sealed record Kept(int Applications, int Documents, int Hashed);

/// <summary>Whether everything acknowledged is there: the portal's word against the database and the blob store, asked directly.</summary>
internal static class Ledger
{
    private const int Sample = 200;

    /// <exception cref="LocalException">Something acknowledged is missing, twice there, or different.</exception>
    public static async Task<Kept> VerifyAsync(BenchServices services, IReadOnlyCollection<Acknowledged> acknowledged, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(services.ConnectionString);
        var wrong = (await connection.QueryAsync<(Guid Id, string Found)>(new CommandDefinition(
            """
            select f.id, format('%s applications, %s versions, %s events, %s documents, %s mails', f.applications, f.versions, f.events, f.documents, f.mails)
            from (
              select a.id,
                (select count(*) from applications x where x.id = a.id and x.receipt_number = a.number and x.status = 'received' and x.submissions = 1) as applications,
                (select count(*) from application_versions v where v.application_id = a.id) as versions,
                (select count(*) from events e where e.application_id = a.id and e.kind = 'submitted') as events,
                (select count(*) from version_documents v where v.application_id = a.id) as documents,
                coalesce(m.count, 0) as mails
              from unnest(@ids, @numbers) as a (id, number)
              left join (select split_part(key, ':', 3) as id, count(*) from jobs where key like 'mail:application:%' group by 1) m on m.id = a.id::text) f
            where (f.applications, f.versions, f.events, f.documents, f.mails) <> (1, 1, 1, 3, 1)
            """,
            new { ids = acknowledged.Select(a => a.Id).ToArray(), numbers = acknowledged.Select(a => a.ReceiptNumber).ToArray() }, commandTimeout: 0, cancellationToken: cancel))).AsList();
        if (wrong.Count > 0) throw new LocalException($"{wrong.Count} of {acknowledged.Count} acknowledged submissions are not in the database as acknowledged; the first, {wrong[0].Id}: {wrong[0].Found}.");

        var documents = (await connection.QueryAsync<(Guid Id, string Kind, long Size, string Sha256)>(new CommandDefinition(
            "select d.id, d.kind, d.size, d.sha256 from version_documents v join documents d on d.id = v.document_id where v.application_id = any (@ids)",
            new { ids = acknowledged.Select(a => a.Id).ToArray() }, commandTimeout: 0, cancellationToken: cancel))).AsList();
        var container = new BlobServiceClient(services.Services.StorageConnectionString, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03)).GetBlobContainerClient("documents");
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancel)) sizes[blob.Name] = blob.Properties.ContentLength ?? -1;
        foreach (var document in documents)
            if (sizes.GetValueOrDefault(document.Id.ToString()) != document.Size) throw new LocalException($"The blob of document {document.Id} is missing or has another size.");

        var sent = SurgeJourney.Files.Zip(["passbook", "service-proof", "receipt"]).ToDictionary(p => p.Second, p => Convert.ToHexStringLower(SHA256.HashData(p.First.Bytes)), StringComparer.Ordinal);
        var step = Math.Max(1, documents.Count / Sample);
        var hashed = 0;
        for (var i = 0; i < documents.Count; i += step, hashed++)
        {
            await using var bytes = await container.GetBlobClient(documents[i].Id.ToString()).OpenReadAsync(cancellationToken: cancel);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancel));
            if (hash != documents[i].Sha256 || hash != sent[documents[i].Kind]) throw new LocalException($"The bytes of document {documents[i].Id} are not those that were sent.");
        }
        return new Kept(acknowledged.Count, documents.Count, hashed);
    }
}
