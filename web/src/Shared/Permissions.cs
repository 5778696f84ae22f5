using GrantPortal.Domain.Accounts;

namespace GrantPortal.Web.Shared;

/// <summary>Everything a request may be for. Each endpoint names one; who may, stands in <see cref="Permissions"/>.</summary>
public enum Permission
{
    /// <summary>Public pages, sign-in, health, static files.</summary>
    Public,

    /// <summary>Signed in as anybody: sign out.</summary>
    SignedIn,

    /// <summary>The applicant's side: profile, own applications, uploads.</summary>
    Apply,

    /// <summary>Queue and cases, read only.</summary>
    ReadReviews,

    /// <summary>担当する, 差し戻す, 一次審査, 取下げ by staff.</summary>
    Review,

    /// <summary>担当を外れる: who claimed, or an admin.</summary>
    Release,

    /// <summary>交付決定, 不交付, hand back.</summary>
    Decide,

    /// <summary>口座番号を表示する on a case: by who compares it with the passbook or pays, each time in the audit.</summary>
    ReadAccountNumber,

    /// <summary>差戻しの理由: the list clerks choose from.</summary>
    ManageReasons,

    /// <summary>A document by id: the applicant's own, or a submitted one for staff.</summary>
    ReadDocument,
}

/// <summary>The permission table: action × role. Relation to the object is checked per object in SQL.</summary>
public static class Permissions
{
    private static readonly IReadOnlyDictionary<Permission, Func<Actor, bool>> Table = new Dictionary<Permission, Func<Actor, bool>>
    {
        [Permission.SignedIn] = _ => true,
        [Permission.Apply] = actor => !actor.IsStaff,
        [Permission.ReadReviews] = actor => actor.IsStaff,
        [Permission.Review] = actor => actor.Is(StaffRole.Reviewer),
        [Permission.Release] = actor => actor.Is(StaffRole.Reviewer) || actor.Is(StaffRole.Admin),
        [Permission.Decide] = actor => actor.Is(StaffRole.Approver),
        [Permission.ReadAccountNumber] = actor => actor.Is(StaffRole.Reviewer) || actor.Is(StaffRole.Approver) || actor.Is(StaffRole.Finance) || actor.Is(StaffRole.Auditor),
        [Permission.ManageReasons] = actor => actor.Is(StaffRole.Admin),
        [Permission.ReadDocument] = _ => true,
    };

    /// <param name="actor">Null: signed out.</param>
    public static bool Allows(Permission permission, Actor? actor) => permission == Permission.Public || (actor is not null && Table[permission](actor));
}

/// <summary>Names the permission an endpoint needs. An endpoint without one is refused, and a test fails.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class PermitAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}
