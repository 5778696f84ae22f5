using System.Diagnostics;
using System.Net;
using Dapper;
using GrantPortal.Bench.Seed;
using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Applications;
using GrantPortal.Local;
using GrantPortal.Web.Features.Reviews;
using Npgsql;

namespace GrantPortal.Bench.Queue;

/// <summary>
/// 審査, the list, as a clerk gets it: whole pages over HTTP, at several sizes of the table. Every size has a database and a portal of its own, and they are
/// asked in turn, so that whatever else the machine does falls on all alike and their ratio can be compared.
/// </summary>
internal static class QueueBenchmark
{
    public static async Task RunAsync(BenchArguments arguments, CancellationToken cancel)
    {
        var largest = arguments.Count(whole: 1_000_000, quick: 10_000);
        var (rounds, warmUp) = arguments.Quick ? (40, 10) : (400, 50);
        int[] sizes = [.. new[] { 1_000, 100_000, largest }.Where(n => n <= largest).Distinct()];
        await using var services = await BenchServices.StartAsync(arguments, cancel);
        var tables = new List<Table>();
        try
        {
            foreach (var size in sizes) tables.Add(await OpenAsync(services, size, cancel));
            // A desk that is at work: code compiled, statements prepared.
            Report.Progress($"warming up: {warmUp} rounds");
            for (var i = 0; i < warmUp; i++)
            {
                foreach (var (page, address) in Pages())
                    foreach (var table in tables) await table.AskAsync(page, address(table), keep: false, cancel);
            }
            foreach (var (page, address) in Pages())
            {
                Report.Progress($"{page}: {rounds} rounds");
                for (var i = 0; i < rounds; i++)
                {
                    foreach (var table in tables) await table.AskAsync(page, address(table), keep: true, cancel);
                }
                foreach (var table in tables)
                {
                    var (pages, statements) = table.Times(page);
                    var least = tables[0].Times(page).Pages;
                    Report.Line("queue", new
                    {
                        page,
                        applications = table.Size,
                        lines = table.Lines(page),
                        rounds,
                        p50Ms = Math.Round(Browsers.Percentile(pages, 0.50), 1),
                        p95Ms = Math.Round(Browsers.Percentile(pages, 0.95), 1),
                        statementP50Ms = Math.Round(Browsers.Percentile(statements, 0.50), 2),
                        ratioP50 = Math.Round(Browsers.Percentile(pages, 0.50) / Browsers.Percentile(least, 0.50), 2),
                        ratioP95 = Math.Round(Browsers.Percentile(pages, 0.95) / Browsers.Percentile(least, 0.95), 2),
                    });
                }
            }
        }
        finally
        {
            foreach (var table in tables) await table.DisposeAsync();
        }
    }

    /// <summary>Name and address of each page. All are a reviewer's, most urgent first.</summary>
    private static IEnumerable<(string Name, Func<Table, QueueAddress> Address)> Pages() =>
    [
        ("first", _ => new QueueAddress()),
        ("every state", _ => new QueueAddress { Status = QueueAddress.All }),
        ("own list", _ => new QueueAddress { Mine = true }),
        ("prefecture and programme", _ => new QueueAddress { Prefecture = "13", Programme = "care" }),
        ("rare: failed, 10,000 yen or more, largest first", _ => new QueueAddress { Flag = "failed", AmountFrom = "10000", Sort = "-amount" }),
        ("name", _ => new QueueAddress { Q = "さくら" }),
        ("name none has", _ => new QueueAddress { Q = "鑿鑢鉋" }),
        ("number", table => new QueueAddress { Q = table.Number }),
        ("deep", table => new QueueAddress { After = QueueAddress.Behind(table.Deep) }),
    ];

    private static async Task<Table> OpenAsync(BenchServices services, int size, CancellationToken cancel)
    {
        var connectionString = services.Services.ConnectionString($"queue_{size}");
        await Migrations.ApplyAsync(connectionString, cancel);
        Report.Progress($"seeding {size:N0} applications");
        await Seeding.RunAsync(connectionString, size, cancel, whole: false);
        await using (var connection = new NpgsqlConnection(connectionString))
            await connection.ExecuteAsync("create extension if not exists pg_prewarm; select pg_prewarm(oid::regclass) from pg_class where relname like 'applications%' and relkind in ('r', 'i')", commandTimeout: 0);
        var portal = await PortalProcess.StartAsync(services.Services, new PortalProcessOptions
        {
            ConnectionString = connectionString,
            Clock = Calendar.End,
            Name = $"web-{size}",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Jobs__Poll"] = "false", ["Logging__LogLevel__Default"] = "Warning" },
        }, cancel);
        var database = Database.At(connectionString);
        await using var reader = await database.OpenAsync(cancel);
        var deep = await reader.QuerySingleAsync<QueuePosition>(
            """
            select due_on, applied_yen, received_at, id
            from applications
            where status = 'received'
            order by due_on, received_at, id
            offset (select count(*) * 7 / 10 from applications where status = 'received') limit 1
            """);
        var number = await reader.QueryFirstAsync<string>("select number from applications where status = 'received' order by id limit 1");
        var clerk = await reader.QuerySingleAsync<Guid>("select id from users where email = 'reviewer1@bench.example'");
        return new Table(size, portal, database, await Browsers.SignInAsync(portal.Url, "reviewer1@bench.example", Staff.Password, cancel), deep, number, clerk);
    }

    /// <summary>One size of the table, with its portal.</summary>
    private sealed class Table(int size, PortalProcess portal, Database database, HttpClient browser, QueuePosition deep, string number, Guid clerk) : IAsyncDisposable
    {
        private readonly Dictionary<string, (List<double> Pages, List<double> Statements, int Lines)> measured = new(StringComparer.Ordinal);

        public int Size => size;

        public QueuePosition Deep => deep;

        public string Number => number;

        public int Lines(string page) => measured[page].Lines;

        /// <summary>Milliseconds, ascending.</summary>
        public (IReadOnlyList<double> Pages, IReadOnlyList<double> Statements) Times(string page) => ([.. measured[page].Pages.Order()], [.. measured[page].Statements.Order()]);

        /// <summary>The page over HTTP, and its statement alone.</summary>
        public async Task AskAsync(string page, QueueAddress address, bool keep, CancellationToken cancel)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await browser.GetAsync(new Uri(address.ToString(), UriKind.Relative), cancel);
            _ = await answer.Content.ReadAsByteArrayAsync(cancel);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (answer.StatusCode != HttpStatusCode.OK) throw new LocalException($"{address} was answered with {(int)answer.StatusCode}.");

            var actor = new Domain.Accounts.Actor(clerk, "", new HashSet<Domain.Accounts.StaffRole> { Domain.Accounts.StaffRole.Reviewer }, new Dictionary<Guid, Domain.Accounts.MemberRole>());
            await using var connection = await database.OpenAsync(cancel);
            began = Stopwatch.GetTimestamp();
            var (lines, _) = await ReviewQueries.QueueAsync(
                connection, address.Filter(actor, Domain.JapanTime.DateOf(Calendar.End)), address.Order, address.Position, QueuePage.Size + 1);
            var statement = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (!measured.TryGetValue(page, out var times)) times = ([], [], 0);
            measured[page] = times with { Lines = Math.Min(lines.Count, QueuePage.Size) };
            if (!keep) return;
            times.Pages.Add(took);
            times.Statements.Add(statement);
        }

        public async ValueTask DisposeAsync()
        {
            browser.Dispose();
            await portal.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
