using GrantPortal.Domain.Accounts;
using GrantPortal.Local;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>
/// The queue, the dashboard and the audit's search read from the replica, nothing else does. As a replica that has not followed yet stands an empty
/// database of its own.
/// </summary>
public sealed class ReplicaPagesTests(PortalServices services)
{
    [Fact]
    public async Task Lists_are_read_from_the_replica_and_a_case_where_it_is_written()
    {
        var behind = await services.NewDatabaseAsync();
        await using (var portal = await PortalHost.StartAsync(services, host => host.Settings["ConnectionStrings:Replica"] = behind))
        {
            var wanted = await portal.ASubmittedApplication();
            var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer, StaffRole.Auditor));

            Assert.DoesNotContain(wanted.Number, await clerk.GetStringOfAsync("/review"), StringComparison.Ordinal);
            Assert.DoesNotContain("テスト", await clerk.GetStringOfAsync("/audit"), StringComparison.Ordinal);
            Assert.Contains(wanted.Number, await clerk.GetStringOfAsync($"/review/{wanted.Id}"), StringComparison.Ordinal);
        }
        await services.DropDatabaseAsync(behind);
    }

    [Fact]
    public async Task A_replica_that_is_away_is_not_noticed()
    {
        await using var portal = await PortalHost.StartAsync(services, host =>
            host.Settings["ConnectionStrings:Replica"] = new NpgsqlConnectionStringBuilder(services.Services.ConnectionString("nowhere")) { Port = FreePort.Next() }.ConnectionString);
        var wanted = await portal.ASubmittedApplication();
        var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer, StaffRole.Auditor));

        Assert.Contains(wanted.Number, await clerk.GetStringOfAsync("/review"), StringComparison.Ordinal);
        Assert.Contains("交付決定", await clerk.GetStringOfAsync("/review/dashboard"), StringComparison.Ordinal);
        Assert.Contains("監査記録", await clerk.GetStringOfAsync("/audit"), StringComparison.Ordinal);
    }
}
