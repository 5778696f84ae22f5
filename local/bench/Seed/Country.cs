using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <param name="Services">Care: service codes.</param>
/// <param name="Listed">Already in the master, from the public lists.</param>
internal sealed record Institution(Programme Programme, string Number, string Name, string Address, string Phone, string[] Services, Owner Owner, bool Listed)
{
    /// <summary>Of a medical institution; every fourteenth is a hospital (8,060 of 113,267).</summary>
    public InstitutionKind Kind => int.Parse(Number.AsSpan(3, 6), System.Globalization.CultureInfo.InvariantCulture) % 14 == 0 ? InstitutionKind.Hospital : InstitutionKind.Clinic;
}

/// <summary>Who applies: a corporation with its institutions, or a sole proprietor with one.</summary>
/// <param name="Holder">The account's holder, as typed.</param>
internal sealed record Owner(Guid Id, Guid UserId, ApplicantProfile Profile, string Holder)
{
    public List<Institution> Institutions { get; } = [];

    public Actor Actor { get; } = new(UserId, Profile.ContactName, new HashSet<StaffRole>(), new Dictionary<Guid, MemberRole> { [Id] = MemberRole.Owner });
}

/// <summary>
/// All institutions and who runs them: the public lists where they lie beside the clone, filled up to the country's figures, and beyond
/// where more are needed for one live application each.
/// </summary>
internal sealed class Country
{
    private const int CareOffices = 160_000, MedicalInstitutions = 8_060 + 105_207;

    private readonly HashSet<string> numbers = new(StringComparer.Ordinal);
    private readonly Dice dice;

    private Country(Dice dice) => this.dice = dice;

    public List<Institution> Institutions { get; } = [];

    public List<Owner> Owners { get; } = [];

    private static string Lists => Path.Combine(RepositoryRoot.Find(), "..", "shared", "data");

    /// <param name="least">At least so many institutions.</param>
    public static async Task<Country> BuildAsync(NpgsqlDataSource source, Database database, int least, Dice dice, CancellationToken cancel)
    {
        var country = new Country(dice);
        if (Directory.Exists(Lists))
        {
            _ = await new OfficeImport(database, new FixedClock(Calendar.Start)).RunAsync([Lists], cancel);
            await country.TakeListedAsync(source, cancel);
        }
        var scale = Math.Max(1, (double)least / (CareOffices + MedicalInstitutions));
        country.Fill(Programme.Care, (int)Math.Ceiling(CareOffices * scale));
        country.Fill(Programme.Medical, (int)Math.Ceiling(MedicalInstitutions * scale));
        await using var table = await CopyTable.OpenAsync(
            source, "institutions", "programme, number, name, name_kana, address, phone, corporate_number, corporate_name, services, updated_at", cancel);
        foreach (var one in country.Institutions.Where(i => !i.Listed))
        {
            table.Row().Text(Codes.Of(one.Programme)).Text(one.Number).Text(one.Name).Text("").Text(one.Address).Text(one.Phone)
                .Text(one.Owner.Profile.CorporateNumber).Text(one.Owner.Profile.CorporateNumber is null ? "" : one.Owner.Profile.Name).Texts(one.Services).At(Calendar.Start);
        }
        await table.CompleteAsync(cancel);
        return country;
    }

    private async Task TakeListedAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Listed>(
            """
            select programme, number, name, address, phone, corporate_number, corporate_name, array_to_string(services, ' ') as services
            from institutions
            order by programme, number
            """);
        var owners = new Dictionary<string, Owner>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var programme = row.Programme == "care" ? Programme.Care : Programme.Medical;
            if (row.CorporateNumber is null || !owners.TryGetValue(row.CorporateNumber, out var owner))
            {
                owner = NewOwner(programme, row.CorporateNumber ?? CorporateNumber(), row.CorporateName);
                if (row.CorporateNumber is not null) owners.Add(row.CorporateNumber, owner);
            }
            var phone = row.Phone.Length > 0 ? row.Phone : Phone();
            numbers.Add(row.Number);
            Add(new Institution(programme, row.Number, row.Name, row.Address, phone, row.Services.Split(' ', StringSplitOptions.RemoveEmptyEntries), owner, Listed: true));
        }
    }

    private void Fill(Programme programme, int count)
    {
        var left = count - Institutions.Count(i => i.Programme == programme);
        while (left > 0)
        {
            var alone = dice.Chance(programme == Programme.Care ? 1 : 35);
            var owner = NewOwner(programme, alone ? null : CorporateNumber(), "");
            for (var offices = alone ? 1 : Math.Min(left, CorporationSize()); offices > 0; offices--, left--) Add(New(programme, owner));
        }
    }

    /// <summary>1 to 30: most corporations run one office, few run many.</summary>
    private int CorporationSize() => dice.Below(100) switch
    {
        < 60 => 1,
        < 80 => dice.Between(2, 3),
        < 92 => dice.Between(4, 6),
        < 98 => dice.Between(7, 12),
        _ => dice.Between(13, 30),
    };

    private Institution New(Programme programme, Owner owner)
    {
        var prefecture = dice.Between(1, 47);
        var number = Number(programme, prefecture);
        var address = $"{Words.Prefectures[prefecture - 1]}{dice.Pick(Words.Towns)}{dice.Between(1, 9)}丁目{dice.Between(1, 40)}番{dice.Between(1, 30)}号";
        var good = dice.Pick(Words.Good).Name;
        if (programme == Programme.Medical)
            return new Institution(programme, number, $"{dice.Pick(Words.Families).Name}{good}{dice.Pick<string>(["クリニック", "医院", "内科", "病院", "診療所"])}", address, Phone(), [], owner, Listed: false);
        var services = Enumerable.Range(0, dice.Below(10) switch { < 7 => 1, < 9 => 2, _ => 3 }).Select(_ => Words.Service(dice)).DistinctBy(s => s.Code, StringComparer.Ordinal).ToList();
        return new Institution(
            programme, number, $"{services[0].Name}{good}{dice.Pick(Words.Towns)}", address, Phone(), [.. services.Select(s => s.Code).Order(StringComparer.Ordinal)], owner, Listed: false);
    }

    private void Add(Institution institution)
    {
        Institutions.Add(institution);
        institution.Owner.Institutions.Add(institution);
    }

    private Owner NewOwner(Programme programme, string? corporateNumber, string name)
    {
        var contact = Words.Person(dice);
        var created = Calendar.Start.AddMinutes(Owners.Count);
        Owner owner;
        if (corporateNumber is null)
        {
            owner = new Owner(dice.TimedId(created), dice.TimedId(created),
                new ApplicantProfile(ApplicantKind.SoleProprietor, contact.Name, null, contact.Name, NonProfit: false, contact.Name, Phone()), contact.Kana);
        }
        else
        {
            var kind = dice.Pick(programme == Programme.Care ? Words.CareCorporations : Words.MedicalCorporations);
            var good = dice.Pick(Words.Good);
            owner = new Owner(dice.TimedId(created), dice.TimedId(created),
                new ApplicantProfile(
                    ApplicantKind.Corporation, name.Length > 0 ? name : $"{kind.Name}{good.Name}会", corporateNumber, Words.Person(dice).Name, kind.NonProfit, contact.Name, Phone()),
                $"{kind.Bank}{good.Kana}カイ");
        }
        Owners.Add(owner);
        return owner;
    }

    private string Phone() => $"0{dice.Between(11, 99)}-{dice.Between(200, 999)}-{dice.Below(10_000):D4}";

    /// <summary>A number nobody has, its check digit right.</summary>
    private string Number(Programme programme, int prefecture)
    {
        while (true)
        {
            var kind = programme == Programme.Medical ? '1' : dice.Below(10) switch { < 6 => '7', < 7 => '1', < 8 => '5', _ => '9' };
            var body = $"{prefecture:D2}{kind}{dice.Below(1_000_000):D6}";
            var sum = 0;
            for (var i = 0; i < body.Length; i++)
            {
                var product = (body[^(i + 1)] - '0') * (i % 2 == 0 ? 2 : 1);
                sum += (product / 10) + (product % 10);
            }
            var number = $"{body}{(10 - (sum % 10)) % 10}";
            if (numbers.Add(number)) return number;
        }
    }

    private string CorporateNumber()
    {
        var body = $"{dice.Between(100_000, 999_999)}{dice.Below(1_000_000):D6}";
        var sum = 0;
        for (var n = 1; n <= body.Length; n++) sum += (body[^n] - '0') * (n % 2 == 1 ? 1 : 2);
        return $"{9 - (sum % 9)}{body}";
    }

    private sealed record Listed(string Programme, string Number, string Name, string Address, string Phone, string? CorporateNumber, string CorporateName, string Services);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
