using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Local;
using GrantPortal.Web.Features.Documents;

namespace GrantPortal.Bench.Reconcile;

/// <summary>
/// <c>reconcile</c> over growing numbers of rows and blobs, with its memory. In the last step most rows have no blob: each is found missing, and written down.
/// Rows and blobs are made in the order of their numbers, so that each step adds to the one before.
/// </summary>
internal static class ReconcileBenchmark
{
    private const int UploadsAtOnce = 48;

    /// <summary>SHA-256 of the bytes "abc".</summary>
    private const string Sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        (int Rows, int Blobs)[] steps = arguments.Quick ? [(1000, 1000), (10_000, 1000)] : [(10_000, 10_000), (100_000, 100_000), (1_000_000, 100_000)];
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        await using var database = Database.At(services.ConnectionString);
        var storage = new StorageOptions { ConnectionString = services.Services.StorageConnectionString, Container = "reconcile" };
        var (container, quarantine) = (storage.Open(), storage.OpenQuarantine());
        foreach (var each in new[] { container, quarantine.Blobs }) await each.CreateIfNotExistsAsync(cancellationToken: cancel);
        var owner = await OwnerAsync(database, cancel);
        var (rows, blobs) = (0, 0);
        foreach (var step in steps)
        {
            Report.Progress($"{step.Rows} rows, {step.Blobs} blobs");
            await AddRowsAsync(database, owner, rows, step.Rows, cancel);
            await AddBlobsAsync(container, blobs, step.Blobs, cancel);
            (rows, blobs) = step;
            // What was seeded is no part of what is measured.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var (before, managedBefore) = (Resident(), GC.GetTotalMemory(forceFullCollection: true));
            var peak = new Peak();
            using var sampling = new Timer(_ => peak.Sample(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
            var clock = Stopwatch.StartNew();
            var code = await new ReconcileCommand(database, container, quarantine, TimeProvider.System).RunAsync(TextWriter.Null, cancel);
            var seconds = clock.Elapsed.TotalSeconds;
            peak.Sample();
            var missing = step.Rows - step.Blobs;
            if ((code == 1) != missing > 0) throw new LocalException($"reconcile ended with {code} and {missing} files are missing.");
            await using var connection = await database.OpenAsync(cancel);
            if (await connection.QuerySingleAsync<int>("select count(*)::integer from file_faults where resolved_at is null") is var told && told != missing) throw new LocalException($"{missing} files are missing and {told} were written down.");
            Report.Line("reconcile", new
            {
                rows = step.Rows,
                blobs = step.Blobs,
                missing,
                seconds = Math.Round(seconds, 1),
                rowsPerSecond = Math.Round(step.Rows / seconds),
                managedBeforeMiB = MiB(managedBefore),
                managedPeakMiB = MiB(peak.Managed),
                residentBeforeMiB = MiB(before),
                residentPeakMiB = MiB(peak.Resident),
            });
        }
    }

    private static double MiB(long bytes) => Math.Round(bytes / 1024.0 / 1024.0, 1);

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static async Task<(Guid Application, Guid User)> OwnerAsync(Database database, CancellationToken cancel)
    {
        var (application, user) = (Guid.NewGuid(), Guid.NewGuid());
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            """
            insert into users (id, email, normalized_email, name, security_stamp, created_at) values (@user, 'bench@test.example', 'BENCH@TEST.EXAMPLE', '測定', 's', now());
            insert into applicants (id, kind, name, representative, non_profit, contact_name, phone, created_at, updated_at)
            values (@application, 'sole-proprietor', '測定', '測定', false, '測定', '03-0000-0000', now(), now());
            insert into applications (id, applicant_id, programme, status, version, created_at, created_by, updated_at) values (@application, @application, 'care', 'draft', 1, now(), @user, now());
            """,
            new { application, user });
        return (application, user);
    }

    private static async Task AddRowsAsync(Database database, (Guid Application, Guid User) owner, int from, int to, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by)
            select md5('file ' || i)::uuid, @Application, 'receipt', 0, 'a.pdf', 'pdf', 3, @Sha256, md5('upload ' || i)::uuid, false, now(), @User from generate_series(@from, @to - 1) as i
            """,
            new { owner.Application, owner.User, from, to, Sha256 }, commandTimeout: 600, cancellationToken: cancel));
        await connection.ExecuteAsync(new CommandDefinition("vacuum analyze documents", commandTimeout: 600, cancellationToken: cancel));
    }

    private static Task AddBlobsAsync(BlobContainerClient container, int from, int to, CancellationToken cancel) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancel }, async (i, stop) =>
        {
            if (i % 10_000 == 0 && i > from) Report.Progress($"{i} blobs");
            await container.GetBlobClient(Name(i)).UploadAsync(BinaryData.FromString("abc"), overwrite: true, stop);
        });

    /// <summary>As the rows have it.</summary>
#pragma warning disable CA5351 // A name, and no protection.
    private static string Name(int i) => Guid.ParseExact(Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"file {i}")))), "N").ToString("D");
#pragma warning restore CA5351

    /// <summary>The most that was in use, looked at every 20 ms.</summary>
    private sealed class Peak
    {
        private readonly Lock gate = new();

        public long Managed { get; private set; }

        public long Resident { get; private set; }

        public void Sample()
        {
            var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: false), ReconcileBenchmark.Resident());
            lock (gate) (Managed, Resident) = (Math.Max(Managed, managed), Math.Max(Resident, resident));
        }
    }
}
