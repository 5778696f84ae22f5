using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain.Programmes;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <param name="Rows">Written, all tables.</param>
/// <param name="Phases">Seconds by what took them.</param>
internal sealed record Seeded(long Rows, IReadOnlyDictionary<string, double> Phases, IReadOnlyDictionary<string, long> Tables);

/// <summary>
/// Fills a migrated, empty database with a country: institutions, applicants, accounts, and applications in all states, each told by the
/// domain's own acts. The same count gives the same country. For every benchmark that needs data.
/// </summary>
internal static class Seeding
{
    private const ulong Seed = 20_260_401;

    /// <summary>Applications told by one task at a time.</summary>
    private const int Batch = 500;

    /// <summary>Whether the country is there already: <c>seed</c> filled the folder that <c>--data</c> names.</summary>
    public static async Task<bool> IsDoneAsync(string connectionString, int count, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await connection.QuerySingleAsync<int>(new CommandDefinition("select count(*)::integer from applications", cancellationToken: cancel)) == count;
    }

    /// <param name="whole">False: applications alone, without versions, documents and histories: for what reads none of them.</param>
    /// <exception cref="LocalException">The database holds applications already.</exception>
    public static async Task<Seeded> RunAsync(string connectionString, int count, CancellationToken cancel, bool whole = true)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var database = Database.At(connectionString);
        await RefuseFilledAsync(source, cancel);
        var phases = new Dictionary<string, double>(StringComparer.Ordinal);
        async Task<T> TimedAsync<T>(string phase, Func<Task<T>> run)
        {
            var watch = Stopwatch.StartNew();
            var result = await run();
            phases[phase] = Math.Round(watch.Elapsed.TotalSeconds, 2);
            Report.Progress($"seed: {phase} {phases[phase]:0.0} s");
            return result;
        }

        var dice = new Dice(Seed);
        var endings = Plan.Endings(count, Seed);
        var country = await TimedAsync("institutions", () => Country.BuildAsync(source, database, endings.Count(e => Domain.Applications.Statuses.IsLive(e)), dice, cancel));
        var planned = Plan.Make(endings, country, dice);
        var owners = planned.Select(p => p.Institution.Owner).Distinct().ToList();
        var staff = new Staff(dice);
        var accounts = await TimedAsync("accounts", () => staff.WriteAsync(source, owners, dice, cancel));
        var years = await YearsAsync(source, cancel);
        var banks = await BanksAsync(database, cancel);
        var later = await LaterAsync(source, cancel);
        await using var tables = await CaseTables.OpenAsync(source, staff, whole, cancel);
        await TimedAsync("applications", async () =>
        {
            await TellAsync(planned, tables, p => Story.Tell(p, years[(p.Institution.Programme, Calendar.Year(p.Phase))], staff, banks, database.Protection, Dice.For(Seed, p.Index + 1_000_000_000L)), cancel);
            await tables.CompleteAsync(cancel);
            return true;
        });
        await TimedAsync("finish", () => FinishAsync(source, tables, planned.Max(p => p.Serial), later, cancel));
        if (whole) await TimedAsync("verification", () => Verification.RunAsync(source, cancel));
        return new Seeded(
            country.Institutions.Count + accounts + tables.Rows, phases,
            tables.All.ToDictionary(t => t.Name, t => t.Rows, StringComparer.Ordinal));
    }

    private static async Task RefuseFilledAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        if (await connection.ExecuteScalarAsync<bool>("select exists (select from users) or exists (select from applications)"))
            throw new LocalException("The database holds accounts or applications already. Give an empty --data directory.");
    }

    private static async Task<Dictionary<(Programme, string), ProgrammeYear>> YearsAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return (await ProgrammeYearStore.AllAsync(connection, cancel)).ToDictionary(y => (y.Programme, y.Year));
    }

    /// <summary>Imports the list of banks and gives all branches but Yucho's, which people enter in its own way.</summary>
    private static async Task<IReadOnlyList<(string Bank, string Branch)>> BanksAsync(Database database, CancellationToken cancel)
    {
        _ = await new BankImport(database).RunAsync(RepositoryRoot.Banks, cancel);
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(string, string)>("select bank_code, code from bank_branches where bank_code <> '9900' order by bank_code, code")).AsList();
    }

    /// <summary>Told on all cores, written in order.</summary>
    private static async Task TellAsync(Planned[] planned, CaseTables tables, Func<Planned, Case> tell, CancellationToken cancel)
    {
        var batches = Channel.CreateBounded<Task<Case[]>>(Environment.ProcessorCount * 2);
        var telling = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var batch in planned.Chunk(Batch)) await batches.Writer.WriteAsync(Task.Run(() => Array.ConvertAll(batch, p => tell(p)), cancel), cancel);
                }
                finally
                {
                    batches.Writer.Complete();
                }
            },
            cancel);
        var (written, watch) = (0, Stopwatch.StartNew());
        await foreach (var batch in batches.Reader.ReadAllAsync(cancel))
        {
            foreach (var one in await batch) tables.Write(one);
            written += Batch;
            if (written % 100_000 == 0) Report.Progress($"seed: {written:N0} of {planned.Length:N0} applications, {written / watch.Elapsed.TotalSeconds:N0} a second");
        }
        await telling;
    }

    /// <summary>Drops the index of tokens, which is built in a fraction of the time it takes to keep it.</summary>
    /// <returns>What makes it again.</returns>
    private static async Task<string> LaterAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await connection.QuerySingleAsync<string>("select indexdef from pg_indexes where indexname = 'applications_tokens'; drop index applications_tokens");
    }

    private static async Task<bool> FinishAsync(NpgsqlDataSource source, CaseTables tables, long serial, string later, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition($"set maintenance_work_mem = '512MB'; {later}", commandTimeout: 0, cancellationToken: cancel));
        foreach (var (year, (open, committed)) in tables.Totals)
        {
            await connection.ExecuteAsync(
                """
                update programme_year_totals
                set open_yen = @Open, committed_yen = @Committed
                where year_id = @Year and stripe = 0
                """,
                new { Year = year, Open = open, Committed = committed });
        }
        if (serial > 0) await connection.ExecuteAsync("select setval('receipt_serial', @Serial)", new { Serial = serial });
        await connection.ExecuteAsync(new CommandDefinition("vacuum (analyze)", commandTimeout: 0, cancellationToken: cancel));
        return true;
    }
}
