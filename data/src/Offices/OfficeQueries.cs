using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Offices;

/// <summary>An institution as the master knows it; empty text where the lists say nothing.</summary>
/// <param name="Number">As in the master: for medical institutions its 点数表 may differ from the number asked for.</param>
/// <param name="Postcode">7 digits.</param>
/// <param name="CorporateNumber">13 digits, or null.</param>
/// <param name="Services">Service codes in order; empty for medical institutions.</param>
public sealed record KnownInstitution(
    Programme Programme, string Number, string Name, string NameKana, string Postcode, string Address, string Phone, string? CorporateNumber, string[] Services);

/// <summary>Reads the master of institutions.</summary>
public sealed class OfficeQueries(Database database)
{
    /// <summary>The most institutions <see cref="OfCorporation"/> lists.</summary>
    public const int MostOfCorporation = 500;

    /// <summary>
    /// The institution with this number, as typed (width and hyphens do not matter); null when the master has none. A medical institution is
    /// also found under the other 点数表 (third digit), because the bureaus' lists leave it out.
    /// </summary>
    public async Task<KnownInstitution?> FindAsync(Programme programme, string number, CancellationToken cancel = default)
    {
        if (JapaneseText.Code(number).Length != 10) return null;
        await using var connection = await database.OpenAsync(cancel);
        return await connection.AskAsync(Find(programme, number), cancel);
    }

    /// <inheritdoc cref="FindAsync"/>
    public static Query<KnownInstitution?> Find(Programme programme, string number)
    {
        var code = JapaneseText.Code(number);
        string[] numbers = programme == Programme.Care || code.Length != 10 ? [code] : [code, $"{code[..2]}1{code[3..]}", $"{code[..2]}3{code[3..]}"];
        return Query.One<Row>(
            """
            select programme, number, name, name_kana, postcode, address, phone, corporate_number, services
            from institutions
            where programme = @Programme and number = any (@Numbers)
            order by number = @Code desc, number
            limit 1
            """,
            new { Programme = programme, Numbers = numbers, Code = code }).Select(row => row?.Institution);
    }

    /// <summary>All institutions of a corporation in order of programme and number, at most <see cref="MostOfCorporation"/>.</summary>
    /// <param name="corporateNumber">13 digits.</param>
    public static Query<IReadOnlyList<KnownInstitution>> OfCorporation(string corporateNumber) => Query.List<Row>(
        """
        select programme, number, name, name_kana, postcode, address, phone, corporate_number, services
        from institutions
        where corporate_number = @CorporateNumber
        order by corporate_number, programme, number
        limit @Most
        """,
        new { CorporateNumber = corporateNumber, Most = MostOfCorporation }).Select<IReadOnlyList<KnownInstitution>>(rows => [.. rows.Select(row => row.Institution)]);

    /// <summary>Institutions of all corporations a user is a member of, at most so many of each.</summary>
    public static Query<IReadOnlyList<KnownInstitution>> OfUser(Guid userId) => Query.List<Row>(
        """
        select i.programme, i.number, i.name, i.name_kana, i.postcode, i.address, i.phone, i.corporate_number, i.services
        from (
          select p.corporate_number, min(m.since) as since from memberships m join applicants p on p.id = m.applicant_id
          where m.user_id = @userId and p.corporate_number is not null group by p.corporate_number limit 100) c
        cross join lateral (
          select x.programme, x.number, x.name, x.name_kana, x.postcode, x.address, x.phone, x.corporate_number, x.services
          from institutions x where x.corporate_number = c.corporate_number order by x.corporate_number, x.programme, x.number limit @Most) i
        order by c.since, c.corporate_number, i.programme, i.number
        """,
        new { userId, Most = MostOfCorporation }).Select<IReadOnlyList<KnownInstitution>>(rows => [.. rows.Select(row => row.Institution)]);

    /// <summary>Npgsql tells Dapper of an array only that it is one.</summary>
    private sealed record Row(
        string Programme, string Number, string Name, string NameKana, string Postcode, string Address, string Phone, string? CorporateNumber, Array Services)
    {
        public KnownInstitution Institution => new(
            Codes.From<Programme>(Programme)!.Value, Number, Name, NameKana, Postcode, Address, Phone, CorporateNumber, (string[])Services);
    }
}
