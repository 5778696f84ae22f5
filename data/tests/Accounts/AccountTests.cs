using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Accounts;

public sealed class AccountTests(PortalServices services) : DatabaseTest(services)
{
    private readonly TestClock clock = new(TestClock.Usual);

    [Fact]
    public async Task An_account_is_kept_as_it_was_given()
    {
        using var store = new UserStore(Database, clock);
        var user = AUser("Hanako@example.jp");
        user.LockoutEnd = clock.Now.AddDays(1);
        user.AccessFailedCount = 2;
        Assert.True((await store.CreateAsync(user, Cancel)).Succeeded);
        Assert.Equivalent(user, await store.FindByEmailAsync("HANAKO@EXAMPLE.JP", Cancel), strict: true);

        user.Name = "別の名前";
        user.PasswordHash = "another";
        Assert.True((await store.UpdateAsync(user, Cancel)).Succeeded);
        Assert.Equivalent(user, await store.FindByIdAsync(user.Id.ToString(), Cancel), strict: true);
    }

    [Fact]
    public async Task An_address_belongs_to_one_account()
    {
        using var store = new UserStore(Database, clock);
        Assert.True((await store.CreateAsync(AUser("one@example.jp"), Cancel)).Succeeded);
        var second = await store.CreateAsync(AUser("ONE@example.jp"), Cancel);
        Assert.Equal("DuplicateEmail", Assert.Single(second.Errors).Code);
    }

    [Theory]
    [InlineData("corporation", null)]
    [InlineData("corporation", "700001205000")]
    [InlineData("sole-proprietor", "7000012050002")]
    public async Task A_corporation_has_a_number_and_a_person_has_none(string kind, string? number)
    {
        var user = await new Given(Database, clock).AnApplicantUser();
        await using var connection = await Database.OpenAsync(Cancel);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            "update applicants set kind = @kind, corporate_number = @number where id = @id", new { kind, number, id = user.ApplicantId }));
        Assert.Equal("applicants_corporate_number", refused.ConstraintName);
    }

    [Fact]
    public async Task Who_acts_has_roles_and_memberships()
    {
        var given = new Given(Database, clock);
        var member = await given.AnApplicantUser();
        var staff = await given.Staff(StaffRole.Reviewer, StaffRole.Approver);
        await using var db = await Database.OpenAsync(Cancel);

        var first = (await AccountStore.FindActorAsync(db, member.Id, clock.Now))!.Actor;
        Assert.Equal(member.Name, first.Name);
        Assert.False(first.IsStaff);
        Assert.Equal(MemberRole.Owner, first.Memberships[member.ApplicantId!.Value]);
        var second = (await AccountStore.FindActorAsync(db, staff.Id, clock.Now))!.Actor;
        Assert.Equal([StaffRole.Reviewer, StaffRole.Approver], second.Roles.Order());
        Assert.Empty(second.Memberships);
        Assert.Null(await AccountStore.FindActorAsync(db, Guid.NewGuid(), clock.Now));
    }

    [Fact]
    public async Task A_first_password_is_set_by_whoever_is_first()
    {
        await using var db = await Database.OpenAsync(Cancel);
        var user = AUser("first@example.jp");
        user.PasswordHash = null;
        await UserStore.InsertAsync(db, user);
        Assert.True(await AccountStore.SetFirstPasswordAsync(db, user.Id, user.SecurityStamp, "hash", "new stamp"));
        Assert.False(await AccountStore.SetFirstPasswordAsync(db, user.Id, user.SecurityStamp, "other", "other"));
        Assert.False(await AccountStore.SetFirstPasswordAsync(db, user.Id, "new stamp", "other", "other"));
    }

    [Fact]
    public async Task The_audit_grows_and_never_changes()
    {
        var audit = new AuditLog(Database, clock);
        var actor = (await new Given(Database, clock).Staff(StaffRole.Auditor)).Actor;
        await audit.AppendAsync(new AuditEntry(actor, "export", "list", "7", "127.0.0.1", new { rows = 3, 語 = "見本" }), Cancel);
        await audit.AppendAsync(new AuditEntry(null, "login-failed"), Cancel);
        await using var db = await Database.OpenAsync(Cancel);

        var lines = (await db.QueryAsync<(Guid?, string, string, string?)>("select actor_id, actor_name, action, detail ->> '語' from audit order by id")).ToList();
        Assert.Equal([(actor.UserId, actor.Name, "export", "見本"), (null, "", "login-failed", null)], lines);
        foreach (var sql in new[] { "update audit set action = 'x'", "delete from audit", "truncate audit" })
            await Assert.ThrowsAsync<PostgresException>(() => db.ExecuteAsync(sql));
    }

    [Fact]
    public void Keys_are_read_back_as_they_were_stored()
    {
        var keys = new DataProtectionKeys(Database, clock);
        keys.StoreElement(System.Xml.Linq.XElement.Parse("<key id=\"1\"><値>x</値></key>"), "key-1");
        Assert.Equal("<key id=\"1\"><値>x</値></key>", Assert.Single(keys.GetAllElements()).ToString(System.Xml.Linq.SaveOptions.DisableFormatting));
    }

    private PortalUser AUser(string email) => new()
    {
        Id = Guid.NewGuid(),
        Email = email,
        NormalizedEmail = UserStore.Normalize(email),
        Name = "見本 花子",
        PasswordHash = "hash",
        SecurityStamp = "stamp",
        EmailConfirmed = true,
        CreatedAt = clock.Now,
    };
}
