using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>The migration seeds what the scheme says. Rows are read from its text, so a slip in a figure or a code is red without a database.</summary>
public partial class SeededYearsTests
{
    private static readonly string Sql = Repository.Read("migrations/0002_programmes.sql");

    [Theory]
    [InlineData("R7-care")]
    [InlineData("R8-care")]
    [InlineData("R7-medical")]
    [InlineData("R8-medical")]
    public void The_migration_seeds_the_year_of_the_scheme(string id)
    {
        var seeded = Assert.Single(Seeded(), y => y.Id == id);
        var expected = Assert.Single(Years.All, y => y.Id == id);
        Assert.Equal(Describe(expected), Describe(seeded));
    }

    [Fact]
    public void The_migration_seeds_exactly_two_years_of_two_programmes() =>
        Assert.Equal(["R7-care", "R8-care", "R7-medical", "R8-medical"], Seeded().Select(y => y.Id));

    [Fact]
    public void Seeded_years_are_unlimited_not_stopped_per_category_and_across_all_years()
    {
        Assert.Contains("cap_basis text not null default 'category'", Sql, StringComparison.Ordinal);
        Assert.Contains("number_scope text not null default 'all-years'", Sql, StringComparison.Ordinal);
        var columns = Inserts().Matches(Sql).Select(m => m.Groups["columns"].Value).ToList();
        Assert.Equal(2, columns.Count);
        Assert.All(columns, c => Assert.DoesNotContain("budget_yen", c, StringComparison.Ordinal));
        Assert.All(columns, c => Assert.DoesNotContain("stopped_because", c, StringComparison.Ordinal));
        Assert.All(columns, c => Assert.DoesNotContain("cap_basis", c, StringComparison.Ordinal));
        Assert.All(columns, c => Assert.DoesNotContain("number_scope", c, StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_35_service_codes_20_and_11_and_4_and_none_twice()
    {
        foreach (var year in Seeded().Where(y => y.Programme == Programme.Care))
        {
            Assert.Equal([20, 11, 4], year.Categories.Select(c => c.Services.Count));
            Assert.Equal(35, year.Services.Select(s => s.Code).Distinct().Count());
            Assert.All(year.Services, s => Assert.Matches("^[0-9][0-9A]$", s.Code));
            Assert.Equal("2A 短期入所療養介護（介護医療院）", year.Service("2A")?.Label);
        }
    }

    private static string Describe(ProgrammeYear year) => string.Join('\n',
        $"{year.Id} {year.Programme} {year.Year} {year.YearName}",
        $"{year.Opens:O} to {year.Closes:O} earliest {year.EarliestWorkDate:O} budget {year.Budget} stopped {year.StoppedBecause}",
        $"{year.CapBasis} {year.NumberScope}",
        string.Join('\n', year.Categories.Select(c => $"{c.Key} {c.Name} {c.Cap} {c.Readers}: {string.Join(" / ", c.Services)}")),
        string.Join('\n', year.Rates),
        string.Join('\n', year.Documents));

    private static List<ProgrammeYear> Seeded()
    {
        var figures = Figures().Matches(Sql).Select(m => m.Groups["json"].Value).ToList();
        Assert.Equal(2, figures.Count);
        var medicalDocuments = MedicalDocuments().Match(Sql).Groups["json"].Value;
        return [.. Rows().Matches(Sql).Select(m =>
        {
            var care = m.Groups["id"].Value.EndsWith("care", StringComparison.Ordinal);
            return new ProgrammeYear
            {
                Id = m.Groups["id"].Value,
                Programme = care ? Programme.Care : Programme.Medical,
                Year = m.Groups["year"].Value,
                Opens = Date(m.Groups["opens"].Value),
                Closes = Date(m.Groups["closes"].Value),
                EarliestWorkDate = m.Groups["earliest"].Success ? Date(m.Groups["earliest"].Value) : null,
                Categories = care ? Categories(figures[0]) : [],
                Rates = care ? [] : Rates(figures[1]),
                Documents = Documents(care ? m.Groups["documents"].Value : medicalDocuments),
            };
        })];
    }

    private static List<ServiceCategory> Categories(string json) => Each(json, c => new ServiceCategory(
        c.GetProperty("key").GetString()!, c.GetProperty("name").GetString()!, new Yen(c.GetProperty("cap").GetInt64()), c.GetProperty("readers").GetInt32(),
        [.. c.GetProperty("services").EnumerateArray().Select(s => new Service(s.GetProperty("code").GetString()!, s.GetProperty("name").GetString()!))]));

    private static List<MedicalRate> Rates(string json) => Each(json, r => new MedicalRate(
        r.GetProperty("kind").GetString() == "hospital" ? InstitutionKind.Hospital : InstitutionKind.Clinic,
        r.GetProperty("minBeds").GetInt32(), r.GetProperty("maxBeds").ValueKind == JsonValueKind.Null ? null : r.GetProperty("maxBeds").GetInt32(),
        r.GetProperty("numerator").GetInt32(), r.GetProperty("denominator").GetInt32(), new Yen(r.GetProperty("cap").GetInt64())));

    private static List<DocumentRule> Documents(string json) => Each(json, d => new DocumentRule(
        DocumentKinds.FromCode(d.GetProperty("kind").GetString()) ?? throw new InvalidDataException(json), d.GetProperty("min").GetInt32(), d.GetProperty("max").GetInt32()));

    private static List<T> Each<T>(string json, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(read)];
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"insert into programme_years \((?<columns>[^)]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Inserts();

    [GeneratedRegex(@"\$json\$(?<json>.+?)\$json\$", RegexOptions.Singleline, 1000)]
    private static partial Regex Figures();

    [GeneratedRegex(@"select y\.id, 'medical',[^']*'(?<json>\[.+?\])'::jsonb", RegexOptions.None, 1000)]
    private static partial Regex MedicalDocuments();

    [GeneratedRegex(@"\('(?<id>R\d-\w+)', '(?<year>R\d)', date '(?<opens>[-\d]+)', date '(?<closes>[-\d]+)', (null::date|date '(?<earliest>[-\d]+)')(, '(?<documents>\[.+?\])'::jsonb)?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();
}
