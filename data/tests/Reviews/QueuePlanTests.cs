using System.Text.Json;
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

    public static readonly Guid Team = new("00000000-0000-0000-0000-000000000002");

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
            insert into teams (id, name, to_members, created_at) values (@Team, '一班', false, now());
            insert into applicants (id, kind, name, representative, non_profit, contact_name, phone, created_at, updated_at)
            select gen_random_uuid(), 'sole-proprietor', '申請者 ' || i, '見本', false, '見本', '03-0000-0000', now(), now() from generate_series(1, 100) as i;
            insert into applications (id, applicant_id, programme, status, version, submissions, receipt_number, year_id, number, number_scope, name, applied_yen, received_at,
              reviewer_id, reviewers, recommendation, granted_yen, answer_by, team_id, returned_before, reported, check_failed, created_at, created_by, updated_at)
            select gen_random_uuid(), p.id, case when i % 3 = 0 then 'medical' else 'care' end, s.status, 2, 1, 'R8K-' || lpad(i::text, 7, '0') || '-0',
              case when i % 3 = 0 then 'R8-medical' else 'R8-care' end, lpad((1 + i % 47)::text, 2, '0') || lpad(i::text, 8, '0'), '*', case when i % 97 = 0 then 'ひまわり園 ' else '事業所 ' end || i, 1000 * (1 + i % 160),
              timestamptz '2026-05-07 00:00:00Z' + (i / 7) * interval '3 minutes', case when i % 11 = 0 or s.status in ('reviewing', 'awaiting-decision') then @Clerk end, array[@Clerk],
              case when s.status = 'awaiting-decision' then 'grant' end, case when s.status = 'granted' then 1000 end,
              case when s.status = 'returned' then date '2026-06-01' + i % 60 end, case when i % 8 < 6 then @Team end, i % 13 = 0, i % 1001 = 0, i % 501 = 0, now(), @Clerk, now()
            from generate_series(1, 20000) as i
            cross join lateral (select (array['received', 'received', 'reviewing', 'awaiting-decision', 'returned', 'granted', 'granted', 'refused'])[1 + i % 8] as status) s
            join (select id, row_number() over () as n from applicants) p on p.n = 1 + i % 100;
            analyze applications;
            analyze applicants;
            """,
            new { Clerk, Team });
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await services.DropDatabaseAsync(connectionString);
    }
}

/// <summary>The queue among many applications: whatever is filtered and sorted, a page reads an index, sorts little and never scans the table.</summary>
public sealed class QueuePlanTests(ManyApplications many) : IClassFixture<ManyApplications>
{
    private static readonly Status[] Every = [.. Enum.GetValues<Status>().Where(s => s is not (Status.Draft or Status.Paying or Status.Paid or Status.ReturnedTransfer))];
    private static readonly Status[] Open = [.. Every.Where(s => s.IsOpen())];
    private static readonly QueuePosition Middle = new(new DateOnly(2026, 6, 30), 80_000, new DateTimeOffset(2026, 5, 10, 0, 0, 0, TimeSpan.Zero), Guid.Empty);

    private static readonly QueueOrder[] Orders = [.. Enum.GetValues<QueueSort>().SelectMany(s => new[] { new QueueOrder(s), new QueueOrder(s, Descending: true) })];

    private static readonly Dictionary<string, QueueFilter> Filters = new(StringComparer.Ordinal)
    {
        ["received"] = new QueueFilter([Status.Received]),
        ["every state"] = new QueueFilter(Every),
        ["care"] = new QueueFilter([Status.Received], Programme.Care),
        ["prefecture"] = new QueueFilter([Status.Received]) { Prefecture = "13" },
        ["team"] = new QueueFilter([Status.Received]) { Team = ManyApplications.Team },
        ["mine"] = new QueueFilter(Open, Reviewer: ManyApplications.Clerk),
        ["nobody's"] = new QueueFilter(Open) { Unassigned = true },
        ["reported"] = new QueueFilter(Every) { Flag = QueueFlag.Reported },
        ["failed"] = new QueueFilter(Every) { Flag = QueueFlag.Failed },
        ["returned before"] = new QueueFilter(Open) { Flag = QueueFlag.Returned },
        ["uncovered"] = new QueueFilter([Status.Received]) { Flag = QueueFlag.Uncovered },
        ["overdue"] = new QueueFilter(Open) { OverdueOn = new DateOnly(2026, 6, 20) },
        ["amounts"] = new QueueFilter([Status.Granted]) { AmountFrom = 100_000, AmountTo = 101_000 },
        ["dates"] = new QueueFilter(Every) { ReceivedFrom = new DateOnly(2026, 5, 9), ReceivedTo = new DateOnly(2026, 5, 9) },
        ["receipt number"] = new QueueFilter(Every, Search: QueueSearch.Parse("R8K-0000123")),
        ["number"] = new QueueFilter(Every, Search: QueueSearch.Parse("1300001238")),
        ["beginning of a number"] = new QueueFilter(Every, Search: QueueSearch.Parse("1300")),
        ["name"] = new QueueFilter([Status.Granted], Programme.Medical, Search: QueueSearch.Parse("ひまわり")),
        ["name that nearly all have"] = new QueueFilter(Every, Search: QueueSearch.Parse("事業")),
        ["name that none has"] = new QueueFilter(Every, Search: QueueSearch.Parse("白鷺")),
        ["all at once"] = new QueueFilter(Every, Programme.Care, ManyApplications.Clerk, QueueSearch.Parse("ひまわり"))
        {
            Prefecture = "13",
            Team = ManyApplications.Team,
            Flag = QueueFlag.Returned,
            OverdueOn = new DateOnly(2026, 7, 20),
            AmountFrom = 1_000,
            AmountTo = 900_000,
            ReceivedFrom = new DateOnly(2026, 5, 9),
            ReceivedTo = new DateOnly(2026, 5, 19),
            WithoutConflictsOf = ManyApplications.Clerk,
        },
    };

    public static TheoryData<string> Names => [.. Filters.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_page_scans_the_table_or_sorts_much_of_it(string name)
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        foreach (var order in Orders)
        {
            foreach (var after in new[] { null, Middle })
            {
                var plan = await PlanAsync(connection, QueueSql.Page(Filters[name], order, after, 51, QueueSql.MostSorted), ReviewQueries.PageParameters(Filters[name], after));
                Assert.False(plan.Any(n => n is { Type: "Seq Scan", Relation: "applications" }), $"{name} {order} scans the table.");
                Assert.Contains(plan, n => n.Relation == "applications");
                var sorted = plan.Where(n => n.Type.Contains("Sort", StringComparison.Ordinal)).Select(n => n.RowsIn).DefaultIfEmpty().Max();
                Assert.True(sorted <= QueueSql.MostSorted + 1, $"{name} {order} sorts {sorted} rows.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_is_what_one_sorted_list_says(string name)
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var filter = Filters[name];
        foreach (var order in Orders)
        {
            var column = order.Sort switch { QueueSort.Urgency => "x.due_on", QueueSort.Amount => "x.applied_yen", _ => "x.received_at" };
            var way = order.Descending ? "desc" : "asc";
            var expected = (await connection.QueryAsync<Guid>(
                $"""
                select x.id from applications x where x.status = any(@Statuses) and x.status <> 'draft' {QueueSql.Where(filter)}
                order by {column} {way}, x.received_at {way}, x.id {way} limit 120
                """,
                QueueSql.Parameters(filter))).AsList();
            var read = new List<Guid>();
            QueuePosition? after = null;
            while (read.Count < 120)
            {
                var (page, _) = await ReviewQueries.QueueAsync(connection, filter, order, after, 40);
                read.AddRange(page.Select(l => l.Id));
                if (page.Count < 40) break;
                after = page[^1].Position;
            }
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public async Task A_page_further_on_begins_in_the_index_where_the_one_before_ended()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var filter = Filters["received"];
        var plan = string.Join('\n', await connection.QueryAsync<string>(
            "explain " + QueueSql.Page(filter, default, Middle, 51), ReviewQueries.PageParameters(filter, Middle)));
        Assert.Matches(@"Index (Only )?Scan using applications_urgency on applications x[^\n]*\n\s*Index Cond: \(\(status = [^\n]+\) AND \(ROW\(due_on, received_at, id\) >", plan);
    }

    [Fact]
    public async Task A_clerks_own_list_is_walked_in_its_own_index_whatever_its_length()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var mine = Filters["mine"];
        foreach (var after in new[] { null, Middle })
        {
            var plan = string.Join('\n', await connection.QueryAsync<string>("explain " + QueueSql.Page(mine, default, after, 51), ReviewQueries.PageParameters(mine, after)));
            Assert.Matches(@"using applications_on_list on applications x[^\n]*\n\s*Index Cond: \(\(reviewer_id = [^\n]+\) AND \(status = ", plan);
            Assert.DoesNotContain("applications_tokens", plan, StringComparison.Ordinal);
        }
        // It passes over nothing, so a page that is not full is the last one.
        Assert.False(QueueSql.MayMiss(mine, default));
        Assert.True(QueueSql.MayMiss(mine, new QueueOrder(QueueSort.Amount)));
        Assert.True(QueueSql.MayMiss(mine with { Prefecture = "13" }, default));
    }

    [Fact]
    public async Task The_check_can_fail()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var plan = await PlanAsync(connection, "select id from applications where name <> 'x' order by updated_at, name limit 50", null);
        Assert.Contains(plan, n => n is { Type: "Seq Scan", Relation: "applications" });
        Assert.Contains(plan, n => n.Type.Contains("Sort", StringComparison.Ordinal) && n.RowsIn > QueueSql.MostSorted);
    }

    [Fact]
    public async Task The_next_case_is_found_without_a_scan()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        var clerk = new Actor(ManyApplications.Clerk, "審査 一郎", new HashSet<StaffRole> { StaffRole.Reviewer }, new Dictionary<Guid, MemberRole>());
        Task<long> Scans() => connection.ExecuteScalarAsync<long>("select seq_scan from pg_stat_xact_user_tables where relname = 'applications'");
        Task<Guid> Oldest(string where) => connection.ExecuteScalarAsync<Guid>($"select id from applications where status = 'received' and ({where}) order by received_at, id limit 1");
        var before = await Scans();
        var next = await ReviewQueries.NextForUpdateAsync(connection, clerk);
        Assert.Equal(before, await Scans());
        Assert.Equal(await Oldest("reviewer_id is null or reviewer_id = '00000000-0000-0000-0000-000000000001'"), next);

        // A member of a team that covers nothing that waits: what none covers, and the own list.
        await connection.ExecuteAsync(
            """
            insert into teams (id, name, to_members, created_at) values ('00000000-0000-0000-0000-000000000003', '二班', false, now());
            insert into team_members values ('00000000-0000-0000-0000-000000000003', @Clerk, now());
            """, new { ManyApplications.Clerk });
        Assert.Equal(await Oldest("team_id is null and reviewer_id is null or reviewer_id = '00000000-0000-0000-0000-000000000001'"), await ReviewQueries.NextForUpdateAsync(connection, clerk));
    }

    [Fact]
    public async Task Counting_stops_at_its_bound()
    {
        await using var connection = await many.Database.OpenAsync(Stop);
        var counts = await connection.AskAsync(ReviewQueries.Count([Status.Received, Status.Withdrawn], reviewer: null));
        Assert.Equal([ReviewQueries.MostCounted, 0], counts.OrderBy(c => c.Status).Select(c => c.Count));
    }

    /// <summary>The plan as it ran.</summary>
    private static async Task<IReadOnlyList<PlanNode>> PlanAsync(NpgsqlConnection connection, string sql, object? values)
    {
        using var plan = JsonDocument.Parse((await connection.ExecuteScalarAsync<string>($"explain (analyze, timing off, format json) {sql}", values))!);
        var nodes = new List<PlanNode>();
        Add(plan.RootElement[0].GetProperty("Plan"));
        return nodes;

        void Add(JsonElement node)
        {
            var below = node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().ToList() : [];
            nodes.Add(new PlanNode(
                node.GetProperty("Node Type").GetString()!,
                node.TryGetProperty("Relation Name", out var relation) ? relation.GetString() : null,
                below.Where(b => b.GetProperty("Parent Relationship").GetString() != "InitPlan").Select(b => b.GetProperty("Actual Rows").GetDouble()).Sum()));
            below.ForEach(Add);
        }
    }

    /// <param name="RowsIn">Each time it ran.</param>
    private sealed record PlanNode(string Type, string? Relation, double RowsIn);
}
