using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Accounts;

/// <summary>What becomes of a role.</summary>
public enum RoleChangeKind
{
    Give,
    Take,
}

/// <summary>How a change of roles stands.</summary>
public enum RoleChangeState
{
    /// <summary>Waits for a second 管理者.</summary>
    Open,

    /// <summary>Confirmed by a second 管理者: in force.</summary>
    Confirmed,

    /// <summary>Declined by a second 管理者.</summary>
    Declined,

    /// <summary>Taken back by who asked.</summary>
    Withdrawn,

    /// <summary>Nobody confirmed it in time.</summary>
    Expired,
}

/// <summary>The 管理者 of the portal, read under a lock.</summary>
/// <param name="All">Who has the role.</param>
/// <param name="Able">Those whose account is open and can be signed in to.</param>
public sealed record Admins(IReadOnlySet<Guid> All, IReadOnlySet<Guid> Able)
{
    /// <summary>So many must always be able to act: everything of weight is done by two people.</summary>
    public const int Fewest = 2;
}

/// <summary>Whose roles are to change.</summary>
/// <param name="IsMember">Belongs to an applicant.</param>
public sealed record RoleHolder(Guid UserId, IReadOnlySet<StaffRole> Roles, bool IsMember);

/// <summary>A role to be given or taken: asked for by one 管理者, confirmed by another, and never by the person concerned.</summary>
public sealed record RoleChange(Guid Id, Guid UserId, StaffRole Role, RoleChangeKind Kind, string Reason, RoleChangeState State, Guid AskedBy, DateTimeOffset ExpiresAt)
{
    /// <summary>How long a second 管理者 can confirm it [choice].</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>The state at a moment: an open one that was not confirmed in time has expired, whether or not that is written down yet.</summary>
    public RoleChangeState StateAt(DateTimeOffset now) => State == RoleChangeState.Open && now >= ExpiresAt ? RoleChangeState.Expired : State;

    /// <summary>What stands against the change itself, whoever asks for it or confirms it.</summary>
    /// <returns>Null where nothing does.</returns>
    public static Refusal? Against(RoleHolder person, StaffRole role, RoleChangeKind kind, Admins admins)
    {
        if (kind == RoleChangeKind.Give)
        {
            if (person.Roles.Contains(role)) return new Refusal(RefusalCode.WrongState, $"この方は、すでに「{role.Name()}」です。");
            return person.IsMember
                ? new Refusal(RefusalCode.ConflictOfInterest, "この方は申請者のメンバーのため、職員の役割を与えられません。申請者のメンバーから外れるか、職員用の別のメールアドレスでアカウントを作ってください。")
                : null;
        }
        if (!person.Roles.Contains(role)) return new Refusal(RefusalCode.WrongState, $"この方は「{role.Name()}」ではありません。");
        return role == StaffRole.Admin && admins.Able.Count(a => a != person.UserId) < Admins.Fewest
            ? new Refusal(RefusalCode.LastAdmin, $"操作できる管理者が{Admins.Fewest}人より少なくなるため、この方から管理者の役割を外すことはできません。先に、別の方を管理者にしてください。")
            : null;
    }

    /// <summary>What stands against asking.</summary>
    public static Refusal? AgainstAsking(Guid asker, RoleHolder person, StaffRole role, RoleChangeKind kind, Admins admins) =>
        asker == person.UserId ? Own : Against(person, role, kind, admins);

    /// <summary>What stands against confirming.</summary>
    public Refusal? AgainstConfirming(Guid confirmer, RoleHolder person, Admins admins, DateTimeOffset now)
    {
        if (AgainstDeclining(confirmer, now) is { } refusal) return refusal;
        return admins.All.Contains(AskedBy)
            ? Against(person, Role, Kind, admins)
            : new Refusal(RefusalCode.WrongState, "依頼した方が管理者ではなくなったため、この依頼は確認できません。必要な場合は、もう一度依頼してください。");
    }

    /// <summary>What stands against declining: it takes a second 管理者 too.</summary>
    public Refusal? AgainstDeclining(Guid decliner, DateTimeOffset now)
    {
        if (Ended(now) is { } ended) return ended;
        if (decliner == UserId) return Own;
        return decliner == AskedBy ? new Refusal(RefusalCode.SamePerson, "ご自身が依頼した変更は、ほかの管理者が確認します。取りやめる場合は「依頼を取り下げる」を押してください。") : null;
    }

    /// <summary>What stands against taking it back.</summary>
    public Refusal? AgainstWithdrawing(Guid actor, DateTimeOffset now) =>
        Ended(now) ?? (actor == AskedBy ? null : new Refusal(RefusalCode.NotYours, "依頼を取り下げられるのは、依頼した方だけです。"));

    private Refusal? Ended(DateTimeOffset now) => StateAt(now) switch
    {
        RoleChangeState.Open => null,
        RoleChangeState.Confirmed => new Refusal(RefusalCode.Stale, "この依頼は、すでにほかの管理者が確認しました。役割は変更されています。"),
        RoleChangeState.Declined => new Refusal(RefusalCode.Stale, "この依頼は、すでにほかの管理者が却下しました。役割は変わっていません。"),
        RoleChangeState.Withdrawn => new Refusal(RefusalCode.Stale, "この依頼は、依頼した方が取り下げました。役割は変わっていません。"),
        _ => new Refusal(RefusalCode.Stale, "この依頼は、確認の期限が過ぎました。必要な場合は、もう一度依頼してください。"),
    };

    private static Refusal Own { get; } = new(RefusalCode.SamePerson, "ご自身の役割の変更は、依頼も確認もできません。ほかの2人の管理者が行います。");
}

public static class StaffRoles
{
    /// <summary>As on the screen and in mails.</summary>
    public static string Name(this StaffRole role) => role switch
    {
        StaffRole.Reviewer => "審査担当",
        StaffRole.Approver => "決裁者",
        StaffRole.Finance => "支払担当",
        StaffRole.Admin => "管理者",
        _ => "監査",
    };

    /// <summary>What the role is for, in one line.</summary>
    public static string Purpose(this StaffRole role) => role switch
    {
        StaffRole.Reviewer => "申請を審査し、差戻しと一次審査を行います",
        StaffRole.Approver => "交付決定と不交付を決めます",
        StaffRole.Finance => "支払いを行います",
        StaffRole.Admin => "役割・年度・班などを管理します。審査も決裁もしません",
        _ => "すべてを見ます。何も変更しません",
    };

    public static string Name(this RoleChangeState state) => state switch
    {
        RoleChangeState.Open => "確認待ち",
        RoleChangeState.Confirmed => "確認済み",
        RoleChangeState.Declined => "却下",
        RoleChangeState.Withdrawn => "取下げ",
        _ => "期限切れ",
    };
}
