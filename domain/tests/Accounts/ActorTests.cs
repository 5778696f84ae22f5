using GrantPortal.Domain.Accounts;

namespace GrantPortal.Domain.Tests.Accounts;

/// <summary>Who may write for an applicant; staff accounts cannot apply.</summary>
public class ActorTests
{
    [Theory]
    [InlineData(MemberRole.Owner, true)]
    [InlineData(MemberRole.Clerk, true)]
    [InlineData(MemberRole.Viewer, false)]
    public void Owners_and_clerks_write_for_their_applicant_and_viewers_only_look(MemberRole role, bool may)
    {
        var member = People.Member("申請 花子", role);
        Assert.Equal(may, member.MayApplyFor(People.ApplicantId));
        Assert.True(member.BelongsTo(People.ApplicantId));
        Assert.False(member.IsStaff);
    }

    [Fact]
    public void Nobody_writes_for_an_applicant_of_others()
    {
        Assert.False(People.Owner.MayApplyFor(Guid.NewGuid()));
        Assert.False(People.Owner.BelongsTo(Guid.NewGuid()));
    }

    [Theory]
    [InlineData(StaffRole.Reviewer)]
    [InlineData(StaffRole.Approver)]
    [InlineData(StaffRole.Finance)]
    [InlineData(StaffRole.Admin)]
    [InlineData(StaffRole.Auditor)]
    public void Staff_accounts_cannot_apply_even_as_members(StaffRole role)
    {
        var staff = People.Staff("職員", role).OfTheApplicant(MemberRole.Owner);
        Assert.True(staff.IsStaff && staff.Is(role));
        Assert.False(staff.MayApplyFor(People.ApplicantId));
        Assert.True(staff.BelongsTo(People.ApplicantId));
    }

    [Fact]
    public void The_portal_itself_is_neither_staff_nor_member()
    {
        Assert.False(Actor.Portal.IsStaff);
        Assert.False(Actor.Portal.MayApplyFor(People.ApplicantId));
    }
}
