using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <summary>Accounts: staff (<c>reviewer1@bench.example</c>, …) and one owner for every applicant (<c>owner1@bench.example</c>, …), all with one password.</summary>
internal sealed class Staff
{
    public const string Password = "Demo-Portal-2026";

    private static readonly (StaffRole Role, int Count)[] Numbers =
        [(StaffRole.Reviewer, 40), (StaffRole.Approver, 8), (StaffRole.Finance, 3), (StaffRole.Admin, 2), (StaffRole.Auditor, 2)];

    private const int TeamSize = 5;

    private readonly List<Actor> all = [];

    public Staff(Dice dice)
    {
        foreach (var (role, count) in Numbers)
            for (var i = 0; i < count; i++)
                all.Add(new Actor(dice.TimedId(Calendar.Start), Words.Person(dice).Name, new HashSet<StaffRole> { role }, new Dictionary<Guid, MemberRole>()));
        Reviewers = [.. all.Where(a => a.Is(StaffRole.Reviewer))];
        Approvers = [.. all.Where(a => a.Is(StaffRole.Approver))];
        Teams = [.. Enumerable.Range(0, Reviewers.Count / TeamSize).Select(_ => dice.TimedId(Calendar.Start))];
    }

    public IReadOnlyList<Actor> Reviewers { get; }

    public IReadOnlyList<Actor> Approvers { get; }

    /// <summary>Eight teams of five, each with about six prefectures of both programmes; Okinawa (47) has none.</summary>
    public IReadOnlyList<Guid> Teams { get; }

    /// <summary>Null where none covers it.</summary>
    public Guid? TeamOf(string number) =>
        int.Parse(number.AsSpan(0, 2), CultureInfo.InvariantCulture) is var prefecture and < 47 ? Teams[(prefecture - 1) * Teams.Count / 46] : null;

    /// <param name="owners">The applicants that apply.</param>
    /// <returns>Rows written.</returns>
    public async Task<long> WriteAsync(NpgsqlDataSource source, IReadOnlyList<Owner> owners, Dice dice, CancellationToken cancel)
    {
        // One hash for all: computing it takes a tenth of a second of CPU.
        var hash = new PasswordHasher<object>().HashPassword(new object(), Password);
        await using var users = await CopyTable.OpenAsync(
            source, "users", "id, email, normalized_email, name, password_hash, security_stamp, email_confirmed, second_factor_exempt, created_at", cancel);
        await using var roles = await CopyTable.OpenAsync(source, "user_roles", "user_id, role, given_at", cancel);
        await using var applicants = await CopyTable.OpenAsync(
            source, "applicants", "id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at", cancel);
        await using var memberships = await CopyTable.OpenAsync(source, "memberships", "user_id, applicant_id, role, since", cancel);
        foreach (var group in all.GroupBy(a => a.Roles.Single()))
        {
            var (role, number) = (Codes.Of(group.Key), 0);
            foreach (var actor in group)
            {
                User(users, actor.UserId, $"{role}{++number}", actor.Name, hash, dice);
                roles.Row().Id(actor.UserId).Text(role).At(Calendar.Start);
            }
        }
        for (var i = 0; i < owners.Count; i++)
        {
            var (owner, profile) = (owners[i], owners[i].Profile);
            User(users, owner.UserId, $"owner{i + 1}", profile.ContactName, hash, dice);
            applicants.Row().Id(owner.Id).Text(Codes.Of(profile.Kind)).Text(profile.Name).Text(profile.CorporateNumber).Text(profile.Representative)
                .Bool(profile.NonProfit).Text(profile.ContactName).Text(profile.Phone).At(Calendar.Start).At(Calendar.Start);
            memberships.Row().Id(owner.UserId).Id(owner.Id).Text(Codes.Of(MemberRole.Owner)).At(Calendar.Start);
            if (owner.Institutions.Count < 10) continue;
            var clerk = dice.TimedId(Calendar.Start);
            User(users, clerk, $"clerk{i + 1}", Words.Person(dice).Name, hash, dice);
            memberships.Row().Id(clerk).Id(owner.Id).Text(Codes.Of(MemberRole.Clerk)).At(Calendar.Start);
        }
        await using var teams = await CopyTable.OpenAsync(source, "teams", "id, name, to_members, created_at", cancel);
        await using var coverage = await CopyTable.OpenAsync(source, "team_coverage", "programme, prefecture, team_id", cancel);
        await using var members = await CopyTable.OpenAsync(source, "team_members", "team_id, user_id, since", cancel);
        for (var i = 0; i < Teams.Count; i++)
        {
            teams.Row().Id(Teams[i]).Text($"審査第{i + 1}班").Bool(i % 2 == 0).At(Calendar.Start);
            foreach (var member in Reviewers.Skip(i * TeamSize).Take(TeamSize)) members.Row().Id(Teams[i]).Id(member.UserId).At(Calendar.Start);
        }
        foreach (var (prefecture, _) in Prefectures.All)
        {
            if (TeamOf(prefecture) is not { } team) continue;
            foreach (var programme in Enum.GetValues<Programme>()) coverage.Row().Text(Codes.Of(programme)).Text(prefecture).Id(team);
        }
        CopyTable[] tables = [users, roles, applicants, memberships, teams, coverage, members];
        foreach (var table in tables) await table.CompleteAsync(cancel);
        return tables.Sum(t => t.Rows);
    }

    /// <summary>Exempt from the second factor, as the demo's staff: a database made for measuring guards nothing.</summary>
    private static void User(CopyTable users, Guid id, string name, string person, string hash, Dice dice)
    {
        var email = $"{name}@bench.example";
        users.Row().Id(id).Text(email).Text(email.ToUpperInvariant()).Text(person).Text(hash).Text(dice.RandomId().ToString("N")).Bool(true).Bool(true).At(Calendar.Start);
    }
}
