using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Routing;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Web.Features.Demo;

/// <summary>Makes the demo's accounts, applicants and institutions, once. A second start finds them and changes nothing.</summary>
public sealed class DemoSeed(Database database, TimeProvider clock)
{
    /// <summary>Any number; instances starting together take their turns by it.</summary>
    private const long TurnLock = 0x64656d6f;

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@TurnLock)", new { TurnLock });
        if (await UserStore.FindByEmailAsync(connection, DemoAccounts.All[0].Email) is not null) return;
        var now = clock.GetUtcNow();
        var users = await AddUsersAsync(connection, now);
        foreach (var applicant in DemoApplicants.All)
        {
            var id = await AccountStore.AddApplicantAsync(connection, applicant.Profile, now);
            await AccountStore.AddMemberAsync(connection, users[applicant.Email], id, MemberRole.Owner, now);
            await AddInstitutionsAsync(connection, applicant, now);
        }
        await AddTeamsAsync(connection, users, now);
        // A figure to see the budget at work, far above what a demo applies for.
        await connection.ExecuteAsync("update programme_years set budget_yen = 2000000000 where year = 'R8' and budget_yen is null");
        await transaction.CommitAsync(cancel);
    }

    /// <summary>A team for each programme, both with both clerks: what comes in waits on the team's list.</summary>
    private static async Task AddTeamsAsync(NpgsqlConnection connection, Dictionary<string, Guid> users, DateTimeOffset now)
    {
        IReadOnlyList<Guid> members = [.. DemoAccounts.All.Where(a => a.Roles.Contains(StaffRole.Reviewer)).Select(a => users[a.Email])];
        IReadOnlyList<string> everywhere = [.. Prefectures.All.Select(p => p.Code)];
        await TeamStore.SaveAsync(connection, new Team(Guid.CreateVersion7(now), "介護審査班", ToMembers: false, Version: 0) { Members = members, Care = everywhere }, now);
        await TeamStore.SaveAsync(connection, new Team(Guid.CreateVersion7(now), "医療審査班", ToMembers: false, Version: 0) { Members = members, Medical = everywhere }, now);
    }

    private static async Task<Dictionary<string, Guid>> AddUsersAsync(NpgsqlConnection connection, DateTimeOffset now)
    {
        var users = new Dictionary<string, Guid>(StringComparer.Ordinal);
        string? hash = null;
        foreach (var account in DemoAccounts.All)
        {
            var user = new PortalUser
            {
                Id = Guid.CreateVersion7(now),
                Email = account.Email,
                NormalizedEmail = UserStore.Normalize(account.Email),
                Name = account.Name,
                SecurityStamp = Guid.NewGuid().ToString("N"),
                EmailConfirmed = true,
                CreatedAt = now,
            };
            // One password for all: hashed once, because it is slow by intention.
            user.PasswordHash = hash ??= new PasswordHasher<PortalUser>().HashPassword(user, DemoAccounts.Password);
            await UserStore.InsertAsync(connection, user);
            await SecondFactorStore.ExemptAsync(connection, user.Id, now);
            foreach (var role in account.Roles) await AccountStore.GiveRoleAsync(connection, user.Id, role, now);
            users[user.Email] = user.Id;
        }
        return users;
    }

    private static Task AddInstitutionsAsync(NpgsqlConnection connection, DemoApplicant applicant, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into institutions (programme, number, name, name_kana, postcode, address, phone, corporate_number, corporate_name, services, updated_at)
        values (@Programme, @Number, @Name, @Kana, '100-0000', @Address, @Phone, @CorporateNumber, @CorporateName, @Services, @now)
        on conflict do nothing
        """,
        applicant.Institutions.Select((institution, i) => new
        {
            institution.Programme,
            institution.Number,
            institution.Name,
            institution.Kana,
            Address = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"東京都見本区見本町1丁目{i + 1}番地"),
            applicant.Profile.Phone,
            applicant.Profile.CorporateNumber,
            CorporateName = applicant.Profile.Name,
            Services = institution.Services.ToArray(),
            now,
        }));
}

/// <summary>An institution of the demo, as the master has it.</summary>
/// <param name="Services">Codes; empty for medical institutions.</param>
public sealed record DemoInstitution(Programme Programme, string Number, string Name, string Kana, params IReadOnlyList<string> Services);

/// <summary>An applicant of the demo with the account that owns it.</summary>
public sealed record DemoApplicant(string Email, ApplicantProfile Profile, IReadOnlyList<DemoInstitution> Institutions);

/// <summary>
/// Everything is fictional: the 法人番号 carry registry 9999, the 介護事業所番号 the kind 9, neither of which is given out; all check digits hold.
/// </summary>
public static class DemoApplicants
{
    public static IReadOnlyList<DemoApplicant> All { get; } =
    [
        new("office@demo.example",
            new ApplicantProfile(ApplicantKind.Corporation, "株式会社みほんケア", "7999901000001", "見本 太郎", NonProfit: false, "見本 花子", "03-0000-0001"),
            [
                new(Programme.Care, "1399900016", "みほん訪問介護ステーション", "ミホンホウモンカイゴステーション", "11"),
                new(Programme.Care, "1399900024", "みほんホーム", "ミホンホーム", "11", "51"),
                new(Programme.Care, "1399900032", "みほん福祉用具", "ミホンフクシヨウグ", "17"),
            ]),
        new("clinic@demo.example",
            new ApplicantProfile(ApplicantKind.Corporation, "医療法人社団みほん会", "6999901000002", "見本 次郎", NonProfit: true, "見本 一郎", "03-0000-0002"),
            [
                new(Programme.Medical, "1319900013", "みほん総合病院", "ミホンソウゴウビョウイン"),
                new(Programme.Medical, "1319900021", "みほん内科クリニック", "ミホンナイカクリニック"),
                new(Programme.Care, "1399900040", "みほん訪問看護ステーション", "ミホンホウモンカンゴステーション", "13"),
            ]),
        new("corp@demo.example",
            new ApplicantProfile(ApplicantKind.Corporation, "社会福祉法人さくら見本会", "5999901000003", "見本 良子", NonProfit: true, "見本 恵子", "03-0000-0003"),
            [
                new(Programme.Care, "1399900057", "さくら見本の里", "サクラミホンノサト", "51", "21"),
                new(Programme.Care, "1399900065", "さくら見本訪問介護", "サクラミホンホウモンカイゴ", "11"),
                new(Programme.Care, "1399900073", "さくら見本デイサービス東", "サクラミホンデイサービスヒガシ", "15"),
                new(Programme.Care, "1399900081", "さくら見本デイサービス西", "サクラミホンデイサービスニシ", "78"),
                new(Programme.Care, "1399900099", "さくら見本居宅介護支援センター", "サクラミホンキョタクカイゴシエンセンター", "43"),
                new(Programme.Care, "1399900107", "さくら見本グループホーム", "サクラミホングループホーム", "32"),
                new(Programme.Care, "1399900115", "さくら見本小規模多機能の家", "サクラミホンショウキボタキノウノイエ", "73"),
                new(Programme.Care, "1399900123", "さくら見本老健", "サクラミホンロウケン", "52", "22"),
                new(Programme.Care, "1399900131", "さくら見本訪問看護", "サクラミホンホウモンカンゴ", "13"),
                new(Programme.Care, "1399900149", "さくら見本夜間対応センター", "サクラミホンヤカンタイオウセンター", "71", "76"),
                new(Programme.Care, "1399900156", "さくら見本特定施設", "サクラミホントクテイシセツ", "33"),
                new(Programme.Care, "1399900164", "さくら見本福祉用具", "サクラミホンフクシヨウグ", "17", "41"),
            ]),
    ];
}
