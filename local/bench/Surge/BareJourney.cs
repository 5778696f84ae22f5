using System.Diagnostics;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Npgsql;
using NpgsqlTypes;

namespace GrantPortal.Bench.Surge;

/// <summary>
/// The floor: what the two stores alone have to do for a journey, asked of them directly: the same three files by Azure's SDK, then every row a journey leaves
/// in one transaction of prepared statements in one round trip. No portal, no HTTP, no pages, no reading; one after the other as fast as they answer.
/// </summary>
internal static class BareJourney
{
    private const int Clients = 16;

    private const string Rows =
        """
        begin;
        insert into applications (id, applicant_id, programme, status, version, created_at, created_by, updated_at)
          select $1, m.applicant_id, 'care', 'draft', 1, now(), m.user_id, now() from memberships m where m.user_id = $2;
        insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
          select $1, s, (select answers from application_versions limit 1), 1, $1, now(), $2 from unnest(array['office', 'amount', 'account', 'receipts']) as s;
        insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by)
          select d.id, $1, d.kind, 0, d.kind, d.type, d.size, d.sha256, d.id, true, now(), $2
          from unnest($3, array['passbook', 'service-proof', 'receipt'], array['jpeg', 'pdf', 'pdf'], $4, $5) as d (id, kind, type, size, sha256);
        insert into application_versions (application_id, version, year_id, answers, content, applied_yen, submitted_at, submitted_by)
          select $1, 1, 'R7-care', v.answers, v.content, 64000, now(), $2 from (select answers, content from application_versions limit 1) v;
        insert into version_documents (application_id, version, document_id) select $1, 1, unnest($3);
        delete from working_sections where application_id = $1;
        update applications set status = 'received', version = 2, submissions = 1, receipt_number = 'F' || nextval('receipt_serial'), year_id = 'R7-care', number = 'F' || lpad(currval('receipt_serial')::text, 9, '0'),
          number_scope = '*', name = 'floor', applied_yen = 64000, received_at = now() where id = $1;
        update programme_year_totals set open_yen = open_yen + 64000 where year_id = 'R7-care' and stripe = pg_backend_pid() % 16;
        insert into events (application_id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen) values ($1, 'submitted', now(), $2, 'floor', false, 1, 'received', 64000);
        insert into jobs (kind, key, payload, run_at, created_at) select 'mail', 'floor-' || $1, j.payload, 'infinity', now() from (select payload from jobs where kind = 'mail' limit 1) j;
        commit
        """;

    /// <returns>Journeys a second.</returns>
    public static async Task<double> RunAsync(BenchServices services, double seconds, CancellationToken cancel)
    {
        var files = new BlobServiceClient(services.Services.StorageConnectionString, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03)).GetBlobContainerClient("floor");
        await files.CreateIfNotExistsAsync(cancellationToken: cancel);
        await using var source = NpgsqlDataSource.Create(services.ConnectionString);
        await using var reader = await source.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand("select user_id from memberships order by user_id limit 1", reader);
        var user = (Guid)(await command.ExecuteScalarAsync(cancel))!;
        var (done, clock) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var batch = Batch(connection);
            await batch.PrepareAsync(cancel);
            while (clock.Elapsed.TotalSeconds < seconds)
            {
                await OneAsync(files, batch, user, cancel);
                Interlocked.Increment(ref done);
            }
        }));
        return done / clock.Elapsed.TotalSeconds;
    }

    private static async Task OneAsync(BlobContainerClient files, NpgsqlBatch batch, Guid user, CancellationToken cancel)
    {
        var ids = new Guid[SurgeJourney.Files.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = Guid.NewGuid();
            using var bytes = new MemoryStream(SurgeJourney.Files[i].Bytes, writable: false);
            await files.GetBlobClient(ids[i].ToString()).UploadAsync(bytes, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = SurgeJourney.Files[i].Type } }, cancel);
        }
        var application = Guid.CreateVersion7();
        foreach (var statement in batch.BatchCommands)
        {
            foreach (NpgsqlParameter parameter in statement.Parameters)
            {
                parameter.Value = parameter.SourceColumn switch
                {
                    "1" => application,
                    "2" => user,
                    "3" => ids,
                    "4" => SurgeJourney.Files.Select(f => (long)f.Bytes.Length).ToArray(),
                    _ => Hashes,
                };
            }
        }
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static string[] Hashes { get; } = [.. SurgeJourney.Files.Select(f => Convert.ToHexStringLower(SHA256.HashData(f.Bytes)))];

    /// <summary>Each statement with the parameters it names, in order.</summary>
    private static NpgsqlBatch Batch(NpgsqlConnection connection)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var statement in Rows.Split(';'))
        {
            var (text, next) = (statement.Trim(), 0);
            var one = new NpgsqlBatchCommand();
            foreach (var n in new[] { "1", "2", "3", "4", "5" })
            {
                if (!text.Contains("$" + n, StringComparison.Ordinal)) continue;
                text = text.Replace("$" + n, FormattableString.Invariant($"${++next}"), StringComparison.Ordinal);
                one.Parameters.Add(new NpgsqlParameter
                {
                    SourceColumn = n,
                    NpgsqlDbType = n switch
                    {
                        "1" or "2" => NpgsqlDbType.Uuid,
                        "3" => NpgsqlDbType.Array | NpgsqlDbType.Uuid,
                        "4" => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                        _ => NpgsqlDbType.Array | NpgsqlDbType.Text,
                    },
                });
            }
            one.CommandText = text;
            batch.BatchCommands.Add(one);
        }
        return batch;
    }
}
