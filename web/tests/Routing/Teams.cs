using GrantPortal.Data.Routing;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Routing;

/// <summary>What tests of routing do again and again.</summary>
internal static class Teams
{
    /// <summary>A team that covers Tokyo's care offices and medical institutions, instead of whoever did before.</summary>
    public static async Task<Team> ATeamAsync(this PortalHost host, bool toMembers, params TestUser[] members)
    {
        await host.ExecuteAsync("delete from team_coverage");
        var team = new Team(Guid.NewGuid(), $"班 {Guid.NewGuid():N}", toMembers, Version: 0) { Members = [.. members.Select(m => m.Id)], Care = ["13"], Medical = ["13"] };
        await using var connection = await host.Database.OpenAsync();
        Assert.Equal(TeamSaved.Saved, await TeamStore.SaveAsync(connection, team, host.Clock.Now));
        return team;
    }

    public static Task<Guid?> ReviewerAsync(this PortalHost host, Guid id) => host.ScalarAsync<Guid?>("select reviewer_id from applications where id = @id", new { id });

    public static Task<Guid?> TeamAsync(this PortalHost host, Guid id) => host.ScalarAsync<Guid?>("select team_id from applications where id = @id", new { id });

    public static Task DeclareAsync(this PortalHost host, TestUser person, string? number = null, string? corporateNumber = null) => host.ExecuteAsync(
        "insert into conflicts (id, user_id, number, corporate_number, words, declared_at) values (gen_random_uuid(), @Id, @number, @corporateNumber, '家族が勤務している。', now())",
        new { person.Id, number, corporateNumber });
}
