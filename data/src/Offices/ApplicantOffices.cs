using Dapper;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Offices;

/// <summary>An office in an applicant's list, with what became of it.</summary>
/// <param name="ApplicationId">The application for it that matters most: a live one, else a draft, else the latest that ended. Null: none.</param>
/// <param name="ClaimId">Another applicant's open claim to the number.</param>
/// <param name="Said">What this applicant told staff about that claim.</param>
public sealed record OfficeLine(
    Programme Programme, string Number, string Name, string Address, Guid? ApplicationId, Status? Status, string? ReceiptNumber, long? ClaimId, string? Said);

/// <summary>Where a list of offices goes on: the last line shown.</summary>
public sealed record OfficePosition(Programme Programme, string Number);

/// <summary>An office to be added.</summary>
public sealed record NewOffice(Programme Programme, string Number, string Name);

/// <summary>The offices of an applicant. A number belongs to one applicant, which the table's key says.</summary>
public static class ApplicantOffices
{
    /// <summary>One page in order of programme and number. Empty unless the user is a member.</summary>
    public static Query<IReadOnlyList<OfficeLine>> Page(Guid applicantId, Guid userId, OfficePosition? after, int most) =>
        Query.List<OfficeLine>(
            """
            with page as (
              select o.programme, o.number, o.name from applicant_offices o
              where o.applicant_id = @applicantId and exists (select from memberships m where m.applicant_id = @applicantId and m.user_id = @userId)
                and (@programme::text is null or (o.programme, o.number) > (@programme, @number))
              order by o.programme, o.number limit @most
            ), mine as (
              select a.id, a.programme, a.status, a.receipt_number, coalesce(a.number, w.answers ->> 'number') as number, a.updated_at
              from applications a left join working_sections w on w.application_id = a.id and w.section = 'office'
              where a.applicant_id = @applicantId
            ), best as (
              select distinct on (m.programme, m.number) m.id, m.programme, m.number, m.status, m.receipt_number
              from mine m join page p on p.programme = m.programme and p.number = m.number
              order by m.programme, m.number, m.status in ('refused', 'withdrawn'), m.status = 'draft', m.updated_at desc
            )
            select p.programme, p.number, coalesce(nullif(i.name, ''), p.name) as name, coalesce(i.address, '') as address,
              b.id as application_id, b.status, b.receipt_number, c.id as claim_id, c.holder_words as said
            from page p
            left join institutions i on i.programme = p.programme and i.number = p.number
            left join best b on b.programme = p.programme and b.number = p.number
            left join lateral (
              select c.id, c.holder_words from number_claims c
              where c.programme = p.programme and c.number = p.number and c.state = 'open' and c.holder_id = @applicantId
              order by c.id limit 1) c on true
            order by p.programme, p.number
            """,
            new { applicantId, userId, programme = after?.Programme, number = after?.Number, most });

    /// <summary>All numbers of an applicant with their names, for choosing from; at most <paramref name="most"/>.</summary>
    public static Query<IReadOnlyList<NewOffice>> OfApplicant(Guid applicantId, int most) =>
        Query.List<NewOffice>(
            """
            select o.programme, o.number, coalesce(nullif(i.name, ''), o.name) as name
            from applicant_offices o left join institutions i on i.programme = o.programme and i.number = o.number
            where o.applicant_id = @applicantId order by o.programme, o.number limit @most
            """,
            new { applicantId, most });

    /// <summary>Adds what nobody holds. In order of number, so that two who add many never wait for each other in a circle.</summary>
    /// <returns>Of all that were to be added: whose they are now.</returns>
    public static async Task<IReadOnlyList<(string Number, Guid ApplicantId, bool Added)>> AddAsync(NpgsqlConnection connection, Guid applicantId, Programme programme, IReadOnlyList<NewOffice> offices, Guid userId, DateTimeOffset now)
    {
        var values = new { applicantId, programme, numbers = offices.Select(o => o.Number).ToArray(), names = offices.Select(o => o.Name).ToArray(), userId, now };
        var added = (await connection.QueryAsync<string>(
            """
            insert into applicant_offices (programme, number, applicant_id, name, added_at, added_by)
            select @programme, n.number, @applicantId, n.name, @now, @userId from unnest(@numbers, @names) as n (number, name) order by n.number
            on conflict (programme, number) do nothing returning number
            """,
            values)).ToHashSet(StringComparer.Ordinal);
        var held = await connection.QueryAsync<(string Number, Guid ApplicantId)>(
            "select number, applicant_id from applicant_offices where programme = @programme and number = any(@numbers) order by number", values);
        return [.. held.Select(h => (h.Number, h.ApplicantId, added.Contains(h.Number)))];
    }

    /// <summary>
    /// A submitted number joins its applicant's list, unless another applicant holds it already; tells whose it is. For the batch of a submission.
    /// </summary>
    internal const string Join =
        """
        insert into applicant_offices (programme, number, applicant_id, name, added_at, added_by)
        values (@Programme, @Number, @ApplicantId, @Name, @now, @userId) on conflict (programme, number) do nothing;
        select applicant_id from applicant_offices where programme = @Programme and number = @Number
        """;

    /// <summary>The office goes to another applicant, whoever holds it.</summary>
    public static Task MoveAsync(NpgsqlConnection connection, Guid applicantId, Programme programme, string number, Guid userId, DateTimeOffset now) => connection.ExecuteAsync(
        """
        insert into applicant_offices (programme, number, applicant_id, added_at, added_by) values (@programme, @number, @applicantId, @now, @userId)
        on conflict (programme, number) do update set applicant_id = excluded.applicant_id, added_at = excluded.added_at, added_by = excluded.added_by
        """,
        new { programme, number, applicantId, now, userId });

    /// <summary>Takes an office off the list, unless a live application of the applicant or an open claim hangs on it.</summary>
    /// <returns>Null when the applicant has no such office.</returns>
    public static Task<bool?> RemoveAsync(NpgsqlConnection connection, Guid applicantId, Programme programme, string number) => connection.QuerySingleOrDefaultAsync<bool?>(
        """
        with own as (
          select o.programme, o.number,
            not exists (select from applications a where a.programme = o.programme and a.number = o.number and a.applicant_id = o.applicant_id and a.status not in ('draft', 'refused', 'withdrawn'))
            and not exists (select from number_claims c where c.programme = o.programme and c.number = o.number and c.state = 'open') as free
          from applicant_offices o where o.programme = @programme and o.number = @number and o.applicant_id = @applicantId for update
        ), removed as (
          delete from applicant_offices o using own where own.free and o.programme = own.programme and o.number = own.number
        )
        select free from own
        """,
        new { applicantId, programme, number });
}
