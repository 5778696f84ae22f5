using Dapper;
using GrantPortal.Domain.Accounts;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>An applicant the user belongs to.</summary>
/// <param name="Version">Counts changes; a writer who saw another one is stale.</param>
public sealed record OwnApplicant(
    Guid Id, ApplicantKind Kind, string Name, string? CorporateNumber, string Representative, bool NonProfit, string ContactName, string Phone, int Version, MemberRole Role)
{
    public ApplicantProfile Profile => new(Kind, Name, CorporateNumber, Representative, NonProfit, ContactName, Phone);
}

/// <summary>Applicants (申請者) and who belongs to them.</summary>
public static class ApplicantStore
{
    /// <summary>The user's applicants, the oldest membership first.</summary>
    public static Task<IReadOnlyList<OwnApplicant>> OfUserAsync(NpgsqlConnection connection, Guid userId) => connection.AskAsync(OfUser(userId));

    /// <inheritdoc cref="OfUserAsync"/>
    public static Query<IReadOnlyList<OwnApplicant>> OfUser(Guid userId) =>
        Query.List<OwnApplicant>(
            """
            select p.id, p.kind, p.name, p.corporate_number, p.representative, p.non_profit, p.contact_name, p.phone, p.version, m.role
            from memberships m join applicants p on p.id = m.applicant_id
            where m.user_id = @userId order by m.since, p.id limit 100
            """,
            new { userId });

    /// <summary>A new applicant with the user as its 管理者.</summary>
    public static async Task<Guid> CreateAsync(NpgsqlConnection connection, ApplicantProfile profile, Guid userId, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7();
        await connection.ExecuteAsync(
            """
            insert into applicants (id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at)
            values (@id, @Kind, @Name, @CorporateNumber, @Representative, @NonProfit, @ContactName, @Phone, @now, @now);
            insert into memberships (user_id, applicant_id, role, since) values (@userId, @id, 'owner', @now);
            """,
            new { id, profile.Kind, profile.Name, profile.CorporateNumber, profile.Representative, profile.NonProfit, profile.ContactName, profile.Phone, userId, now });
        return id;
    }

    /// <summary>Changes the profile; submitted versions keep the one they were submitted with.</summary>
    /// <returns>False when somebody changed it since <paramref name="seen"/>.</returns>
    public static async Task<bool> UpdateAsync(NpgsqlConnection connection, Guid id, ApplicantProfile profile, int seen, DateTimeOffset now) => await connection.ExecuteAsync(
        """
        update applicants set kind = @Kind, name = @Name, corporate_number = @CorporateNumber, representative = @Representative, non_profit = @NonProfit,
          contact_name = @ContactName, phone = @Phone, version = version + 1, updated_at = @now
        where id = @id and version = @seen
        """,
        new { id, profile.Kind, profile.Name, profile.CorporateNumber, profile.Representative, profile.NonProfit, profile.ContactName, profile.Phone, seen, now }) == 1;
}
