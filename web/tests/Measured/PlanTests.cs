using System.Text.Json;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Access;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.AspNetCore.Http;

namespace GrantPortal.Web.Tests.Measured;

/// <summary>
/// At 100,000 applications: every page as everybody who may read it, an application's way from the first step to the grant, and the jobs that are due. The server
/// says how it carried out each statement, with the very values it had; none reads a growing table from end to end.
/// </summary>
public sealed class PlanTests(GrownPortal portal) : IClassFixture<GrownPortal>
{
    /// <summary>A node that looks at more rows of a growing table reads it, whatever it is called; the queue looks at 20,000 at most (docs/adr/0021).</summary>
    private const int Most = 30_000;

    /// <summary>Statements that are meant to read much, by words they have, and why.</summary>
    private static readonly (string Words, string Why)[] Meant =
    [
        ("'waiting', width_bucket(", "the dashboard's figures are counted now and then by a job and kept"),
        ("from audit a left join users u on u.id = a.actor_id", "the export of the whole audit"),
        ("x.answer_by, x.decided_at, t.name as team_name", "the export of a list"),
        ("insert into file_faults", "a comparison for which every file is missing, as here, asks for thousands at once"),
        ("from stored_files where id = any(", "the same"),
        ("delete from rate_limits", "counters of minutes, once a minute"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_reads_a_growing_table_from_end_to_end()
    {
        var log = Path.Combine(portal.Local.Services.DataDirectory, "logs", "postgres.log");
        var before = new FileInfo(log).Length;
        await WalkAsync();
        await FollowOneAsync();

        var (statements, wrong) = (0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (text, plan) in await PlansAsync(log, before))
        {
            statements++;
            if (Meant.Any(m => text.Contains(m.Words, StringComparison.Ordinal))) continue;
            foreach (var found in Scans(plan)) wrong.Add($"{found}: {string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
        }
        Assert.True(statements > 1000, $"{statements} statements were explained.");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong.Select(w => w.Length > 600 ? w[..600] : w)));
    }

    private async Task WalkAsync()
    {
        foreach (var route in Route.All(portal.Services).Where(r => HttpMethods.IsGet(r.Method)))
        {
            foreach (var subject in portal.World.Everybody.Where(s => (route.Rule.Who & s.Role) != Who.None))
            {
                var values = await portal.World.ValuesAsync(route, subject, (_, _) => true, fresh: false);
                var query = string.Join('&', Objects.Fields(route).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"));
                using var answer = await subject.Browser.GetAsync(new Uri(route.Address(values) + (query.Length > 0 ? $"?{query}" : ""), UriKind.Relative), Cancel);
            }
        }
    }

    private async Task FollowOneAsync()
    {
        var (clerk, approver) = (await portal.Given.Staff(StaffRole.Reviewer), await portal.Given.Staff(StaffRole.Approver));
        var returned = await portal.ASubmittedApplication();
        await portal.ReturnAsync(returned.Id, clerk);
        var granted = await portal.ASubmittedApplication();
        await portal.GrantAsync(granted.Id, clerk, approver);
        await portal.Jobs.RunDueAsync(Cancel);
    }

    /// <summary>What auto_explain wrote since: a line that ends with 「plan:」, then the plan on lines that begin with a tab.</summary>
    private static async Task<IReadOnlyList<(string Text, JsonElement Plan)>> PlansAsync(string log, long before)
    {
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(before, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var (plans, current) = (new List<(string, JsonElement)>(), (System.Text.StringBuilder?)null);
        while (true)
        {
            var line = await reader.ReadLineAsync(Cancel);
            if (current is not null && line is ['\t', ..])
            {
                current.AppendLine(line);
                continue;
            }
            if (current is not null)
            {
                using var read = JsonDocument.Parse(current.ToString());
                plans.Add((read.RootElement.GetProperty("Query Text").GetString()!, read.RootElement.GetProperty("Plan").Clone()));
            }
            if (line is null) return plans;
            current = line.EndsWith("plan:", StringComparison.Ordinal) ? new System.Text.StringBuilder() : null;
        }
    }

    private static IEnumerable<string> Scans(JsonElement node)
    {
        if (node.TryGetProperty("Relation Name", out var name) && GrownPortal.Growing.Contains(name.GetString()!))
        {
            var kind = node.GetProperty("Node Type").GetString()!;
            var looked = Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter") + Number(node, "Rows Removed by Index Recheck");
            // A scan that was planned and never begun costs nothing: the other branch was taken.
            if (Number(node, "Actual Loops") > 0 && (kind == "Seq Scan" || looked > Most)) yield return $"{kind} of {name.GetString()}, {looked:0} rows";
        }
        if (!node.TryGetProperty("Plans", out var inner)) yield break;
        foreach (var below in inner.EnumerateArray())
        {
            foreach (var found in Scans(below)) yield return found;
        }
    }

    private static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
