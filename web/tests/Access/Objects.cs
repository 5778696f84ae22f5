using System.Globalization;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Reviews;
using GrantPortal.Data.Routing;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Admin;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Members;
using GrantPortal.Web.Features.Offices;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Access;

/// <summary>What an object is to be like.</summary>
/// <param name="Owner">A 管理者 of the applicant it belongs to.</param>
/// <param name="Account">Whose it is, where it belongs to an account: the one who asks, or a colleague.</param>
/// <param name="Submitted">False: nobody but the applicant may know of it yet.</param>
/// <param name="Holder">Who has claimed it; null: nobody.</param>
/// <param name="Before">Values of the address's parameters before this one.</param>
public sealed record Wanted(PortalHost Portal, TestUser Owner, TestUser Account, bool Submitted, TestUser? Holder, IReadOnlyDictionary<string, string> Before);

/// <summary>Makes what an address or a field names.</summary>
/// <param name="Make">Null: it names no object (a word, a number the page made up) and takes <paramref name="Word"/>.</param>
public sealed record Maker(Func<Wanted, Task<string>>? Make, string Word = "")
{
    public bool IsObject => Make is not null;
}

/// <summary>
/// How to make an object for each parameter of an address, and for each id in a form. A new kind of address needs one line here; without
/// it the matrix test says which. What routes need besides, to come as far as looking for the object, stands in <see cref="Fields"/>.
/// </summary>
public static class Objects
{
    private static readonly Maker Application = new(async wanted => wanted.Submitted ? (await SubmittedAsync(wanted)).ToString() : (await DraftAsync(wanted)).ToString());

    private static readonly Maker Draft = new(async wanted => (await DraftAsync(wanted)).ToString());

    private static readonly Maker Document = new(async wanted =>
    {
        var id = wanted.Submitted ? await SubmittedAsync(wanted) : await DraftAsync(wanted);
        return (await FirstAsync<Guid>(wanted, "select id from documents where application_id = @id", new { id })).ToString();
    });

    private static readonly Maker Letter = new(async wanted =>
    {
        if (!wanted.Submitted) return Guid.NewGuid().ToString(); // no letter tells of a draft
        var id = await SubmittedAsync(wanted);
        await wanted.Portal.ReturnAsync(id, await wanted.Portal.Given.Staff(StaffRole.Reviewer));
        return (await FirstAsync<Guid>(wanted, "select id from letters where application_id = @id", new { id })).ToString();
    });

    private static readonly Maker Applicant = new(wanted => Task.FromResult(wanted.Owner.ApplicantId.ToString()!));

    /// <summary>A claim to a number the applicant holds.</summary>
    private static readonly Maker Claim = new(async wanted =>
    {
        var number = TestApplication.NewNumber("13799");
        var office = new Data.Offices.NewOffice(Domain.Programmes.Programme.Care, number, "");
        await wanted.Portal.Services.GetRequiredService<ManageOffices>().AddAsync(wanted.Owner.ApplicantId!.Value, [office], wanted.Owner.Actor, default);
        await wanted.Portal.ASubmittedApplication(a => a.WithNumber(number));
        return (await FirstAsync<long>(wanted, "select id from number_claims where number = @number", new { number })).ToString(CultureInfo.InvariantCulture);
    });

    /// <summary>By the address as far as the parameter; a whole address comes first and is about its last parameter.</summary>
    private static readonly Dictionary<string, Maker> InAddresses = new(StringComparer.Ordinal)
    {
        ["applications/{id}"] = Application,
        ["applications/{id}/report-number"] = Draft, // only what is not submitted can be second
        ["applications/{id}/{step}"] = Word("office"),
        ["admin/reasons/{code}"] = new(wanted => FirstAsync<string>(wanted, "select code from return_reasons where fits <> '' order by position limit 1")),
        ["admin/teams/{id}"] = new(async wanted =>
        {
            var team = new Team(Guid.NewGuid(), $"班 {Guid.NewGuid():N}", ToMembers: false, Version: 0);
            await using var connection = await wanted.Portal.Database.OpenAsync();
            Assert.Equal(TeamSaved.Saved, await TeamStore.SaveAsync(connection, team, wanted.Portal.Clock.Now));
            return team.Id.ToString();
        }),
        ["admin/users/{id}"] = new(async wanted => (await wanted.Portal.Given.Staff(StaffRole.Finance)).Id.ToString()),
        ["admin/users/changes/{id}"] = new(async wanted =>
        {
            var (asker, person) = (await wanted.Portal.Given.Staff(StaffRole.Admin), await wanted.Portal.Given.Staff(StaffRole.Finance));
            Assert.IsType<ChangeResult.Done>(await wanted.Portal.Services.GetRequiredService<AskRoleChange>().RunAsync(person.Id, StaffRole.Auditor, RoleChangeKind.Give, "異動のため", asker.Actor, null, default));
            return (await FirstAsync<Guid>(wanted, "select id from role_changes where user_id = @Id", new { person.Id })).ToString();
        }),
        ["admin/clerks/absences/{id}"] = new(AbsenceAsync),
        ["admin/clerks/conflicts/{id}"] = new(async wanted =>
        {
            var id = Guid.NewGuid();
            await using var connection = await wanted.Portal.Database.OpenAsync();
            var number = $"0{Random.Shared.NextInt64(1_000_000_000_000):D12}";
            Assert.True(await ClerkStore.DeclareAsync(connection, id, wanted.Account.Id, number, number: null, "家族が勤務している。", wanted.Portal.Clock.Now));
            return id.ToString();
        }),
        ["admin/jobs/{id}"] = new(async wanted => (await FirstAsync<long>(
            wanted,
            "insert into jobs (kind, key, payload, state, run_at, created_at, finished_at) values ('mail', gen_random_uuid()::text, '{}', 'dead', now(), now(), now()) returning id"))
            .ToString(CultureInfo.InvariantCulture)),
        ["admin/import/{id}"] = new(async wanted => (await FirstAsync<Guid>(
            wanted, "insert into office_imports (id, asked_at, asked_by, asked_by_name) values (gen_random_uuid(), now(), @Id, 'テスト') returning id", new { wanted.Account.Id })).ToString()),
        ["admin/years/{id}"] = new(_ => Task.FromResult("R8-care")), // no request of the matrix changes it: each lacks its reason
        ["documents/{id}"] = Document,
        ["review/filters/{id}"] = new(async wanted =>
        {
            var id = Guid.NewGuid();
            await using var connection = await wanted.Portal.Database.OpenAsync();
            Assert.True(await SavedFilters.SaveAsync(connection, new SavedFilter(id, $"{id:N}", "status=all"), wanted.Account.Id, wanted.Portal.Clock.Now));
            return id.ToString();
        }),
        ["review/own/absences/{id}"] = new(AbsenceAsync),
        ["letters/{id}"] = Letter,
        ["members/{applicant}"] = Applicant,
        ["members/{applicant}/{user}"] = new(async wanted => (await wanted.Portal.Given.AMemberOf(wanted.Owner.ApplicantId!.Value)).Id.ToString()),
        ["members/invitations/{id}"] = new(async wanted =>
        {
            var email = $"invited{Guid.NewGuid():N}@test.example";
            Assert.IsType<ChangeResult.Done>(await wanted.Portal.Services.GetRequiredService<InviteMember>().RunAsync(wanted.Owner.ApplicantId!.Value, email, MemberRole.Clerk, wanted.Owner.Actor, null, default));
            return (await FirstAsync<Guid>(wanted, "select id from invitations where email = @email", new { email })).ToString();
        }),
        ["offices/{applicant}"] = Applicant,
        ["offices/claims/{id}"] = Claim,
        ["review/claims/{id}"] = Claim,
        ["review/{id}"] = Application,
        ["review/{id}/documents/{document}"] = new(wanted => wanted.Submitted
            ? AnyDocumentAsync(wanted)
            : Task.FromResult(Guid.NewGuid().ToString())),
    };

    /// <summary>By address and name of the field or query parameter.</summary>
    private static readonly Dictionary<string, Maker> InForms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["account/sessions/end id"] = new(async wanted =>
        {
            var id = Guid.NewGuid();
            await using var connection = await wanted.Portal.Database.OpenAsync();
            await SessionStore.BeginAsync(connection, new NewSession(id, wanted.Account.Id, null, "テスト", SignInMethod.Password, null), wanted.Portal.Clock.Now);
            return id.ToString();
        }),
        ["applications applicant"] = Applicant,
        ["profile applicant"] = Applicant,
        ["members applicant"] = Applicant,
        ["offices applicant"] = Applicant,
        ["applications/{id}/files uploadId"] = Word("0195d0c0-0000-7000-8000-000000000001"), // the page makes it up
        ["register/sent id"] = Word("0195d0c0-0000-7000-8000-000000000004"), // whoever has one was given it when registering
        ["admin/import before"] = Word("0195d0c0-0000-7000-8000-000000000005"), // where the page of a list begins
        ["* editor"] = Word("0195d0c0-0000-7000-8000-000000000002"), // likewise
        ["* remove"] = Word("0195d0c0-0000-7000-8000-000000000003"), // read at ④ alone, and only of the application's own files
    };

    /// <summary>Fields, or query parameters of a GET, without which a route does not look for its object.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> Needed = new(StringComparer.Ordinal)
    {
        ["POST /members/{applicant}/{user}/role"] = [("role", "viewer"), ("version", "1")],
        ["POST /members/{applicant}/{user}/remove"] = [("version", "1")],
        ["POST /applications"] = [("programme", "care")],
        ["POST /applications/{id}/files"] = [("kind", "passbook"), ("uploadId", "0195d0c0-0000-7000-8000-000000000001")],
    };

    /// <summary>Routes whose body is a multipart form.</summary>
    private static readonly HashSet<string> Multipart = ["POST /applications/{id}/documents", "POST /admin/import"];

    public static bool IsMultipart(Route route) => Multipart.Contains(route.Name);

    public static (string Name, string Value)[] Fields(Route route) => Needed.GetValueOrDefault(route.Name) ?? [];

    public static Maker InAddress(Route route, string parameter)
    {
        if (route.Parameters[^1] == parameter && InAddresses.TryGetValue(route.Pattern, out var whole)) return whole;
        return InAddresses.TryGetValue(route.UpTo(parameter), out var maker)
            ? maker
            : throw new InvalidOperationException(
                $"{route.Name}: the matrix does not know what {{{parameter}}} names. Add [\"{route.UpTo(parameter)}\"] to Objects.InAddresses in web/tests/Access: how to make one, or Word(…) if it is no object.");
    }

    public static Maker InForm(Route route, string field) =>
        InForms.TryGetValue($"{route.Pattern} {field}", out var maker) || InForms.TryGetValue($"* {field}", out maker)
            ? maker
            : throw new InvalidOperationException(
                $"{route.Name}: the matrix does not know whose id the field {field} is. Add [\"{route.Pattern} {field}\"] to Objects.InForms in web/tests/Access: how to make one, or Word(…) if it is no object.");

    private static async Task<T> FirstAsync<T>(Wanted wanted, string sql, object? values = null)
    {
        await using var connection = await wanted.Portal.Database.OpenAsync();
        return await Dapper.SqlMapper.QueryFirstAsync<T>(connection, sql, values);
    }

    private static async Task<string> AbsenceAsync(Wanted wanted)
    {
        var id = Guid.NewGuid();
        await using var connection = await wanted.Portal.Database.OpenAsync();
        await ClerkStore.AddAbsenceAsync(connection, id, wanted.Account.Id, new DateOnly(2030, 1, 1), new DateOnly(2030, 1, 2), wanted.Account.Id, wanted.Portal.Clock.Now);
        return id.ToString();
    }

    /// <summary>One of the documents of the application the address names.</summary>
    private static async Task<string> AnyDocumentAsync(Wanted wanted) =>
        (await FirstAsync<Guid>(wanted, "select id from documents where application_id = @id", new { id = Guid.Parse(wanted.Before["id"]) })).ToString();

    private static Maker Word(string word) => new(null, word);

    private static async Task<Guid> DraftAsync(Wanted wanted) => (await wanted.Portal.ADraft(a => a.OfUser(wanted.Owner))).Id;

    private static async Task<Guid> SubmittedAsync(Wanted wanted)
    {
        var id = (await wanted.Portal.ASubmittedApplication(a => a.OfUser(wanted.Owner))).Id;
        if (wanted.Holder is { } holder)
            Assert.IsType<CommandResult.Done>(await wanted.Portal.Services.GetRequiredService<ClaimApplication>().RunAsync(id, await VersionAsync(wanted.Portal, id), holder.Actor, default));
        return id;
    }

    private static async Task<int> VersionAsync(PortalHost portal, Guid id)
    {
        await using var connection = await portal.Database.OpenAsync();
        return await Dapper.SqlMapper.QuerySingleAsync<int>(connection, "select version from applications where id = @id", new { id });
    }
}
