using Dapper;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Offices;

/// <summary>The public lists themselves, where they lie beside the clone.</summary>
public sealed class RealOfficesTests(PortalServices services, ITestOutputHelper output)
{
    private static string Lists => Path.Combine(RepositoryRoot.Find(), "..", "shared", "data");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_public_lists_are_imported_whole_in_a_few_seconds_and_once()
    {
        Assert.SkipUnless(Directory.Exists(Lists), "../shared/data is absent");
        var connectionString = await services.NewDatabaseAsync();
        await using var database = Database.At(connectionString);

        var first = await new OfficeImport(database, TimeProvider.System).RunAsync([Lists], Cancel);
        var second = await new OfficeImport(database, TimeProvider.System).RunAsync([Lists], Cancel);

        output.WriteLine($"first {first.Took.TotalSeconds:0.00} s, second {second.Took.TotalSeconds:0.00} s, {first.Files.Sum(f => f.Rows)} rows");
        Assert.Equal(19_429 + 5_520, first.Files.Sum(f => f.Rows));
        Assert.Equal(new OfficeCounts(18_387 + 5_519, 0, 0), first.Offices);
        Assert.Equal(new OfficeCounts(0, 0, 18_387 + 5_519), second.Offices);
        Assert.Empty(first.FirstRejected);
        Assert.Equal(["12", "14", "22", "33", "41", "55", "71", "76"], first.Files.Select(f => f.Service).OfType<string>().Order(StringComparer.Ordinal));
        Assert.True(first.Took < TimeSpan.FromMinutes(1), $"took {first.Took}"); // three seconds on two busy cores; row by row it would be minutes
        await using var connection = await database.OpenAsync(Cancel);
        Assert.Equal(19_429, await connection.ExecuteScalarAsync<long>("select sum(cardinality(services)) from institutions"));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from institutions where phone !~ '^(0[0-9-]{9,12})?$'"));
        var medical = await connection.QueryAsync<string>("select number from institutions where programme = 'medical'");
        Assert.All(medical, number =>
        {
            Assert.True(InstitutionNumber.TryParse(Programme.Medical, number, out var parsed, out _));
            Assert.NotEqual(CheckDigit.Wrong, parsed.CheckDigit);
        });
        await services.DropDatabaseAsync(connectionString);
    }
}
