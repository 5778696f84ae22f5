using Dapper;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Reviews;

/// <summary>A database with many applications in every state a queue shows, as they stand in the table.</summary>
public sealed class ManyApplications(PortalServices services) : IAsyncLifetime
{
    public static readonly Guid Clerk = new("00000000-0000-0000-0000-000000000001");

    private string connectionString = "";

    public Database Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = await services.NewDatabaseAsync();
        Database = Database.At(connectionString);
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync(
            """
            insert into users (id, email, normalized_email, name, security_stamp, created_at)
            values (@Clerk, 'clerk@test.example', 'CLERK@TEST.EXAMPLE', '審査 一郎', 's', now());
            insert into applicants (id, kind, name, representative, non_profit, contact_name, phone, created_at, updated_at)
            select gen_random_uuid(), 'sole-proprietor', '申請者 ' || i, '見本', false, '見本', '03-0000-0000', now(), now() from generate_series(1, 100) as i;
            insert into applications (id, applicant_id, programme, status, version, submissions, receipt_number, year_id, number, number_scope, name, applied_yen, received_at,
              reviewer_id, reviewers, recommendation, granted_yen, created_at, created_by, updated_at)
            select gen_random_uuid(), p.id, case when i % 3 = 0 then 'medical' else 'care' end, s.status, 2, 1, 'R8K-' || lpad(i::text, 7, '0') || '-0',
              case when i % 3 = 0 then 'R8-medical' else 'R8-care' end, lpad(i::text, 10, '0'), '*', case when i % 97 = 0 then 'ひまわり園 ' else '事業所 ' end || i, 64000,
              timestamptz '2026-05-07 00:00:00Z' + (i / 7) * interval '3 minutes', case when i % 11 = 0 or s.status in ('reviewing', 'awaiting-decision') then @Clerk end, array[@Clerk],
              case when s.status = 'awaiting-decision' then 'grant' end, case when s.status = 'granted' then 64000 end, now(), @Clerk, now()
            from generate_series(1, 20000) as i
            cross join lateral (select (array['received', 'received', 'reviewing', 'awaiting-decision', 'returned', 'granted', 'granted', 'refused'])[1 + i % 8] as status) s
            join (select id, row_number() over () as n from applicants) p on p.n = 1 + i % 100;
            analyze applications;
            analyze applicants;
            """,
            new { Clerk });
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await services.DropDatabaseAsync(connectionString);
    }
}

/// <summary>The queue among many applications: every filter's plan reads an index in order, and no page scans the table.</summary>
public sealed class QueuePlanTests(ManyApplications many) : IClassFixture<ManyApplications>
{
    private static readonly Status[] Every = [.. Enum.GetValues<Status>().Where(s => s is not (Status.Draft or Status.Paying or Status.Paid or Status.ReturnedTransfer))];
    private static readonly QueuePosition Middle = new(new DateTimeOffset(2026, 5, 10, 0, 0, 0, TimeSpan.Zero), Guid.Empty);

    private static readonly Dictionary<string, QueueFilter> Filters = new(StringComparer.Ordinal)
    {
        ["received"] = new QueueFilter([Status.Received]),
        ["every state"] = new QueueFilter(Every),
        ["care"] = new QueueFilter([Status.Received], Programme.Care),
        ["mine"] = new QueueFilter([Status.Received, Status.Reviewing, Status.AwaitingDecision, Status.Returned], Reviewer: ManyApplications.Clerk),
        ["receipt number"] = new QueueFilter(Every, Search: QueueSearch.Parse("R8K-0000123")),
        ["number"] = new QueueFilter(Every, Search: QueueSearch.Parse("1370101238")),
        ["name"] = new QueueFilter([Status.Granted], Programme.Medical, Search: QueueSearch.Parse("ひまわり")),
        ["all at once"] = new QueueFilter(Every, Programme.Care, ManyApplications.Clerk, QueueSearch.Parse("ひまわり")),
    };

    public static TheoryData<string> Names => [.. Filters.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_page_scans_the_table(string name)
    {
        var filter = Filters[name];
        await using var connection = await many.Database.OpenAsync(Stop);
        foreach (var after in new[] { null, Middle })
        {
            var plan = await PlanAsync(connection, filter, after);
            Assert.DoesNotContain("Seq Scan on applications", plan, StringComparison.Ordinal);
            Assert.Contains(" on applications x", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_further_on_begins_in_the_index_where_the_one_before_ended()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var plan = await PlanAsync(connection, Filters["received"], Middle);
        Assert.Matches(@"Index Scan using applications_queue on applications x[^\n]*\n\s*Index Cond: \(\(status = s\.status\) AND \(ROW\(received_at, id\) >", plan);
    }

    [Fact]
    public async Task The_check_can_fail()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var plan = string.Join('\n', await connection.QueryAsync<string>("explain select id from applications where name = 'x' order by updated_at limit 50"));
        Assert.Contains("Seq Scan on applications", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_case_is_the_oldest_and_is_found_without_a_scan()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        var clerk = new Actor(ManyApplications.Clerk, "審査 一郎", new HashSet<StaffRole> { StaffRole.Reviewer }, new Dictionary<Guid, MemberRole>());
        Task<long> Scans() => connection.ExecuteScalarAsync<long>("select seq_scan from pg_stat_xact_user_tables where relname = 'applications'");
        var before = await Scans();
        var id = await ReviewQueries.NextForUpdateAsync(connection, clerk);
        Assert.Equal(before, await Scans());
        Assert.Equal(await connection.ExecuteScalarAsync<Guid>("select id from applications where status = 'received' order by received_at, id limit 1"), id);
    }

    [Fact]
    public async Task Pages_are_those_of_one_sorted_list()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var filter = new QueueFilter([Status.Received, Status.Reviewing, Status.Granted], Programme.Care);
        var expected = (await connection.QueryAsync<Guid>(
            "select id from applications where status in ('received', 'reviewing', 'granted') and programme = 'care' order by received_at, id limit 500")).AsList();
        var read = new List<Guid>();
        QueuePosition? after = null;
        while (read.Count < 500)
        {
            var page = await ReviewQueries.QueueAsync(connection, filter, after, 50);
            read.AddRange(page.Select(l => l.Id));
            after = new QueuePosition(page[^1].ReceivedAt, page[^1].Id);
        }
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task Counting_stops_at_its_bound()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var counts = await ReviewQueries.CountAsync(connection, [Status.Received, Status.Withdrawn], reviewer: null);
        Assert.Equal([ReviewQueries.MostCounted, 0], counts.OrderBy(c => c.Status).Select(c => c.Count));
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, QueueFilter filter, QueuePosition? after) => string.Join('\n', await connection.QueryAsync<string>(
        "explain " + ReviewQueries.QueueSql(filter, after),
        new
        {
            Statuses = filter.Statuses.Select(s => s.Code()).ToArray(),
            filter.Programme,
            filter.Reviewer,
            filter.Search?.Text,
            AfterReceived = after?.ReceivedAt,
            AfterId = after?.Id,
            Most = 51,
        }));
}
