using System.Numerics;
using System.Runtime.CompilerServices;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared;

namespace GrantPortal.Web.Tests.Access;

/// <summary>Somebody at a browser.</summary>
/// <param name="Role">One role; what the table is asked with.</param>
/// <param name="User">Null: signed out.</param>
/// <param name="Token">Of the browser's antiforgery cookie.</param>
public sealed record Subject(Who Role, TestUser? User, HttpClient Browser, string Token)
{
    public bool IsStaff => (Role & Who.Staff) != Who.None;

    public override string ToString() => $"{Role}";
}

/// <summary>Everybody there is: one of each role, the three roles of one applicant, and strangers.</summary>
public sealed class World(PortalHost portal)
{
    private readonly Dictionary<string, string> shared = new(StringComparer.Ordinal);

    public PortalHost Portal => portal;

    /// <summary>One for each role, signed out first. Owner, clerk and viewer are members of the same applicant.</summary>
    public required IReadOnlyList<Subject> Everybody { get; init; }

    /// <summary>管理者 of an applicant of its own, 閲覧者 of everybody's.</summary>
    public required Subject ViewerHereOwnerThere { get; init; }

    /// <summary>管理者 of the applicant everybody's members belong to.</summary>
    public required TestUser Ours { get; init; }

    /// <summary>管理者 of another applicant.</summary>
    public required TestUser Stranger { get; init; }

    /// <summary>A member of the staff, and another: who holds a case that somebody else holds.</summary>
    public required TestUser Colleague { get; init; }

    public static async Task<World> MakeAsync(PortalHost portal)
    {
        var given = portal.Given;
        var ours = await given.AnApplicantUser();
        var there = await given.AnApplicantUser();
        await using (var connection = await portal.Database.OpenAsync())
            await AccountStore.AddMemberAsync(connection, there.Id, ours.ApplicantId!.Value, MemberRole.Viewer, portal.Clock.Now);
        var everybody = new List<Subject>();
        foreach (var role in Enum.GetValues<Who>().Where(role => BitOperations.IsPow2((int)role))) everybody.Add(await SubjectAsync(portal, ours, role));
        return new World(portal)
        {
            Everybody = everybody,
            ViewerHereOwnerThere = await SubjectAsync(portal, Who.Viewer | Who.Owner, there),
            Ours = ours,
            Stranger = await given.AnApplicantUser(),
            Colleague = await given.Staff(StaffRole.Reviewer),
        };
    }

    /// <summary>Another account of the same role: for a request that may change the account itself, or end its session.</summary>
    public Task<Subject> AnotherAsync(Subject subject) => SubjectAsync(portal, Ours, subject.Role);

    /// <summary>Made once, for requests that must not change it.</summary>
    private async Task<string> SharedAsync(string key, Func<Task<string>> make) => shared.TryGetValue(key, out var value) ? value : shared[key] = await make();

    /// <summary>Values for the address: of objects the subject may see by the table, or not.</summary>
    /// <param name="ours">By parameter.</param>
    public async Task<Dictionary<string, string>> ValuesAsync(Route route, Subject subject, Func<string, Maker, bool> ours, bool fresh, TestUser? holder = null)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in route.Parameters)
        {
            var maker = Objects.InAddress(route, parameter);
            values[parameter] = await MakeAsync(maker, route, subject, ours(parameter, maker), values, fresh, holder);
        }
        return values;
    }

    public async Task<string> MakeAsync(Maker maker, Route route, Subject subject, bool ours, IReadOnlyDictionary<string, string> before, bool fresh, TestUser? holder = null)
    {
        if (maker.Make is not { } make) return maker.Word;
        var staff = subject.IsStaff;
        var sees = route.Rule.Sees;
        // Applicants see what is theirs; staff what was submitted, whoever's it is; an account its own.
        var owner = staff || ours || sees == Sees.OwnAccounts ? Ours : Stranger;
        var account = ours ? subject.User ?? Colleague : Colleague;
        var submitted = ours || !staff;
        holder ??= route.Rule.Needs is Needs.HoldsCase or Needs.HoldsCaseOrAdmin && submitted ? (subject.Role is Who.Reviewer ? subject.User : Colleague) : null;
        Task<string> MakeItAsync() => make(new Wanted(portal, owner, account, submitted, holder, before));
        var key = $"{RuntimeHelpers.GetHashCode(maker)} {owner.Id} {account.Id} {submitted} {holder?.Id} {string.Join(' ', before.Values)}";
        return fresh ? await MakeItAsync() : await SharedAsync(key, MakeItAsync);
    }

    private static async Task<Subject> SubjectAsync(PortalHost portal, TestUser ours, Who role) => await SubjectAsync(portal, role, role switch
    {
        Who.SignedOut => null,
        Who.Newcomer => await portal.Given.ANewcomer(),
        Who.Owner or Who.Clerk or Who.Viewer => await portal.Given.AMemberOf(ours.ApplicantId!.Value, Enum.Parse<MemberRole>(role.ToString())),
        _ => await portal.Given.Staff(Enum.Parse<StaffRole>(role.ToString())),
    });

    /// <summary>A browser over https, as everybody but a developer has it, and the antiforgery token that goes with it.</summary>
    private static async Task<Subject> SubjectAsync(PortalHost portal, Who role, TestUser? user)
    {
        var browser = user is null ? portal.Browser() : await portal.SignInAsync(user);
        browser.BaseAddress = new Uri("https://localhost");
        return new Subject(role, user, browser, await browser.TokenAsync("/"));
    }
}
