using Dapper;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Offices;

/// <summary>A line of the claims staff decide.</summary>
public sealed record ClaimLine(
    long Id, Programme Programme, string Number, string? Name, ClaimSource Source, ClaimState State, string ClaimantName, string HolderName, DateTimeOffset ClaimedAt, DateTimeOffset? DecidedAt);

/// <summary>Where a list of claims goes on: the last line shown.</summary>
public sealed record ClaimPosition(DateTimeOffset At, long Id);

/// <summary>One side of a claim, as staff see it.</summary>
/// <param name="Applications">Its applications for the number, drafts excepted, the latest first.</param>
public sealed record ClaimParty(Guid ApplicantId, string Name, string? CorporateNumber, string Representative, string ContactName, string Phone, IReadOnlyList<ClaimedApplication> Applications);

public sealed record ClaimedApplication(Guid Id, Guid ApplicantId, string ReceiptNumber, Status Status, string Name, DateTimeOffset ReceivedAt, int Version);

/// <summary>A claim with what both say.</summary>
public sealed record ClaimDetail(
    NumberClaim Claim, ClaimSource Source, string Words, string? HolderWords, DateTimeOffset ClaimedAt, string ClaimedByName, string ClaimedByEmail, string? Reason, DateTimeOffset? DecidedAt,
    string? DecidedByName, ClaimParty Claimant, ClaimParty Holder);

/// <summary>An open claim to a live application's number, beside the case.</summary>
public sealed record ClaimNote(long Id, Guid ClaimantId, string ClaimantName, ClaimSource Source, string Words, string ClaimedByName, string ClaimedByEmail, DateTimeOffset ClaimedAt);

/// <summary>Second claims to numbers (rule 2 of 「申請が満たすこと」, and offices held by another applicant). The two applicants learn nothing of each other.</summary>
public static class NumberClaims
{
    /// <summary>
    /// Files a claim against whoever has a live application for the number, or else holds it. One open claim of an applicant to a number:
    /// a repeat changes nothing.
    /// </summary>
    /// <param name="applicationId">The claimant's application it came from.</param>
    /// <returns>Null when nobody else has the number, or the claim was there already.</returns>
    public static Task<NumberClaim?> FileAsync(
        NpgsqlConnection connection, Guid claimantId, Programme programme, string number, ClaimSource source, Guid? applicationId, string words, Guid userId, DateTimeOffset now) =>
        connection.QuerySingleOrDefaultAsync<NumberClaim>(
            """
            insert into number_claims (programme, number, source, claimant_id, holder_id, application_id, words, claimed_at, claimed_by)
            select @programme, @number, @source, @claimantId, h.applicant_id, @applicationId, @words, @now, @userId
            from (
              select a.applicant_id, 0 as place from applications a
              where a.programme = @programme and a.number = @number and a.status not in ('draft', 'refused', 'withdrawn')
              union all
              select o.applicant_id, 1 from applicant_offices o where o.programme = @programme and o.number = @number) h
            where h.applicant_id <> @claimantId order by h.place limit 1
            on conflict (programme, number, claimant_id) where state = 'open' do nothing
            returning id, programme, number, claimant_id, holder_id, state, version
            """,
            new { programme, number, source, claimantId, applicationId, words, now, userId });

    /// <summary>Open claims, the oldest first, or decided ones, the latest first; one page.</summary>
    public static async Task<IReadOnlyList<ClaimLine>> PageAsync(NpgsqlConnection connection, bool open, ClaimPosition? after, int most) =>
        (await connection.QueryAsync<ClaimLine>(PageSql(open, after is not null), new { at = after?.At, id = after?.Id, most })).AsList();

    /// <summary>Constant fragments; a test looks at the plan of each.</summary>
    internal static string PageSql(bool open, bool goesOn) =>
        $"""
        select c.id, c.programme, c.number, coalesce(i.name, o.name) as name, c.source, c.state, p.name as claimant_name, h.name as holder_name, c.claimed_at, c.decided_at
        from (
          select x.id, x.programme, x.number, x.source, x.state, x.claimant_id, x.holder_id, x.claimed_at, x.decided_at from number_claims x
          where {(open ? "x.state = 'open'" : "x.state <> 'open'")}
          {(!goesOn ? "" : open ? "and (x.claimed_at, x.id) > (@at, @id)" : "and (x.decided_at, x.id) < (@at, @id)")}
          order by {(open ? "x.claimed_at, x.id" : "x.decided_at desc, x.id desc")} limit @most) c
        join applicants p on p.id = c.claimant_id
        join applicants h on h.id = c.holder_id
        left join institutions i on i.programme = c.programme and i.number = c.number
        left join applicant_offices o on o.programme = c.programme and o.number = c.number
        order by {(open ? "c.claimed_at, c.id" : "c.decided_at desc, c.id desc")}
        """;

    /// <summary>The claim, locked until the transaction ends; null when there is none.</summary>
    public static Task<NumberClaim?> LockAsync(NpgsqlConnection connection, long id) => connection.QuerySingleOrDefaultAsync<NumberClaim>(
        "select id, programme, number, claimant_id, holder_id, state, version from number_claims where id = @id for update", new { id });

    /// <summary>The claim with both sides; null when there is none.</summary>
    public static async Task<ClaimDetail?> DetailAsync(NpgsqlConnection connection, long id)
    {
        await using var grid = await connection.QueryMultipleAsync(
            """
            select c.id, c.programme, c.number, c.claimant_id, c.holder_id, c.state, c.version from number_claims c where c.id = @id;
            select c.source, c.words, c.holder_words, c.claimed_at, u.name as claimed_by_name, u.email as claimed_by_email, c.reason, c.decided_at, d.name as decided_by_name
            from number_claims c join users u on u.id = c.claimed_by left join users d on d.id = c.decided_by where c.id = @id;
            select p.id as applicant_id, p.name, p.corporate_number, p.representative, p.contact_name, p.phone
            from number_claims c join applicants p on p.id in (c.claimant_id, c.holder_id) where c.id = @id;
            select a.id, a.applicant_id, a.receipt_number, a.status, a.name, a.received_at, a.version
            from number_claims c join applications a on a.programme = c.programme and a.number = c.number and a.applicant_id in (c.claimant_id, c.holder_id) and a.status <> 'draft'
            where c.id = @id order by a.received_at desc, a.id limit 20
            """,
            new { id });
        if (await grid.ReadSingleOrDefaultAsync<NumberClaim>() is not { } claim) return null;
        var row = await grid.ReadSingleAsync<DetailRow>();
        var parties = (await grid.ReadAsync<PartyRow>()).ToDictionary(p => p.ApplicantId);
        var applications = (await grid.ReadAsync<ClaimedApplication>()).ToLookup(a => a.ApplicantId);
        ClaimParty Party(Guid party) => new(party, parties[party].Name, parties[party].CorporateNumber, parties[party].Representative, parties[party].ContactName, parties[party].Phone, [.. applications[party]]);
        return new ClaimDetail(
            claim, row.Source, row.Words, row.HolderWords, row.ClaimedAt, row.ClaimedByName, row.ClaimedByEmail, row.Reason, row.DecidedAt, row.DecidedByName, Party(claim.ClaimantId), Party(claim.HolderId));
    }

    /// <summary>Open claims to a number by others than the applicant, oldest first. The caller has checked that the case may be seen.</summary>
    public static Query<IReadOnlyList<ClaimNote>> About(Programme programme, string number) =>
        Query.List<ClaimNote>(
            """
            select c.id, c.claimant_id, p.name as claimant_name, c.source, c.words, u.name as claimed_by_name, u.email as claimed_by_email, c.claimed_at
            from number_claims c join applicants p on p.id = c.claimant_id join users u on u.id = c.claimed_by
            where c.programme = @programme and c.number = @number and c.state = 'open' order by c.id limit 20
            """,
            new { programme, number });

    /// <summary>Other applicants of the same 法人番号: two people of one corporation may have registered apart.</summary>
    public static Query<IReadOnlyList<string>> SameCorporation(Guid applicantId) =>
        Query.List<string>(
            """
            select o.name || '（' || o.contact_name || '、' || o.phone || '）' from applicants p join applicants o on o.corporate_number = p.corporate_number and o.id <> p.id
            where p.id = @applicantId order by o.created_at, o.id limit 10
            """,
            new { applicantId });

    /// <summary>What the holder tells staff about an open claim.</summary>
    /// <returns>False when there is no open claim against an applicant the user belongs to.</returns>
    public static async Task<bool> StateAsync(NpgsqlConnection connection, long id, IReadOnlyCollection<Guid> applicants, string words) => await connection.ExecuteAsync(
        "update number_claims set holder_words = @words, version = version + 1 where id = @id and state = 'open' and holder_id = any(@applicants)",
        new { id, words, applicants = applicants.ToArray() }) == 1;

    /// <summary>Decides a locked claim. Upheld, further claims to the number are against the new holder.</summary>
    public static Task DecideAsync(NpgsqlConnection connection, NumberClaim claim, ClaimState state, string reason, Guid userId, DateTimeOffset now) => connection.ExecuteAsync(
        """
        update number_claims set state = @state, reason = @reason, decided_at = @now, decided_by = @userId, version = version + 1 where id = @Id;
        update number_claims set holder_id = @ClaimantId, version = version + 1
        where @state = 'upheld' and programme = @Programme and number = @Number and state = 'open' and claimant_id <> @ClaimantId;
        """,
        new { claim.Id, claim.ClaimantId, claim.Programme, claim.Number, state, reason, userId, now });

    private sealed record DetailRow(
        ClaimSource Source, string Words, string? HolderWords, DateTimeOffset ClaimedAt, string ClaimedByName, string ClaimedByEmail, string? Reason, DateTimeOffset? DecidedAt, string? DecidedByName);

    private sealed record PartyRow(Guid ApplicantId, string Name, string? CorporateNumber, string Representative, string ContactName, string Phone);
}
