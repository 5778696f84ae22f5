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
    /// <summary>The most institutions <see cref="OfCorporationAsync"/> lists.</summary>
    public const int MostOfCorporation = 500;

    /// <summary>
    /// The institution with this number, as typed (width and hyphens do not matter); null when the master has none. A medical institution is
    /// also found under the other 点数表 (third digit), because the bureaus' lists leave it out.
    /// </summary>
    public async Task<KnownInstitution?> FindAsync(Programme programme, string number, CancellationToken cancel = default)
    {
        var code = JapaneseText.Code(number);
        if (code.Length != 10) return null;
        string[] numbers = programme == Programme.Care ? [code] : [code, $"{code[..2]}1{code[3..]}", $"{code[..2]}3{code[3..]}"];
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition(
            """
            select programme, number, name, name_kana, postcode, address, phone, corporate_number, services
            from institutions
            where programme = @Programme and number = any (@Numbers)
            order by number = @Code desc, number
            limit 1
            """,
            new { Programme = programme, Numbers = numbers, Code = code }, cancellationToken: cancel)))?.Institution;
    }

    /// <summary>All institutions of a corporation in order of programme and number, at most <see cref="MostOfCorporation"/>.</summary>
    /// <param name="corporateNumber">13 digits.</param>
    public async Task<IReadOnlyList<KnownInstitution>> OfCorporationAsync(string corporateNumber, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select programme, number, name, name_kana, postcode, address, phone, corporate_number, services
            from institutions
            where corporate_number = @CorporateNumber
            order by corporate_number, programme, number
            limit @Most
            """,
            new { CorporateNumber = corporateNumber, Most = MostOfCorporation }, cancellationToken: cancel))).Select(row => row.Institution).ToList();
    }

    /// <summary>Npgsql tells Dapper of an array only that it is one.</summary>
    private sealed record Row(
        string Programme, string Number, string Name, string NameKana, string Postcode, string Address, string Phone, string? CorporateNumber, Array Services)
    {
        public KnownInstitution Institution => new(
            Codes.From<Programme>(Programme)!.Value, Number, Name, NameKana, Postcode, Address, Phone, CorporateNumber, (string[])Services);
    }
}
