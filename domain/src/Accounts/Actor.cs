namespace GrantPortal.Domain.Accounts;

/// <summary>Roles of staff (審査担当 決裁者 支払担当 管理者 監査). An account without any is an applicant's.</summary>
public enum StaffRole
{
    /// <summary>審査担当</summary>
    Reviewer,

    /// <summary>決裁者</summary>
    Approver,

    /// <summary>支払担当</summary>
    Finance,

    /// <summary>管理者</summary>
    Admin,

    /// <summary>監査</summary>
    Auditor,
}

/// <summary>What a member may do for an applicant (管理者 / 担当者 / 閲覧者).</summary>
public enum MemberRole
{
    Owner,
    Clerk,
    Viewer,
}

/// <summary>Who acts: an account with its staff roles and the applicants it belongs to.</summary>
/// <param name="Name">As shown in histories.</param>
public sealed record Actor(
    Guid UserId,
    string Name,
    IReadOnlySet<StaffRole> Roles,
    IReadOnlyDictionary<Guid, MemberRole> Memberships)
{
    public bool IsStaff => Roles.Count > 0;

    public bool Is(StaffRole role) => Roles.Contains(role);

    public bool BelongsTo(Guid applicantId) => Memberships.ContainsKey(applicantId);

    /// <summary>May write for the applicant: 管理者 and 担当者. Staff accounts cannot apply.</summary>
    public bool MayApplyFor(Guid applicantId) =>
        !IsStaff && Memberships.TryGetValue(applicantId, out var role) && role != MemberRole.Viewer;

    /// <summary>The portal itself: jobs, seeds.</summary>
    public static Actor Portal { get; } = new(Guid.Empty, "ポータル", new HashSet<StaffRole>(), new Dictionary<Guid, MemberRole>());
}
