using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Accounts;

/// <summary>Roles of the staff are asked for by one 管理者 and confirmed by a second.</summary>
public class RoleChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 1, 0, 0, TimeSpan.Zero);

    private static readonly Guid Asker = Guid.NewGuid();

    private static readonly Guid Second = Guid.NewGuid();

    private static readonly Guid Third = Guid.NewGuid();

    private static readonly Admins Two = Of(Asker, Second);

    [Fact]
    public void Another_admin_confirms_and_neither_the_asker_nor_the_person_concerned()
    {
        var person = Holder([StaffRole.Auditor]);
        var change = Change(person, StaffRole.Reviewer, RoleChangeKind.Give);
        Assert.Null(change.AgainstConfirming(Second, person, Two, Now));
        Assert.Equal(RefusalCode.SamePerson, change.AgainstConfirming(Asker, person, Two, Now)?.Code);
        Assert.Equal(RefusalCode.SamePerson, change.AgainstConfirming(person.UserId, person, Of(Asker, person.UserId), Now)?.Code);
        Assert.Equal(RefusalCode.SamePerson, change.AgainstDeclining(Asker, Now)?.Code);
        Assert.Null(change.AgainstDeclining(Second, Now));
    }

    [Fact]
    public void Nobody_asks_about_their_own_roles() =>
        Assert.Equal(RefusalCode.SamePerson, RoleChange.AgainstAsking(Asker, new RoleHolder(Asker, new HashSet<StaffRole> { StaffRole.Admin }, IsMember: false), StaffRole.Auditor, RoleChangeKind.Give, Two)?.Code);

    [Fact]
    public void Only_the_asker_withdraws()
    {
        var change = Change(Holder([]), StaffRole.Reviewer, RoleChangeKind.Give);
        Assert.Null(change.AgainstWithdrawing(Asker, Now));
        Assert.Equal(RefusalCode.NotYours, change.AgainstWithdrawing(Second, Now)?.Code);
    }

    [Theory]
    [InlineData(RoleChangeState.Confirmed)]
    [InlineData(RoleChangeState.Declined)]
    [InlineData(RoleChangeState.Withdrawn)]
    [InlineData(RoleChangeState.Expired)]
    public void What_has_ended_is_not_ended_again(RoleChangeState state)
    {
        var person = Holder([]);
        var change = Change(person, StaffRole.Reviewer, RoleChangeKind.Give) with { State = state };
        Assert.Equal(RefusalCode.Stale, change.AgainstConfirming(Second, person, Two, Now)?.Code);
        Assert.Equal(RefusalCode.Stale, change.AgainstDeclining(Second, Now)?.Code);
        Assert.Equal(RefusalCode.Stale, change.AgainstWithdrawing(Asker, Now)?.Code);
    }

    [Fact]
    public void It_expires_to_the_moment_after_two_weeks()
    {
        var person = Holder([]);
        var change = Change(person, StaffRole.Reviewer, RoleChangeKind.Give);
        Assert.Null(change.AgainstConfirming(Second, person, Two, change.ExpiresAt.AddTicks(-1)));
        Assert.Equal(RefusalCode.Stale, change.AgainstConfirming(Second, person, Two, change.ExpiresAt)?.Code);
        Assert.Equal(RoleChangeState.Expired, change.StateAt(change.ExpiresAt));
    }

    [Fact]
    public void What_one_asked_who_is_no_admin_any_more_is_not_confirmed()
    {
        var person = Holder([]);
        Assert.Equal(RefusalCode.WrongState, Change(person, StaffRole.Reviewer, RoleChangeKind.Give).AgainstConfirming(Second, person, Of(Second, Third), Now)?.Code);
    }

    [Fact]
    public void Two_admins_who_can_act_always_remain()
    {
        var person = new RoleHolder(Third, new HashSet<StaffRole> { StaffRole.Admin }, IsMember: false);
        Assert.Null(RoleChange.Against(person, StaffRole.Admin, RoleChangeKind.Take, Of(Asker, Second, Third)));
        // The second has the role, and an account nobody can sign in to.
        var closed = new Admins(new HashSet<Guid> { Asker, Second, Third }, new HashSet<Guid> { Asker, Third });
        Assert.Equal(RefusalCode.LastAdmin, RoleChange.Against(person, StaffRole.Admin, RoleChangeKind.Take, closed)?.Code);
        Assert.Null(RoleChange.Against(person with { Roles = new HashSet<StaffRole> { StaffRole.Admin, StaffRole.Auditor } }, StaffRole.Auditor, RoleChangeKind.Take, closed));
    }

    [Fact]
    public void A_role_is_not_given_twice_nor_taken_from_who_has_it_not_nor_given_to_a_member_of_an_applicant()
    {
        var person = Holder([StaffRole.Reviewer]);
        Assert.Equal(RefusalCode.WrongState, RoleChange.Against(person, StaffRole.Reviewer, RoleChangeKind.Give, Two)?.Code);
        Assert.Equal(RefusalCode.WrongState, RoleChange.Against(person, StaffRole.Finance, RoleChangeKind.Take, Two)?.Code);
        Assert.Equal(RefusalCode.ConflictOfInterest, RoleChange.Against(person with { IsMember = true }, StaffRole.Finance, RoleChangeKind.Give, Two)?.Code);
        Assert.Null(RoleChange.Against(person with { IsMember = true }, StaffRole.Reviewer, RoleChangeKind.Take, Two));
    }

    private static Admins Of(params Guid[] all) => new(all.ToHashSet(), all.ToHashSet());

    private static RoleHolder Holder(StaffRole[] roles) => new(Guid.NewGuid(), roles.ToHashSet(), IsMember: false);

    private static RoleChange Change(RoleHolder person, StaffRole role, RoleChangeKind kind) =>
        new(Guid.NewGuid(), person.UserId, role, kind, "異動のため", RoleChangeState.Open, Asker, Now + RoleChange.Lifetime);
}
