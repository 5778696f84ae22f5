using GrantPortal.Domain.Accounts;

namespace GrantPortal.Domain.Tests;

/// <summary>Those who act in the tests.</summary>
internal static class People
{
    public static Guid ApplicantId { get; } = Guid.Parse("0a000000-0000-0000-0000-000000000001");

    public static Actor Owner { get; } = Member("申請 花子", MemberRole.Owner);
    public static Actor Reviewer { get; } = Staff("審査 一郎", StaffRole.Reviewer);
    public static Actor OtherReviewer { get; } = Staff("審査 二郎", StaffRole.Reviewer);
    public static Actor Approver { get; } = Staff("決裁 三郎", StaffRole.Approver);
    public static Actor OtherApprover { get; } = Staff("決裁 四郎", StaffRole.Approver);
    public static Actor Admin { get; } = Staff("管理 五郎", StaffRole.Admin);

    public static Actor Staff(string name, params StaffRole[] roles) =>
        new(Guid.NewGuid(), name, roles.ToHashSet(), new Dictionary<Guid, MemberRole>());

    public static Actor Member(string name, MemberRole role) =>
        new(Guid.NewGuid(), name, new HashSet<StaffRole>(), new Dictionary<Guid, MemberRole> { [ApplicantId] = role });

    /// <summary>The same person, who also belongs to the applicant.</summary>
    public static Actor OfTheApplicant(this Actor actor, MemberRole role = MemberRole.Viewer) =>
        actor with { Memberships = new Dictionary<Guid, MemberRole> { [ApplicantId] = role } };

    public static ApplicantProfile Corporation { get; } =
        new(ApplicantKind.Corporation, "株式会社みどり", "7000012050002", "代表 太郎", NonProfit: false, "担当 花子", "03-1234-5678");

    public static ApplicantProfile NonProfit { get; } = Corporation with { Name = "社会福祉法人みどり会", NonProfit = true };
}
