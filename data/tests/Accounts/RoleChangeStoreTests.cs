using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Accounts;

/// <summary>Changes of roles: the database keeps the two people apart, and of two at once one is second.</summary>
public sealed class RoleChangeStoreTests(PortalServices services) : DatabaseTest(services)
{
    private readonly TestClock clock = new(TestClock.Usual);

    [Fact]
    public async Task Of_two_who_confirm_at_once_the_second_finds_it_confirmed()
    {
        for (var round = 0; round < 10; round++)
        {
            var (first, second, third, person) = await PeopleAsync();
            var change = await AskAsync(person, first, StaffRole.Reviewer);
            var found = await Task.WhenAll(new[] { second, third }.Select(admin => Task.Run(() => ConfirmAsync(change, admin))));
            Assert.Equal([RoleChangeState.Open, RoleChangeState.Confirmed], found.Order());
        }
    }

    [Fact]
    public async Task Of_two_admins_taken_away_at_once_the_second_is_counted_without_the_first()
    {
        var (first, second, third, fourth) = await PeopleAsync();
        await using (var connection = await Database.OpenAsync()) await connection.ExecuteAsync("insert into user_roles (user_id, role, given_at) values (@fourth, 'admin', now()) on conflict do nothing", new { fourth });
        var remaining = await Task.WhenAll(new[] { third, fourth }.Select(gone => Task.Run(async () =>
        {
            await using var connection = await Database.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var admins = await RoleChangeStore.LockAdminsAsync(connection, clock.Now);
            await RoleChangeStore.ApplyAsync(connection, new RoleChange(Guid.NewGuid(), gone, StaffRole.Admin, RoleChangeKind.Take, "", RoleChangeState.Open, first, clock.Now), clock.Now);
            await transaction.CommitAsync();
            return admins.Able.Count;
        })));
        Assert.Equal([3, 4], remaining.Order());
        await using var after = await Database.OpenAsync();
        Assert.Equal(new HashSet<Guid> { first, second }, (await RoleChangeStore.LockAdminsAsync(after, clock.Now)).All);
    }

    [Theory]
    [InlineData("asked_by = user_id", "role_changes_not_own")]
    [InlineData("state = 'confirmed', ended_at = now(), ended_by = asked_by", "role_changes_two_people")]
    [InlineData("state = 'confirmed', ended_at = now(), ended_by = user_id", "role_changes_two_people")]
    [InlineData("state = 'withdrawn', ended_at = now(), ended_by = user_id", "role_changes_withdrawn_by_asker")]
    [InlineData("state = 'confirmed', ended_at = now()", "role_changes_ended")]
    [InlineData("ended_at = now()", "role_changes_ended")]
    public async Task The_table_itself_refuses_what_the_rules_forbid(string set, string constraint)
    {
        var (first, _, _, person) = await PeopleAsync();
        var change = await AskAsync(person, first, StaffRole.Reviewer);
        await using var connection = await Database.OpenAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync($"update role_changes set {set} where id = @change", new { change }));
        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task One_change_of_a_role_waits_at_a_time_and_expires_with_its_line_in_the_audit()
    {
        var (first, second, _, person) = await PeopleAsync();
        var change = await AskAsync(person, first, StaffRole.Reviewer);
        await using var connection = await Database.OpenAsync();
        var again = new RoleChange(Guid.NewGuid(), person, StaffRole.Reviewer, RoleChangeKind.Give, "異動", RoleChangeState.Open, second, clock.Now + RoleChange.Lifetime);
        Assert.False(await RoleChangeStore.AskAsync(connection, again, clock.Now));
        Assert.Equal(0, await RoleChangeStore.ExpireAsync(connection, clock.Now + RoleChange.Lifetime - TimeSpan.FromSeconds(1)));
        Assert.Equal(1, await RoleChangeStore.ExpireAsync(connection, clock.Now + RoleChange.Lifetime));
        Assert.Equal(0, await RoleChangeStore.ExpireAsync(connection, clock.Now + RoleChange.Lifetime));
        Assert.Equal(person.ToString(), await connection.ExecuteScalarAsync<string>("select object_id from audit where action = 'role-expired' and detail ->> 'change' = @Text", new { Text = change.ToString() }));
        Assert.True(await RoleChangeStore.AskAsync(connection, again, clock.Now));
    }

    [Fact]
    public async Task The_list_of_staff_shows_who_has_had_or_is_to_get_a_role_page_by_page()
    {
        var given = new Given(Database, clock);
        var (first, _, _, person) = await PeopleAsync();
        var applicant = await given.AnApplicantUser();
        await AskAsync(person, first, StaffRole.Finance);
        await using var connection = await Database.OpenAsync();
        var all = new List<StaffLine>();
        IReadOnlyList<StaffLine> page;
        do
        {
            page = await StaffQueries.PageAsync(connection, new StaffFilter(null, null), all.Count == 0 ? null : all[^1].Id, 2, clock.Now);
            all.AddRange(page);
        }
        while (page.Count == 2);
        Assert.Equal(4, all.Count);
        Assert.Equal(4, all.DistinctBy(l => l.Id).Count());
        Assert.DoesNotContain(all, l => l.Id == applicant.Id);
        Assert.Equal(1, all.Single(l => l.Id == person).OpenChanges);
        Assert.Equal(3, (await StaffQueries.PageAsync(connection, new StaffFilter(null, StaffRole.Admin), null, 10, clock.Now)).Count);
        Assert.Equal(person, Assert.Single(await StaffQueries.PageAsync(connection, new StaffFilter(null, null) { WithoutRole = true }, null, 10, clock.Now)).Id);
        Assert.Equal(person, Assert.Single(await StaffQueries.PageAsync(connection, new StaffFilter(all.Single(l => l.Id == person).Email.ToUpperInvariant(), null), null, 10, clock.Now)).Id);
    }

    private async Task<(Guid First, Guid Second, Guid Third, Guid Person)> PeopleAsync()
    {
        var given = new Given(Database, clock);
        return ((await given.Staff(StaffRole.Admin)).Id, (await given.Staff(StaffRole.Admin)).Id, (await given.Staff(StaffRole.Admin)).Id, (await given.ANewcomer()).Id);
    }

    private async Task<Guid> AskAsync(Guid person, Guid asker, StaffRole role)
    {
        await using var connection = await Database.OpenAsync();
        var change = new RoleChange(Guid.CreateVersion7(), person, role, RoleChangeKind.Give, "異動のため", RoleChangeState.Open, asker, clock.Now + RoleChange.Lifetime);
        Assert.True(await RoleChangeStore.AskAsync(connection, change, clock.Now));
        return change.Id;
    }

    /// <returns>What the change was when it was locked.</returns>
    private async Task<RoleChangeState> ConfirmAsync(Guid id, Guid admin)
    {
        await using var connection = await Database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var change = (await RoleChangeStore.LockAsync(connection, id))!;
        await RoleChangeStore.EndAsync(connection, id, RoleChangeState.Confirmed, admin, clock.Now);
        await transaction.CommitAsync();
        return change.State;
    }
}
