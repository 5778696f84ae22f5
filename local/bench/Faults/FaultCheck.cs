using System.Security.Cryptography;
using Dapper;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Faults;

/// <summary>What must hold after a fault, counted; all but <see cref="Checked"/>, <see cref="Files"/>, <see cref="Mails"/> and <see cref="MailRepeats"/> should be 0.</summary>
/// <param name="Checked">Acknowledged submissions looked for.</param>
/// <param name="Lost">Of them, those that are not there, whole.</param>
/// <param name="Doubled">Numbers with two live applications, submissions told twice in the history, receipt numbers given twice.</param>
/// <param name="Damaged">Documents that are missing or whose bytes differ from those sent.</param>
/// <param name="OverspentYen">What is pledged beyond the budget.</param>
/// <param name="TotalsOff">Programme years whose totals are not the sums of their applications.</param>
/// <param name="MailsMissing">Mails of the portal whose Message-ID never arrived.</param>
internal sealed record FaultCheck(int Checked, int Lost, int Doubled, int Files, int Damaged, long OverspentYen, int TotalsOff, int Mails, int MailsMissing, int MailRepeats)
{
    private const string MailHost = "grant-portal.example";

    public bool Holds => Lost == 0 && Doubled == 0 && Damaged == 0 && OverspentYen == 0 && TotalsOff == 0 && MailsMissing == 0;

    public static async Task<FaultCheck> RunAsync(FaultSystem system, IReadOnlyList<JourneyEnd> acknowledged, CancellationToken cancel)
    {
        await using var connection = await system.Database.OpenAsync(cancel);
        var stored = (await connection.QueryAsync<Stored>(
            """
            select a.id, a.number, a.receipt_number is not null and a.status = 'received' and exists (select from application_versions v where v.application_id = a.id and v.version = 1) as whole
            from applications a where a.id = any(@ids) and a.status <> 'draft'
            """,
            new { ids = acknowledged.Select(e => e.ApplicationId!.Value).ToArray() })).ToDictionary(s => s.Id);
        var lost = acknowledged.Count(e => !stored.TryGetValue(e.ApplicationId!.Value, out var row) || row.Number != e.Number || !row.Whole);
        var doubled = await connection.QuerySingleAsync<int>(
            """
            select (select count(*) from (select from applications where status <> 'draft' group by number having count(*) > 1) x)
              + (select count(*) from (select from applications where receipt_number is not null group by receipt_number having count(*) > 1) x)
              + (select count(*) from (select from events where kind = 'submitted' group by application_id having count(*) > 1) x)
            """);
        var (files, damaged) = await FilesAsync(system, connection, acknowledged, cancel);
        var money = await connection.QuerySingleAsync<Money>(
            """
            select
              coalesce((select greatest(0, sum(t.committed_yen + t.open_yen) - y.budget_yen) from programme_years y join programme_year_totals t on t.year_id = y.id where y.id = 'R8-care' group by y.budget_yen), 0)::bigint as overspent,
              (select count(*)::integer from programme_years y
               where (select coalesce(sum(open_yen), 0) from programme_year_totals where year_id = y.id)
                  <> (select coalesce(sum(applied_yen) filter (where status in ('received', 'reviewing', 'awaiting-decision', 'returned')), 0) from applications where year_id = y.id)) as off
            """);
        var mails = (await connection.QueryAsync<string>("select key from jobs where kind = 'mail'")).AsList();
        var taken = system.Mail.Taken;
        var arrived = taken.ToHashSet(StringComparer.Ordinal);
        return new(
            acknowledged.Count, lost, doubled, files, damaged, money.Overspent, money.Off, mails.Count,
            mails.Count(key => !arrived.Contains(MailSender.MessageId(key, MailHost))), taken.Count - arrived.Count);
    }

    /// <summary>
    /// Waits until the mails are sent. Retries and the leases of the dead are made due at once, as the minutes they wait for would make them; a lease is only
    /// taken for a dead worker's when nothing has moved for ten seconds.
    /// </summary>
    /// <returns>Whether all were sent in time.</returns>
    public static async Task<bool> MailsSentAsync(FaultSystem system, TimeSpan deadline, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (before, moved) = (-1, began);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (TimeProvider.System.GetElapsedTime(began) < deadline)
        {
            await using (var connection = await system.Database.OpenAsync(cancel))
            {
                var waiting = await connection.QuerySingleAsync<int>("select count(*)::integer from jobs where kind = 'mail' and state = 'ready'");
                if (waiting == 0) return true;
                if (waiting != before) (before, moved) = (waiting, TimeProvider.System.GetTimestamp());
                await connection.ExecuteAsync("update jobs set run_at = now() where kind = 'mail' and state = 'ready' and run_at > now()");
                if (TimeProvider.System.GetElapsedTime(moved) > TimeSpan.FromSeconds(10))
                    await connection.ExecuteAsync("update jobs set locked_until = null where kind = 'mail' and state = 'ready'");
            }
            await timer.WaitForNextTickAsync(cancel);
        }
        return false;
    }

    private static async Task<(int Files, int Damaged)> FilesAsync(FaultSystem system, NpgsqlConnection connection, IReadOnlyList<JourneyEnd> acknowledged, CancellationToken cancel)
    {
        var rows = (await connection.QueryAsync<Document>(
            """
            select d.application_id, d.id, d.kind from version_documents v join documents d on d.id = v.document_id
            where v.application_id = any(@ids) and v.version = 1
            """,
            new { ids = acknowledged.Select(e => e.ApplicationId!.Value).ToArray() })).ToDictionary(d => (d.ApplicationId, d.Kind), d => d.Id);
        var (files, damaged) = (0, 0);
        var wanted = acknowledged.SelectMany(e => e.Files.Select(file => (e.ApplicationId!.Value, file)));
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (one, stop) =>
        {
            Interlocked.Increment(ref files);
            if (!rows.TryGetValue((one.Value, one.file.Kind), out var id) || await HashAsync(system, id, stop) != one.file.Sha256) Interlocked.Increment(ref damaged);
        });
        return (files, damaged);
    }

    private static async Task<string?> HashAsync(FaultSystem system, Guid id, CancellationToken cancel)
    {
        try
        {
            var blob = await system.Blobs.GetBlobClient(id.ToString("D")).DownloadContentAsync(cancel);
            return Convert.ToHexStringLower(SHA256.HashData(blob.Value.Content.ToMemory().Span));
        }
        catch (Azure.RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private sealed record Stored(Guid Id, string Number, bool Whole);

    private sealed record Document(Guid ApplicationId, Guid Id, string Kind);

    private sealed record Money(long Overspent, int Off);
}
