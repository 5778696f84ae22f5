using GrantPortal.Domain.Accounts;

namespace GrantPortal.Web.Features.Demo;

/// <summary>An account of the demo.</summary>
/// <param name="What">What it is for, in Japanese.</param>
/// <param name="Roles">Empty: an applicant's.</param>
public sealed record DemoAccount(string Email, string Name, string What, params IReadOnlyList<StaffRole> Roles);

/// <summary>The accounts of the demo; all have one password, known to everybody.</summary>
public static class DemoAccounts
{
    public const string Password = "Demo-Portal-2026";

    public static IReadOnlyList<DemoAccount> All { get; } =
    [
        new("office@demo.example", "見本 花子", "申請者：介護事業所の株式会社"),
        new("clinic@demo.example", "見本 一郎", "申請者：病院と診療所の医療法人"),
        new("corp@demo.example", "見本 恵子", "申請者：12の事業所をもつ社会福祉法人"),
        new("reviewer1@demo.example", "審査 太郎", "審査担当", StaffRole.Reviewer),
        new("reviewer2@demo.example", "審査 次郎", "審査担当", StaffRole.Reviewer),
        new("approver@demo.example", "決裁 三郎", "決裁者", StaffRole.Approver),
        new("finance@demo.example", "支払 四郎", "支払担当", StaffRole.Finance),
        new("admin@demo.example", "管理 五郎", "管理者", StaffRole.Admin),
        new("admin2@demo.example", "管理 六郎", "管理者", StaffRole.Admin),
        new("auditor@demo.example", "監査 七郎", "監査", StaffRole.Auditor),
    ];
}
