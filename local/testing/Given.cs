using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Testing;

/// <summary>An account a test made; its password is <see cref="Given.Password"/>.</summary>
/// <param name="ApplicantId">Null: staff, or nobody's yet.</param>
public sealed record TestUser(Guid Id, string Email, string Name, Guid? ApplicantId, Actor Actor);

/// <summary>Makes what a test begins with. Features add their own as extension methods: <c>given.ASubmittedApplication(…)</c>.</summary>
public sealed class Given(Database database, TimeProvider clock)
{
    public const string Password = "correct horse battery staple";

    // Hashing takes a tenth of a second: once for all accounts of all tests.
    private static readonly Lazy<string> Hash = new(() =>
        new PasswordHasher<PortalUser>().HashPassword(new PortalUser { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default }, Password));

    private static int last;

    public Database Database => database;

    public TimeProvider Clock => clock;

    /// <summary>An applicant (株式会社, for profit) with a complete profile, and an account that is its owner.</summary>
    public async Task<TestUser> AnApplicantUser(Func<ApplicantProfile, ApplicantProfile>? change = null, MemberRole role = MemberRole.Owner)
    {
        var profile = new ApplicantProfile(ApplicantKind.Corporation, "株式会社見本ケア", "7000012050002", "見本 太郎", NonProfit: false, "見本 花子", "03-0000-0000");
        await using var connection = await database.OpenAsync();
        var applicant = await AccountStore.AddApplicantAsync(connection, change?.Invoke(profile) ?? profile, clock.GetUtcNow());
        return await AMemberOf(applicant, role);
    }

    /// <summary>A further account of an applicant.</summary>
    public async Task<TestUser> AMemberOf(Guid applicantId, MemberRole role = MemberRole.Clerk)
    {
        await using var connection = await database.OpenAsync();
        var user = await AddAsync(connection, "申請");
        await AccountStore.AddMemberAsync(connection, user.Id, applicantId, role, clock.GetUtcNow());
        var actor = new Actor(user.Id, user.Name, new HashSet<StaffRole>(), new Dictionary<Guid, MemberRole> { [applicantId] = role });
        return new TestUser(user.Id, user.Email, user.Name, applicantId, actor);
    }

    /// <summary>An account that belongs to no applicant yet.</summary>
    public async Task<TestUser> ANewcomer()
    {
        await using var connection = await database.OpenAsync();
        var user = await AddAsync(connection, "新規");
        return new TestUser(user.Id, user.Email, user.Name, null, new Actor(user.Id, user.Name, new HashSet<StaffRole>(), new Dictionary<Guid, MemberRole>()));
    }

    /// <summary>A staff account with these roles.</summary>
    public async Task<TestUser> Staff(params StaffRole[] roles)
    {
        await using var connection = await database.OpenAsync();
        var user = await AddAsync(connection, "職員");
        foreach (var role in roles) await AccountStore.GiveRoleAsync(connection, user.Id, role, clock.GetUtcNow());
        return new TestUser(user.Id, user.Email, user.Name, null, new Actor(user.Id, user.Name, roles.ToHashSet(), new Dictionary<Guid, MemberRole>()));
    }

    private async Task<PortalUser> AddAsync(Npgsql.NpgsqlConnection connection, string kind)
    {
        var number = Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture);
        var email = $"user{number}@test.example";
        var user = new PortalUser
        {
            Id = Guid.NewGuid(),
            Email = email,
            NormalizedEmail = UserStore.Normalize(email),
            Name = $"{kind} {number}",
            PasswordHash = Hash.Value,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            EmailConfirmed = true,
            CreatedAt = clock.GetUtcNow(),
        };
        await UserStore.InsertAsync(connection, user);
        // Somebody who has been here before.
        await SecondFactorStore.OfferPasskeyAsync(connection, user.Id, clock.GetUtcNow());
        return user;
    }
}
