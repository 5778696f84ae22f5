using Dapper;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Routing;

/// <summary>The seeded holidays, and the functions SQL and C# both have.</summary>
public sealed class CalendarTests(PortalServices services) : DatabaseTest(services)
{
    [Fact]
    public async Task National_holidays_of_four_years_are_seeded_with_substitutes_and_citizens_holidays()
    {
        await using var connection = await Database.OpenAsync(TestContext.Current.CancellationToken);
        var days = await Holidays.AllAsync(connection);
        var national = days.Where(d => d.Name != "年末年始").ToList();
        // As the Cabinet Office publishes them (内閣府「国民の祝日」).
        Assert.Equal([19, 18, 17, 16], new[] { 2025, 2026, 2027, 2028 }.Select(y => national.Count(d => d.Day.Year == y)));
        Assert.Contains(new Holiday(new DateOnly(2026, 5, 6), "休日（振替休日）"), days);
        Assert.Contains(new Holiday(new DateOnly(2026, 9, 22), "休日（国民の休日）"), days);
        Assert.Contains(new Holiday(new DateOnly(2027, 3, 22), "休日（振替休日）"), days);
        // A holiday on a Sunday has its substitute: the next day that is none.
        foreach (var sunday in national.Where(d => d.Day.DayOfWeek == DayOfWeek.Sunday && !d.Name.StartsWith("休日", StringComparison.Ordinal)))
        {
            var next = sunday.Day.AddDays(1);
            while (national.Any(d => d.Day == next && !d.Name.StartsWith("休日", StringComparison.Ordinal))) next = next.AddDays(1);
            Assert.Contains(new Holiday(next, "休日（振替休日）"), days);
        }
        // A day between two holidays is one (国民の祝日に関する法律 §3-3).
        Assert.All(national.Where(d => national.Any(e => e.Day == d.Day.AddDays(2)) && d.Day.AddDays(1).DayOfWeek != DayOfWeek.Sunday), d => Assert.Contains(national, e => e.Day == d.Day.AddDays(1)));
        Assert.Equal(0, (await Holidays.CalendarAsync(connection)).DaysSince(new DateOnly(2026, 9, 18), new DateOnly(2026, 9, 23)));
    }

    [Fact]
    public async Task The_database_folds_names_as_the_portal_does()
    {
        await using var connection = await Database.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var name in new[] { "ひまわり 園", "ﾋﾏﾜﾘ園", "ヒマワリ園", "ＡＢＣケア", "abcｹｱ", "ガーデン　がーでん", "ｶﾞｰﾃﾞﾝ", "①号館㈱", "ゔぁゕゖヴヷ", "見本\u3000内科", "ß" })
            Assert.Equal(JapaneseText.SearchKey(name), await connection.ExecuteScalarAsync<string>("select search_key(@name)", new { name }));
    }
}
