using GrantPortal.Domain.Accounts;
using static GrantPortal.Web.Shared.Needs;
using static GrantPortal.Web.Shared.Permission;
using static GrantPortal.Web.Shared.Sees;
using static GrantPortal.Web.Shared.Who;

namespace GrantPortal.Web.Shared;

/// <summary>
/// The permission table: action × role × relation to the object. Each endpoint names one action with <c>[Permit]</c>.
/// <list type="bullet">
/// <item><see cref="Who"/> is asked by <see cref="Security.PermissionGate"/> before the endpoint runs, of all roles the account has: signed out → the
/// sign-in page, otherwise 403. Where an account has one role in this applicant and another in that, the domain asks again for the object's own
/// (<see cref="Actor.MayApplyFor"/>).</item>
/// <item><see cref="Sees"/> stands in the WHERE clause of whatever loads the object: not seen, or not there → 404.</item>
/// <item><see cref="Needs"/> is asked by the domain, on the loaded object: otherwise 409 with the reason, and nothing changes.</item>
/// </list>
/// A new action is one member of <see cref="Permission"/> and one line here. The matrix test reads this table, walks every endpoint of the running
/// portal as everybody, and fails where the portal answers otherwise.
/// </summary>
public static class Permissions
{
    private static readonly Rule[] Table =
    [
        //  action              who                          sees             needs
        new(Public,             Anyone,                      Nothing,         NoMore),
        new(SignedIn,           Applicants | Staff,          Nothing,         NoMore),

        new(ReadApplications,   Applicants,                  OwnApplicants,   NoMore),
        new(Start,              Owner | Clerk | Newcomer,    OwnApplicants,   NoMore), // a newcomer is led to the profile first
        new(Apply,              Owner | Clerk,               OwnApplicants,   NoMore),
        new(ReadProfile,        Applicants,                  OwnApplicants,   NoMore),
        new(EditProfile,        Owner | Clerk | Newcomer,    OwnApplicants,   NoMore),
        new(ChooseMail,         Applicants,                  Nothing,         NoMore),
        new(ReadDocument,       Applicants | Staff,          OwnOrSubmitted,  NoMore),
        new(ReadLetter,         Applicants | Staff,          OwnOrSubmitted,  NoMore),

        new(ReadMembers,        Viewer | Clerk | Owner,      OwnApplicants,   NoMore),
        new(ManageMembers,      Owner,                       OwnApplicants,   NoMore),
        new(LeaveApplicant,     Viewer | Clerk | Owner,      OwnApplicants,   NoMore), // the domain keeps the last owner
        new(JoinApplicant,      Applicants,                  Nothing,         NoMore), // the invitation's secret is the right
        new(ReadOffices,        Viewer | Clerk | Owner,      OwnApplicants,   NoMore),
        new(EditOffices,        Owner | Clerk,               OwnApplicants,   NoMore),

        new(ReadReviews,        Staff,                       Submitted,       NoMore),
        new(Export,             Staff,                       Submitted,       NoMore),
        new(ReadLife,           Admin | Auditor,             Submitted,       NoMore),
        new(Claim,              Reviewer,                    Submitted,       NoConflict),
        new(Review,             Reviewer,                    Submitted,       HoldsCase),
        new(Release,            Reviewer | Admin,            Submitted,       HoldsCaseOrAdmin),
        new(WithdrawForThem,    Reviewer,                    Submitted,       NoMore),
        new(Decide,             Approver,                    Submitted,       NoConflict),
        new(NoteCase,           Reviewer | Approver | Finance | Admin, Submitted, NoMore),
        new(ReadClaims,         Staff,                       All,             NoMore),
        new(DecideClaim,        Reviewer,                    All,             NoConflict),
        new(ReadAccountNumber,  Reviewer | Approver | Finance | Auditor, Submitted, NoMore),

        new(AssignCases,        Reviewer | Admin,            Submitted,       HoldsCaseOrAdmin), // what nobody holds is anybody's to move
        new(KeepFilters,        Staff,                       OwnAccounts,     NoMore),
        new(SetKeys,            Staff,                       Nothing,         NoMore),
        new(NoteOwn,            Reviewer | Approver,         OwnAccounts,     NoMore),

        new(Administer,         Admin,                       Nothing,         NoMore),
        new(ManageUsers,        Admin,                       All,             NoMore), // by two: the domain refuses one's own, and the same person twice
        new(ReadAudit,          Auditor,                     All,             NoMore),
        new(ManageReasons,      Admin,                       All,             NoMore),
        new(ManageRouting,      Admin,                       All,             NoMore),

        new(ReadYears,          Admin | Auditor,             All,             NoMore),
        new(ManageYears,        Admin,                       All,             NoMore),
        new(ReadImports,        Admin | Auditor,             All,             NoMore),
        new(ImportOffices,      Admin,                       All,             NoMore),
        new(ReadJobs,           Admin | Auditor,             All,             NoMore),
        new(ManageJobs,         Admin,                       All,             NoMore),
        new(ReadState,          Admin | Auditor,             Nothing,         NoMore),

        new(ReadRetention,      Admin | Auditor,             Nothing,         NoMore),
        new(HoldRecords,        Admin,                       Submitted,       NoMore),
    ];

    private static readonly IReadOnlyDictionary<Permission, Rule> ByAction = Table.ToDictionary(rule => rule.Permission);

    /// <exception cref="KeyNotFoundException">The table has no line for it.</exception>
    public static Rule Of(Permission permission) => ByAction[permission];

    /// <param name="actor">Null: signed out.</param>
    public static bool Allows(Permission permission, Actor? actor) => ByAction.TryGetValue(permission, out var rule) && (rule.Who & RolesOf(actor)) != Who.None;

    /// <summary>Every role an account has. Staff are never applicants, whatever they are members of.</summary>
    public static Who RolesOf(Actor? actor)
    {
        if (actor is null) return SignedOut;
        if (actor.IsStaff) return actor.Roles.Aggregate(Who.None, (all, role) => all | Of(role));
        return actor.Memberships.Count == 0 ? Newcomer : actor.Memberships.Values.Aggregate(Who.None, (all, role) => all | Of(role));
    }

    private static Who Of(StaffRole role) => role switch
    {
        StaffRole.Reviewer => Reviewer,
        StaffRole.Approver => Approver,
        StaffRole.Finance => Finance,
        StaffRole.Admin => Admin,
        _ => Auditor,
    };

    private static Who Of(MemberRole role) => role switch
    {
        MemberRole.Owner => Owner,
        MemberRole.Clerk => Clerk,
        _ => Viewer,
    };
}

/// <summary>Everything a request may be for.</summary>
public enum Permission
{
    /// <summary>Public pages, sign-in, health, static files.</summary>
    Public,

    /// <summary>Anything every account may do: sign out.</summary>
    SignedIn,

    /// <summary>Applications of one's own applicants: list, status, 受付票.</summary>
    ReadApplications,

    /// <summary>介護事業所の申請をはじめる, 医療機関の申請をはじめる.</summary>
    Start,

    /// <summary>Fill in, submit, change and withdraw applications of one's own applicants.</summary>
    Apply,

    /// <summary>申請者情報 as it stands.</summary>
    ReadProfile,

    /// <summary>申請者情報: make the first, change one's own.</summary>
    EditProfile,

    /// <summary>Who else belongs to the applicant.</summary>
    ReadMembers,

    /// <summary>Invite, change roles, remove: the applicant's 管理者.</summary>
    ManageMembers,

    /// <summary>Leave an applicant.</summary>
    LeaveApplicant,

    /// <summary>Take up an invitation.</summary>
    JoinApplicant,

    /// <summary>The applicant's offices.</summary>
    ReadOffices,

    /// <summary>Add and remove offices, claim a number, say something about a claim.</summary>
    EditOffices,

    /// <summary>Claims to numbers, read only.</summary>
    ReadClaims,

    /// <summary>Decide a claim to a number; not who is a member of either side.</summary>
    DecideClaim,

    /// <summary>お知らせメールの受け取り方 of one's own account.</summary>
    ChooseMail,

    /// <summary>A document by its id.</summary>
    ReadDocument,

    /// <summary>A 通知書 by its id.</summary>
    ReadLetter,

    /// <summary>Queue and cases, read only.</summary>
    ReadReviews,

    /// <summary>CSVで書き出す: a list of the queue.</summary>
    Export,

    /// <summary>全記録 of one application, with who looked at it.</summary>
    ReadLife,

    /// <summary>担当する, 次の案件.</summary>
    Claim,

    /// <summary>差し戻す, 一次審査を完了する.</summary>
    Review,

    /// <summary>担当を外れる; for an admin 担当を外す.</summary>
    Release,

    /// <summary>取り下げる by staff, with a reason.</summary>
    WithdrawForThem,

    /// <summary>交付決定する, 不交付とする, 審査に戻す.</summary>
    Decide,

    /// <summary>口座番号を表示する on a case: by who compares it with the passbook or pays, each time in the audit.</summary>
    ReadAccountNumber,

    /// <summary>割り振る: put cases on another clerk's or team's list.</summary>
    AssignCases,

    /// <summary>内部メモ on a case; 監査 reads them.</summary>
    NoteCase,

    /// <summary>Whether single-letter keys act on one's own desk.</summary>
    SetKeys,

    /// <summary>Filters of the queue under a name.</summary>
    KeepFilters,

    /// <summary>One's own 不在 and 利害関係.</summary>
    NoteOwn,

    /// <summary>管理: the page all administrators' pages are reached from.</summary>
    Administer,

    /// <summary>利用者と役割: accounts of the staff, their roles asked for and confirmed.</summary>
    ManageUsers,

    /// <summary>監査記録: search and export.</summary>
    ReadAudit,

    /// <summary>差戻しの理由: the list clerks choose from.</summary>
    ManageReasons,

    /// <summary>班, everybody's 不在 and 利害関係, 休日.</summary>
    ManageRouting,

    /// <summary>事業年度 with their history, read only.</summary>
    ReadYears,

    /// <summary>Period, budget and settings of a year; stop and reopen reception; the next year.</summary>
    ManageYears,

    /// <summary>Imports of the office master and what came of them.</summary>
    ReadImports,

    /// <summary>Import the office master.</summary>
    ImportOffices,

    /// <summary>Work that waits or was given up.</summary>
    ReadJobs,

    /// <summary>Try again what was given up.</summary>
    ManageJobs,

    /// <summary>システムの状態.</summary>
    ReadState,

    /// <summary>記録の保存と削除: what is deleted next, what was, and what is held.</summary>
    ReadRetention,

    /// <summary>法的保全: keep an application's records whatever their age, or no longer.</summary>
    HoldRecords,
}

/// <summary>Roles an account may have, with being signed out as one of them.</summary>
[Flags]
public enum Who
{
    None = 0,

    /// <summary>Nobody is signed in.</summary>
    SignedOut = 1,

    /// <summary>An account that belongs to no applicant yet.</summary>
    Newcomer = 2,

    /// <summary>閲覧者 of an applicant.</summary>
    Viewer = 4,

    /// <summary>担当者 of an applicant.</summary>
    Clerk = 8,

    /// <summary>管理者 of an applicant.</summary>
    Owner = 16,

    /// <summary>審査担当</summary>
    Reviewer = 32,

    /// <summary>決裁者</summary>
    Approver = 64,

    /// <summary>支払担当</summary>
    Finance = 128,

    /// <summary>管理者: runs the portal; no reviewing, deciding or paying.</summary>
    Admin = 256,

    /// <summary>監査: reads everything, changes nothing.</summary>
    Auditor = 512,

    Applicants = Newcomer | Viewer | Clerk | Owner,
    Staff = Reviewer | Approver | Finance | Admin | Auditor,
    Anyone = SignedOut | Applicants | Staff,
}

/// <summary>Which objects an action can be about at all. Any other is answered as if it did not exist: 404.</summary>
public enum Sees
{
    /// <summary>The action is about no object of its own.</summary>
    Nothing,

    /// <summary>Every object there is.</summary>
    All,

    /// <summary>What belongs to an applicant the account is a member of.</summary>
    OwnApplicants,

    /// <summary>What belongs to the account itself; a colleague's does not.</summary>
    OwnAccounts,

    /// <summary>An application submitted at least once, with what belongs to its submitted versions, unless the account declared a conflict of interest with it. Drafts are their applicant's alone.</summary>
    Submitted,

    /// <summary>Applicants as <see cref="OwnApplicants"/>, staff as <see cref="Submitted"/>.</summary>
    OwnOrSubmitted,
}

/// <summary>What must hold between the account and the object beyond seeing it. Otherwise 409 in words, by the domain.</summary>
public enum Needs
{
    NoMore,

    /// <summary>The account claimed the case.</summary>
    HoldsCase,

    /// <summary>The account claimed the case, or is a 管理者.</summary>
    HoldsCaseOrAdmin,

    /// <summary>No conflict of interest: no member of the applicant; to decide, nobody who claimed, reviewed or returned any version.</summary>
    NoConflict,
}

/// <summary>One line of the table.</summary>
public sealed record Rule(Permission Permission, Who Who, Sees Sees, Needs Needs);

/// <summary>Names the permission an endpoint needs. An endpoint without one is refused, and a test fails.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class PermitAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}
