using System.Globalization;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Offices;
using GrantPortal.Web.Shared.Forms;

namespace GrantPortal.Web.Features.Routing;

/// <summary>All teams, and what no team covers.</summary>
/// <param name="Uncovered">Waiting cases without a team, counted up to <see cref="TeamStore.MostCounted"/>.</param>
public sealed record TeamsPage(IReadOnlyList<TeamLine> Teams, int Uncovered);

/// <summary>One team on its page.</summary>
/// <param name="Team">As it is stored; null: a new one.</param>
public sealed record TeamPage(Team? Team, TeamForm Form, IReadOnlyList<Clerk> Reviewers)
{
    public int Version => Team?.Version ?? 0;

    public IEnumerable<Choice> Clerks => Reviewers.Select(c => new Choice(c.Id.ToString(), c.Name));
}

/// <summary>What the page of a team posts.</summary>
public sealed record TeamForm
{
    private const int LongestName = 40;

    public string? Version { get; init; }
    public string? Name { get; init; }
    public bool ToMembers { get; init; }

    /// <summary>Accounts.</summary>
    public string[] Members { get; init; } = [];

    /// <summary>都道府県番号.</summary>
    public string[] Care { get; init; } = [];

    /// <summary>都道府県番号.</summary>
    public string[] Medical { get; init; } = [];

    public int Seen => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    public static IReadOnlyList<Choice> PrefectureChoices { get; } = [.. Prefectures.All.Select(p => new Choice(p.Code, p.Name))];

    public static TeamForm Of(Team team) => new()
    {
        Name = team.Name,
        ToMembers = team.ToMembers,
        Members = [.. team.Members.Select(m => m.ToString())],
        Care = [.. team.Care],
        Medical = [.. team.Medical],
    };

    /// <returns>Null with at least one problem.</returns>
    public Team? Read(Guid id, int version, IReadOnlyList<Clerk> reviewers, Problems problems)
    {
        var name = problems.Text(nameof(Name), Name, "班の名前", LongestName);
        var members = reviewers.Select(r => r.Id).Where(r => Members.Contains(r.ToString(), StringComparer.OrdinalIgnoreCase)).ToList();
        if (members.Count < Members.Distinct(StringComparer.OrdinalIgnoreCase).Count()) problems.Add(nameof(Members), "班員に、審査担当でない方が含まれています。選び直してください。");
        foreach (var (field, chosen) in new[] { (nameof(Care), Care), (nameof(Medical), Medical) })
            if (chosen.Any(p => Prefectures.NameOf(p) is null)) problems.Add(field, "都道府県を、一覧から選び直してください。");
        if (ToMembers && members.Count == 0) problems.Add(nameof(Members), "班員に割り振るには、班員を1人以上選んでください。");
        return problems.Any ? null : new Team(id, name, ToMembers, version) { Members = members, Care = [.. Care.Distinct()], Medical = [.. Medical.Distinct()] };
    }
}
