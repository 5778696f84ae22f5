using GrantPortal.Data.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Offices;

public sealed class OfficeQueriesTests(PortalServices services) : DatabaseTest(services)
{
    private readonly OfficeFiles files = new();
    private OfficeQueries offices = null!;

    protected override Task PrepareAsync()
    {
        offices = new OfficeQueries(Database);
        return Task.CompletedTask;
    }

    protected override Task EndAsync()
    {
        files.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("010112489", "0110112489", "1 makes the check digit hold")]
    [InlineData("0110112489", "0110112489", "ten digits stay")]
    [InlineData("293330132", "2933330132", "only 3 makes it hold")]
    [InlineData("121111111", "1211111111", "in prefectures 11 to 14 the six digits hold with any: 1, although 3 would hold over all nine")]
    [InlineData("131111119", "1311111119", "neither holds: 1")]
    public async Task The_bureaus_nine_digits_become_ten(string listed, string expected, string why)
    {
        files.Medical("m.csv", $"{listed},,中央病院,〒060-0001,札幌市北区北1条");
        var report = await ImportAsync();
        Assert.True(report.Offices.New == 1, why);
        Assert.Equal(expected, (await offices.FindAsync(Programme.Medical, expected, Cancel))?.Number);
    }

    [Fact]
    public async Task A_medical_institution_has_its_prefecture_and_postcode()
    {
        files.Medical("m.csv", "010112489,0112489,中央病院,〒060-0001,札幌市北区北1条");
        await ImportAsync();
        var found = (await offices.FindAsync(Programme.Medical, "0110112489", Cancel))!;
        Assert.Equal(("中央病院", "0600001", "北海道札幌市北区北1条", null), (found.Name, found.Postcode, found.Address, found.CorporateNumber));
        Assert.Empty(found.Services);
    }

    [Theory]
    [InlineData("0110112489")]
    [InlineData("0130112489")]
    [InlineData("０１１－０１１２４８９")]
    public async Task A_medical_institution_is_found_whatever_the_third_digit_says(string typed)
    {
        files.Medical("m.csv", "010112489,0112489,中央病院,0600001,札幌市北区北1条");
        await ImportAsync();
        Assert.Equal("0110112489", (await offices.FindAsync(Programme.Medical, typed, Cancel))?.Number);
    }

    [Fact]
    public async Task The_exact_number_comes_before_the_same_one_with_another_third_digit()
    {
        files.Medical("m.csv", "0110112489,,医科,,札幌市", "0130112489,,歯科,,札幌市");
        await ImportAsync();
        Assert.Equal("医科", (await offices.FindAsync(Programme.Medical, "0110112489", Cancel))?.Name);
        Assert.Equal("歯科", (await offices.FindAsync(Programme.Medical, "0130112489", Cancel))?.Name);
    }

    [Fact]
    public async Task Pharmacies_and_numbers_of_a_wrong_length_are_rejected()
    {
        files.Medical("m.csv", "0140112489,,薬局,,札幌市", "12345,,短い,,札幌市", "010112489,,　,,札幌市", "010112489,x");
        var report = await ImportAsync();
        Assert.Equal([2, 3, 4, 5], report.FirstRejected.Select(r => r.Line));
        Assert.Contains("薬局", report.FirstRejected[0].Reason, StringComparison.Ordinal);
        Assert.Contains("12345", report.FirstRejected[1].Reason, StringComparison.Ordinal);
        Assert.Equal(0, report.Offices.New);
    }

    [Fact]
    public async Task The_programmes_do_not_mix()
    {
        files.Care("jigyosho_110.csv", new CareRow("0110112489"));
        await ImportAsync();
        Assert.Null(await offices.FindAsync(Programme.Medical, "0110112489", Cancel));
        Assert.Null(await offices.FindAsync(Programme.Care, "0130112489", Cancel));
        Assert.Null(await offices.FindAsync(Programme.Care, "", Cancel));
        Assert.Null(await offices.FindAsync(Programme.Medical, "' or 1=1", Cancel));
    }

    [Fact]
    public async Task The_offices_of_a_corporation_come_in_order_and_at_most_500()
    {
        var numbers = Enumerable.Range(0, 510).Select(i => $"137{i:D6}0").ToList();
        files.Care("jigyosho_110.csv", [.. numbers.Select(n => new CareRow(n)).Reverse(), new CareRow("1390101238") { CorporateNumber = "7000012050002" }]);
        await ImportAsync();

        await using var db = await Database.OpenAsync(Cancel);
        var found = await db.AskAsync(OfficeQueries.OfCorporation("2011001027780"), Cancel);

        Assert.Equal(numbers.Take(500), found.Select(o => o.Number));
        Assert.Equal("1390101238", Assert.Single(await db.AskAsync(OfficeQueries.OfCorporation("7000012050002"), Cancel)).Number);
        Assert.Empty(await db.AskAsync(OfficeQueries.OfCorporation(""), Cancel));
    }

    private Task<ImportReport> ImportAsync() => new OfficeImport(Database, TimeProvider.System).RunAsync([files.Folder], Cancel);
}
