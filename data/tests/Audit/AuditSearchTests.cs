using System.Text.Json;
using Dapper;
using GrantPortal.Data.Audit;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Audit;

/// <summary>A database with many lines of audit.</summary>
public sealed class ManyLines(PortalServices services) : IAsyncLifetime
{
    public const int Count = 60_000;

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
            select ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 'staff' || i || '@test.example', 'STAFF' || i || '@TEST.EXAMPLE', case when i = 7 then '審査 花子' else '職員 ' || i end, 's', now()
            from generate_series(1, 2000) as i;
            insert into audit (at, actor_id, actor_name, action, object_kind, object_id, address, detail)
            select timestamptz '2026-05-07 00:00:00Z' + (i / 4) * interval '1 minute',
              case when i % 10 > 0 then ('00000000-0000-0000-0000-' || lpad((1 + i % 1999)::text, 12, '0'))::uuid end, '職員',
              case when i % 5000 = 0 then 'role-given' when i % 10 = 0 then 'login-failed' when i % 3 = 0 then 'view-case' else 'login' end,
              case when i % 7000 = 0 then 'holiday' when i % 3 = 0 then 'application' else 'user' end, '00000000-0000-0000-0000-' || lpad((1 + i % 1999)::text, 12, '0'), '192.0.2.' || (i % 250), jsonb_build_object('i', i)
            from generate_series(1, 60000) as i;
            analyze audit;
            analyze users;
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await services.DropDatabaseAsync(connectionString);
    }
}

/// <summary>Searching the audit: every filter by itself reads an index and little of the table, and pages join without a gap.</summary>
public sealed class AuditSearchTests(ManyLines many) : IClassFixture<ManyLines>
{
    private static readonly Guid Hanako = new("00000000-0000-0000-0000-000000000007");

    private static readonly Dictionary<string, AuditFilter> Filters = new(StringComparer.Ordinal)
    {
        ["nothing"] = new AuditFilter(),
        ["a day"] = new AuditFilter(new DateOnly(2026, 5, 9), new DateOnly(2026, 5, 9)),
        ["people"] = new AuditFilter { People = [Hanako, new Guid("00000000-0000-0000-0000-000000000008")] },
        ["a rare action"] = new AuditFilter { Action = "role-given" },
        ["a common action"] = new AuditFilter { Action = "login" },
        ["a rare kind"] = new AuditFilter { ObjectKind = "holiday" },
        ["a common kind"] = new AuditFilter { ObjectKind = "user" },
        ["an object"] = new AuditFilter { ObjectKind = "application", ObjectId = "00000000-0000-0000-0000-000000000010" },
        ["an address"] = new AuditFilter { Address = "192.0.2.7" },
        ["people and an action in a week"] = new AuditFilter(new DateOnly(2026, 5, 8), new DateOnly(2026, 5, 14)) { People = [Hanako], Action = "login" },
    };

    public static TheoryData<string> Names => [.. Filters.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_filter_leads_by_an_index(string what)
    {
        var filter = Filters[what];
        await using var connection = await many.Database.OpenAsync();
        foreach (var on in new[] { false, true })
        {
            var values = AuditQueries.Parameters(filter);
            values.AddDynamicParams(new { Most = 51, AfterAt = new DateTimeOffset(2026, 5, 12, 0, 0, 0, TimeSpan.Zero), AfterId = 20_000L });
            using var plan = JsonDocument.Parse((await connection.QuerySingleAsync<string>($"explain (analyze, format json) {AuditQueries.Page(filter, on)}", values))!);
            var nodes = Nodes(plan.RootElement[0].GetProperty("Plan")).ToList();
            Assert.DoesNotContain(nodes, n => n.GetProperty("Node Type").GetString() == "Seq Scan" && n.GetProperty("Relation Name").GetString() == "audit");
            var read = nodes.Where(n => n.TryGetProperty("Relation Name", out var name) && name.GetString() == "audit")
                .Sum(n => (n.GetProperty("Actual Rows").GetDouble() + (n.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0)) * n.GetProperty("Actual Loops").GetDouble());
            Assert.True(read <= 2_000, $"{what}: reads {read} lines for a page.");
        }
    }

    [Fact]
    public async Task Pages_join_without_a_gap_and_the_export_has_the_same_lines()
    {
        await using var connection = await many.Database.OpenAsync();
        foreach (var filter in new[] { new AuditFilter { Action = "role-given" }, new AuditFilter { People = [Hanako] }, new AuditFilter(new DateOnly(2026, 5, 9), new DateOnly(2026, 5, 9)) { ObjectKind = "application" } })
        {
            var paged = new List<AuditLine>();
            IReadOnlyList<AuditLine> page;
            do
            {
                page = await AuditQueries.PageAsync(connection, filter, paged.Count == 0 ? null : new AuditPosition(paged[^1].At, paged[^1].Id), 7);
                paged.AddRange(page);
            }
            while (page.Count > 0);
            var whole = new List<AuditLine>();
            await foreach (var line in AuditQueries.ReadAsync(connection, filter)) whole.Add(line);
            Assert.NotEmpty(paged);
            Assert.Equal(whole, paged);
            Assert.Equal(paged.OrderByDescending(l => l.At).ThenByDescending(l => l.Id), paged);
        }
    }

    [Fact]
    public async Task People_are_found_by_a_part_of_name_or_address_in_any_width_and_case()
    {
        await using var connection = await many.Database.OpenAsync();
        Assert.Equal([Hanako], await AuditQueries.PeopleAsync(connection, "花子"));
        Assert.Equal([Hanako], await AuditQueries.PeopleAsync(connection, "審査花"));
        Assert.Equal([new Guid("00000000-0000-0000-0000-000000001234")], await AuditQueries.PeopleAsync(connection, "ＳＴＡＦＦ１２３４＠"));
        Assert.Empty(await AuditQueries.PeopleAsync(connection, "%%"));
        Assert.Equal(AuditQueries.MostPeople + 1, (await AuditQueries.PeopleAsync(connection, "staff")).Count);
    }

    [Fact]
    public async Task A_person_is_found_by_what_was_tried_in_their_name_before_signing_in()
    {
        await using var connection = await many.Database.OpenAsync();
        var lines = await AuditQueries.PageAsync(connection, new AuditFilter { People = [Hanako], Action = "login-failed" }, null, 500);
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.Equal((null, Hanako.ToString()), (l.ActorId, l.ObjectId)));
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) =>
        node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().SelectMany(Nodes).Prepend(node) : [node];
}
