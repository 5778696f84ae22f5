using Dapper;
using GrantPortal.Testing;
using Rules = GrantPortal.Domain.Applications.Retention;

namespace GrantPortal.Data.Tests.Retention;

public sealed class KeptUntilTests(PortalServices services) : DatabaseTest(services)
{
    [Fact]
    public async Task The_database_and_the_domain_count_the_same_years()
    {
        await using var connection = await Database.OpenAsync(Cancel);
        var days = (await connection.QueryAsync<(DateOnly Ended, DateOnly Until)>("select d::date, kept_until(d::date) from generate_series(date '2025-12-01', date '2029-06-01', interval '1 day') as d")).AsList();
        Assert.True(days.Count > 1200);
        Assert.All(days, day => Assert.Equal(Rules.KeptUntil(day.Ended), day.Until));
    }
}
