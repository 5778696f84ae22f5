using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Accounts;

/// <summary>A member of an applicant.</summary>
/// <param name="Version">Counts changes of the role; a writer who saw another one is stale.</param>
public sealed record Member(Guid UserId, MemberRole Role, int Version);

/// <summary>Who belongs to an applicant, and what may become of it: an applicant never stays without a 管理者.</summary>
public sealed record Members(IReadOnlyList<Member> All)
{
    /// <summary>Whether the member can get another role, or leave.</summary>
    /// <param name="role">Null: leaves, or is removed.</param>
    /// <param name="seen">The version of the membership the page showed.</param>
    /// <returns>Null where nothing stands against it.</returns>
    public Refusal? Against(Guid userId, MemberRole? role, int seen)
    {
        if (All.FirstOrDefault(m => m.UserId == userId) is not { } member || member.Version != seen) return Changed;
        return member.Role == MemberRole.Owner && role != MemberRole.Owner && All.Count(m => m.Role == MemberRole.Owner) == 1 ? LastOwner : null;
    }

    public static Refusal LastOwner { get; } = new(RefusalCode.LastOwner,
        "管理者がいなくなるため、この操作はできません。先に、ほかのメンバーの役割を「管理者」に変更してください。");

    public static Refusal Changed { get; } = new(RefusalCode.Stale,
        "この画面を開いたあとに、メンバーが変更されました。最新の内容を表示しましたので、ご確認のうえ、もう一度操作してください。");
}

public static class MemberRoles
{
    /// <summary>As on the screen and in mails.</summary>
    public static string Name(this MemberRole role) => role switch
    {
        MemberRole.Owner => "管理者",
        MemberRole.Clerk => "担当者",
        _ => "閲覧者",
    };
}
