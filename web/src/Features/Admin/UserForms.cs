using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Accounts;
using GrantPortal.Web.Shared.Forms;
using Microsoft.AspNetCore.WebUtilities;

namespace GrantPortal.Web.Features.Admin;

/// <summary>The address of the list of the staff. Whatever it does not understand is left out.</summary>
public sealed record UsersAddress
{
    /// <summary>Accounts that have no role.</summary>
    public const string None = "none";

    /// <summary>Part of a name or an address.</summary>
    public string? Q { get; init; }

    /// <summary>A role's code, or <see cref="None"/>.</summary>
    public string? Role { get; init; }

    /// <summary>The last account of the page before.</summary>
    public string? After { get; init; }

    public StaffFilter Filter => new(string.IsNullOrWhiteSpace(Q) ? null : Q, Codes.From<StaffRole>(Role)) { WithoutRole = Role == None };

    public Guid? Behind => Guid.TryParse(After, out var id) ? id : null;

    public bool IsNarrowed => Filter is not { Search: null, Role: null, WithoutRole: false };

    public override string ToString() => QueryHelpers.AddQueryString("/admin/users",
        new Dictionary<string, string?> { ["q"] = Q, ["role"] = Role, ["after"] = After }.Where(p => !string.IsNullOrWhiteSpace(p.Value)));
}

/// <summary>利用者と役割.</summary>
/// <param name="Open">Changes that wait for a second 管理者.</param>
/// <param name="Me">Who looks.</param>
public sealed record UsersPage(UsersAddress Address, IReadOnlyList<StaffLine> Lines, bool More, IReadOnlyList<RoleChangeLine> Open, Guid Me)
{
    /// <summary>Accounts on a page.</summary>
    public const int Size = 50;

    public static IReadOnlyList<Choice> Roles { get; } = [new("", "すべて"), .. Enum.GetValues<StaffRole>().Select(r => new Choice(Codes.Of(r), r.Name())), new(UsersAddress.None, "役割なし")];

    /// <summary>What this 管理者 can do about a change that waits.</summary>
    public string StandOf(RoleChangeLine change) => change.UserId == Me ? "ご本人のため、ほかの管理者が確認します" : change.AskedBy == Me ? "ほかの管理者の確認待ちです" : "あなたの確認を待っています";
}

/// <summary>One account of the staff.</summary>
/// <param name="Changes">Everything asked for about its roles, the latest first.</param>
/// <param name="Me">Who looks.</param>
public sealed record UserPage(StaffLine Person, IReadOnlyList<RoleChangeLine> Changes, RoleForm Form, Guid Me, DateTimeOffset Now)
{
    public bool IsMe => Person.Id == Me;

    public IReadOnlyList<RoleChangeLine> Open => [.. Changes.Where(c => StateOf(c) == RoleChangeState.Open)];

    public IReadOnlyList<RoleChangeLine> Ended => [.. Changes.Where(c => StateOf(c) != RoleChangeState.Open)];

    public RoleChangeState StateOf(RoleChangeLine change) => change.State == RoleChangeState.Open && Now >= change.ExpiresAt ? RoleChangeState.Expired : change.State;

    /// <summary>The account waits for its first password, and a role has been confirmed.</summary>
    public bool MaySendLink => !Person.HasPassword && !Person.IsClosed && Person.Roles.Count > 0;

    /// <summary>What can be asked for.</summary>
    public IEnumerable<Choice> Choices =>
    [
        new("", "選んでください"),
        .. from role in Enum.GetValues<StaffRole>()
           where Open.All(c => c.Role != role)
           let held = Person.Roles.Contains(role)
           select new Choice($"{(held ? "take" : "give")}:{Codes.Of(role)}", $"「{role.Name()}」を{(held ? "外す" : "与える")}"),
    ];
}

/// <summary>役割の変更の依頼 as typed.</summary>
public sealed record RoleForm
{
    internal const int LongestReason = 500;

    /// <summary>As in <c>give:reviewer</c>.</summary>
    public string? Change { get; init; }
    public string? Reason { get; init; }

    /// <returns>Null with at least one problem.</returns>
    public (RoleChangeKind Kind, StaffRole Role, string Reason)? Read(Problems problems)
    {
        var known = Change?.Split(':') is [var act, var name] && Codes.From<RoleChangeKind>(act) is { } kind && Codes.From<StaffRole>(name) is { } role ? (kind, role) : ((RoleChangeKind, StaffRole)?)null;
        if (known is null) problems.Add(nameof(Change), "役割の変更を選んでください。");
        var reason = problems.Text(nameof(Reason), Reason, "理由", LongestReason);
        return problems.Any ? null : (known!.Value.Item1, known.Value.Item2, reason);
    }
}

/// <summary>A new account of the staff as typed.</summary>
public sealed record NewUserForm
{
    private const int LongestName = 100;

    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Codes of roles.</summary>
    public string[] Roles { get; init; } = [];
    public string? Reason { get; init; }

    public static IReadOnlyList<Choice> RoleChoices { get; } = [.. Enum.GetValues<StaffRole>().Select(r => new Choice(Codes.Of(r), r.Name(), r.Purpose()))];

    /// <returns>Null with at least one problem.</returns>
    public (string Name, string Email, IReadOnlyList<StaffRole> Roles, string Reason)? Read(Problems problems)
    {
        var name = problems.Text(nameof(Name), Name, "氏名", LongestName);
        var email = MailAddressText.Read(Email);
        if (email is null) problems.Add(nameof(Email), string.IsNullOrWhiteSpace(Email) ? "メールアドレスを入力してください。" : MailAddressText.Wrong);
        var roles = Roles.Distinct(StringComparer.Ordinal).Select(r => Codes.From<StaffRole>(r)).ToList();
        if (roles.Count == 0 || roles.Any(r => r is null)) problems.Add(nameof(Roles), "役割を1つ以上選んでください。");
        var reason = problems.Text(nameof(Reason), Reason, "理由", RoleForm.LongestReason);
        return problems.Any ? null : (name, email!, [.. roles.Select(r => r!.Value)], reason);
    }
}
