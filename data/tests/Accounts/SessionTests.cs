using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Accounts;

public sealed class SessionTests(PortalServices services) : DatabaseTest(services)
{
    private readonly TestClock clock = new(TestClock.Usual);
    private NpgsqlConnection db = null!;

    protected override async Task PrepareAsync()
    {
        db = await Database.OpenAsync();
    }

    protected override async Task EndAsync() => await db.DisposeAsync();

    [Fact]
    public async Task A_session_knows_its_account_and_how_it_began()
    {
        var staff = await new Given(Database, clock).Staff(StaffRole.Reviewer);
        var id = await BeginAsync(staff.Id, SignInMethod.MailLink);
        var known = (await FindAsync(id, staff.Id))!;

        Assert.Equal(new PortalSession(id, SignInMethod.MailLink, null, clock.Now, Exempt: false), known.Session);
        Assert.False(known.Session.HasBothFactors);
        Assert.Equal((staff.Name, true), (known.Actor.Name, known.Actor.Is(StaffRole.Reviewer)));
        Assert.Null(await FindAsync(id, Guid.NewGuid()));
        Assert.Null(await FindAsync(Guid.NewGuid(), staff.Id));
    }

    [Fact]
    public async Task The_last_use_is_noted_once_a_minute()
    {
        var user = await new Given(Database, clock).AnApplicantUser();
        var id = await BeginAsync(user.Id);
        var began = clock.Now;
        clock.Advance(TimeSpan.FromSeconds(59));
        await FindAsync(id, user.Id);
        Assert.Equal(began, (await OnlyAsync(user)).UsedAt);
        clock.Advance(TimeSpan.FromSeconds(1));
        await FindAsync(id, user.Id);
        Assert.Equal(clock.Now, (await OnlyAsync(user)).UsedAt);
    }

    [Fact]
    public async Task A_session_ends_an_hour_after_its_last_use_and_twelve_after_the_sign_in()
    {
        var user = await new Given(Database, clock).AnApplicantUser();
        var id = await BeginAsync(user.Id);
        var until = clock.Now + SessionStore.Longest;
        while (clock.Now + TimeSpan.FromMinutes(59) < until)
        {
            clock.Advance(TimeSpan.FromMinutes(59));
            Assert.NotNull(await FindAsync(id, user.Id));
        }
        clock.SetTo(until);
        Assert.Null(await FindAsync(id, user.Id));
        Assert.Empty(await SessionStore.OfUserAsync(db, user.Id, clock.Now));

        var unused = await BeginAsync(user.Id);
        clock.Advance(SessionStore.Idle);
        Assert.Null(await FindAsync(unused, user.Id));
    }

    [Fact]
    public async Task A_renewed_session_goes_on_under_another_id_only()
    {
        var user = await new Given(Database, clock).AnApplicantUser();
        var (before, after) = (await BeginAsync(user.Id), Guid.NewGuid());
        clock.Advance(TimeSpan.FromMinutes(20));
        Assert.True(await SessionStore.RenewAsync(db, before, after, SecondFactor.Code, clock.Now));
        Assert.Null(await FindAsync(before, user.Id));
        Assert.Equal(new PortalSession(after, SignInMethod.Password, SecondFactor.Code, clock.Now, Exempt: false), (await FindAsync(after, user.Id))!.Session);

        var again = Guid.NewGuid();
        Assert.True(await SessionStore.RenewAsync(db, after, again, null, clock.Now));
        Assert.True((await FindAsync(again, user.Id))!.Session.HasBothFactors);
        await SessionStore.EndAsync(db, user.Id, again, clock.Now);
        Assert.False(await SessionStore.RenewAsync(db, again, Guid.NewGuid(), null, clock.Now));
    }

    [Fact]
    public async Task Sessions_are_ended_one_by_one_or_all_but_one_and_only_by_their_account()
    {
        var given = new Given(Database, clock);
        var (user, other) = (await given.AnApplicantUser(), await given.AnApplicantUser());
        var (first, second, third) = (await BeginAsync(user.Id), await BeginAsync(user.Id), await BeginAsync(user.Id));
        var others = await BeginAsync(other.Id);

        Assert.False(await SessionStore.EndAsync(db, other.Id, first, clock.Now));
        Assert.True(await SessionStore.EndAsync(db, user.Id, first, clock.Now));
        Assert.False(await SessionStore.EndAsync(db, user.Id, first, clock.Now));
        Assert.Equal(1, await SessionStore.EndAllAsync(db, user.Id, third, clock.Now));
        Assert.Null(await FindAsync(second, user.Id));
        Assert.NotNull(await FindAsync(third, user.Id));
        Assert.Equal(1, await SessionStore.EndAllAsync(db, user.Id, null, clock.Now));
        Assert.NotNull(await FindAsync(others, other.Id));
    }

    [Fact]
    public async Task What_is_long_over_is_deleted()
    {
        var user = await new Given(Database, clock).AnApplicantUser();
        await BeginAsync(user.Id);
        clock.Advance(TimeSpan.FromDays(29));
        await BeginAsync(user.Id);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await SessionStore.PurgeAsync(db, clock.Now));
        Assert.Equal(1, await db.ExecuteScalarAsync<int>("select count(*) from sessions"));
    }

    private async Task<Guid> BeginAsync(Guid user, SignInMethod method = SignInMethod.Password)
    {
        var id = Guid.NewGuid();
        await SessionStore.BeginAsync(db, new NewSession(id, user, "192.0.2.1", "WindowsのEdge", method, null), clock.Now);
        return id;
    }

    private Task<KnownSession?> FindAsync(Guid id, Guid user) => SessionStore.FindAsync(db, id, user, clock.Now);

    private async Task<OwnSession> OnlyAsync(TestUser user) => Assert.Single(await SessionStore.OfUserAsync(db, user.Id, clock.Now));
}
