using Dapper;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Offices;

public sealed class OfficeImportTests(PortalServices services) : DatabaseTest(services)
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly OfficeFiles files = new();

    protected override Task EndAsync()
    {
        files.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_office_is_found_with_everything_the_list_says()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238", "やさしい手　北"));

        var report = await ImportAsync();

        Assert.Equal(new OfficeCounts(1, 0, 0), report.Offices);
        var office = await FindAsync("１３７０１０１２３８");
        Assert.NotNull(office);
        Assert.Equal(
            ("1370101238", "やさしい手 北", "ヤサシイテ", "北海道札幌市北区北25条西6丁目3番23号", "011-700-3366", "2011001027780"),
            (office.Number, office.Name, office.NameKana, office.Address, office.Phone, office.CorporateNumber));
        Assert.Equal(["11"], office.Services);
    }

    [Fact]
    public async Task A_second_import_of_the_same_files_changes_nothing()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"), new CareRow("1370101246") { CorporateNumber = "", Phone = "" });
        files.Care("jigyosho_120.csv", new CareRow("1370101238"));
        files.Medical("iryokikan.csv", "010119443,0119443,さっぽろ駅前クリニック,0600003,札幌市中央区北３条西４丁目");
        var first = await ImportAsync();
        var before = await RowsAsync();

        var second = await ImportAsync(Now.AddDays(1));

        Assert.Equal(new OfficeCounts(3, 0, 0), first.Offices);
        Assert.Equal(new OfficeCounts(0, 0, 3), second.Offices);
        Assert.Equal(before, await RowsAsync());
    }

    [Fact]
    public async Task Only_what_differs_is_changed()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"), new CareRow("1370101246"));
        await ImportAsync();
        files.Care("jigyosho_110.csv", new CareRow("1370101238"), new CareRow("1370101246", "移転後の事業所"), new CareRow("1370101253"));

        var report = await ImportAsync(Now.AddDays(1));

        Assert.Equal(new OfficeCounts(1, 1, 1), report.Offices);
        Assert.Equal("移転後の事業所", (await FindAsync("1370101246"))!.Name);
        Assert.Equal(["1370101246", "1370101253"], (await RowsAsync()).Where(r => r.Contains("2026-06-02", StringComparison.Ordinal)).Select(r => r[..10]));
    }

    [Fact]
    public async Task An_office_in_several_files_has_the_union_of_their_services_and_later_files_fill_blanks()
    {
        files.Care("jigyosho_120.csv", new CareRow("1370101238", "先の名前") { Phone = "", CorporateNumber = "", Kana = "" });
        files.Care("jigyosho_332.csv", new CareRow("1370101238", "後の名前") { Phone = "０３‐１２３４‐５６７８" });

        var report = await ImportAsync();

        var office = (await FindAsync("1370101238"))!;
        Assert.Equal(["12", "33"], office.Services);
        Assert.Equal(("先の名前", "ヤサシイテ", "03-1234-5678", "2011001027780"), (office.Name, office.NameKana, office.Phone, office.CorporateNumber));
        Assert.Equal(new OfficeCounts(1, 0, 0), report.Offices);
        Assert.All(report.Files, file => Assert.Equal(new OfficeCounts(1, 0, 0), file.Offices));
        Assert.Equal(["12", "33"], report.Files.Select(f => f.Service));
    }

    [Fact]
    public async Task Services_of_other_lists_stay_and_those_of_the_imported_lists_follow_them()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"), new CareRow("1370101246"));
        var second = files.Care("jigyosho_120.csv", new CareRow("1370101238"));
        files.Care("jigyosho_150.csv", new CareRow("1370101238"));
        await ImportAsync();
        Assert.Equal(["11", "12", "15"], (await FindAsync("1370101238"))!.Services);
        files.Care("jigyosho_110.csv", new CareRow("1370101246"));
        File.Delete(Path.Combine(files.Folder, "jigyosho_150.csv"));

        await ImportAsync(); // 11 no longer names it, 12 does, 15 is not part of it

        Assert.Equal(["12", "15"], (await FindAsync("1370101238"))!.Services);
        files.Care("jigyosho_110.csv", new CareRow("1370101253"));
        File.Delete(second);
        await ImportAsync();
        Assert.Equal(["12", "15"], (await FindAsync("1370101238"))!.Services); // in none of the files: stays as it is
    }

    [Fact]
    public async Task What_the_lists_leave_blank_stays_as_it_was()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"));
        await ImportAsync();
        files.Care("jigyosho_110.csv", new CareRow("1370101238") { Phone = "", CorporateNumber = "", Kana = "" });

        Assert.Equal(new OfficeCounts(0, 0, 1), (await ImportAsync()).Offices);
    }

    [Fact]
    public async Task Rejected_rows_are_told_with_the_line_where_they_begin()
    {
        var path = files.Care(
            "jigyosho_110.csv",
            new CareRow("1370101238") { Note = "平日は\n夜間も\r\n対応" }, // lines 2–4
            new CareRow("137010123"), // 5
            "",
            new CareRow("11A2232671"), // 7
            "1,2,3", // 8
            new CareRow("4870101238"), // 9
            new CareRow("1370101246", "　"), // 10
            new CareRow("1370101253") { Note = "\"引用\"" }, // 11
            new CareRow("") { Note = "二\n行" }); // 12

        var report = await ImportAsync();

        Assert.Equal([5, 7, 8, 9, 10, 12], report.FirstRejected.Select(r => r.Line));
        Assert.All(report.FirstRejected, row => Assert.Equal(path, row.Path));
        Assert.Contains("9桁", report.FirstRejected[0].Reason, StringComparison.Ordinal);
        Assert.Contains("総合事業", report.FirstRejected[1].Reason, StringComparison.Ordinal);
        Assert.Contains("列の数が3", report.FirstRejected[2].Reason, StringComparison.Ordinal);
        Assert.Contains("01から47", report.FirstRejected[3].Reason, StringComparison.Ordinal);
        Assert.Contains("事業所名がありません（1370101246）", report.FirstRejected[4].Reason, StringComparison.Ordinal);
        Assert.Equal((6, 8, new OfficeCounts(2, 0, 0)), (report.Rejected, report.Files[0].Rows, report.Offices));
    }

    [Fact]
    public async Task A_quotation_mark_closed_too_late_is_told_and_costs_only_the_rows_it_swallowed()
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238"), "011029,\"0170201115,北海道", new CareRow("1370101246") { Note = "平日,祝日" }, new CareRow("1370101253"));

        var report = await ImportAsync();

        Assert.Equal(3, Assert.Single(report.FirstRejected).Line);
        Assert.Contains("引用符", report.FirstRejected[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, report.Offices.New);
    }

    [Fact]
    public async Task Only_the_first_hundred_rejected_rows_are_listed_and_all_are_counted()
    {
        files.Care("jigyosho_110.csv", [.. Enumerable.Range(0, 130).Select(i => new CareRow($"{i}"))]);

        var report = await ImportAsync();

        Assert.Equal((100, 130), (report.FirstRejected.Count, report.Rejected));
    }

    [Theory]
    [InlineData("011‐518-5501", "011-518-5501")]
    [InlineData("０９２ー４１５ー７２２２", "092-415-7222")]
    [InlineData("(0197)12-3456", "0197-12-3456")]
    [InlineData("(仮設)0197-12-3456", "0197-12-3456")]
    [InlineData("011--518-5501", "011-518-5501")]
    [InlineData("011-518-5501(代表)", "011-518-5501")]
    [InlineData("011-518-5501/090-1111-2222", "011-518-5501")]
    [InlineData("0115185501", "0115185501")]
    [InlineData("518-5501", "")]
    [InlineData("なし", "")]
    [InlineData("011-518-55012-3", "")]
    public async Task Phones_come_in_the_form_the_application_wants(string listed, string expected)
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238") { Phone = listed });

        await ImportAsync();

        Assert.Equal(expected, (await FindAsync("1370101238"))!.Phone);
    }

    [Theory]
    [InlineData("北海道札幌市北区北25条", "", "北海道札幌市北区北25条")]
    [InlineData("札幌市北区北25条", "", "北海道札幌市北区北25条")]
    [InlineData("北25条西16丁目", "", "北海道札幌市北区北25条西16丁目")]
    [InlineData("札幌市北区麻生町６丁目あざぶマリオン１階", "あざぶマリオン１階", "北海道札幌市北区麻生町６丁目あざぶマリオン１階")]
    [InlineData("札幌市北区麻生町６丁目", "あざぶマリオン１階", "北海道札幌市北区麻生町６丁目 あざぶマリオン１階")]
    public async Task Addresses_name_prefecture_city_and_building_once(string listed, string building, string expected)
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238") { Address = listed, Building = building });

        await ImportAsync();

        Assert.Equal(expected, (await FindAsync("1370101238"))!.Address);
    }

    [Theory]
    [InlineData("２０１１００１０２７７８０", "2011001027780")]
    [InlineData("201100102778", null)]
    [InlineData("不明", null)]
    public async Task A_corporate_number_has_13_digits_or_is_none(string listed, string? expected)
    {
        files.Care("jigyosho_110.csv", new CareRow("1370101238") { CorporateNumber = listed });

        await ImportAsync();

        Assert.Equal(expected, (await FindAsync("1370101238"))!.CorporateNumber);
    }

    private Task<ImportReport> ImportAsync(DateTimeOffset? now = null) => new OfficeImport(Database, new Clock(now ?? Now)).RunAsync([files.Folder], Cancel);

    private Task<KnownInstitution?> FindAsync(string number) => new OfficeQueries(Database).FindAsync(Programme.Care, number, Cancel);

    private async Task<List<string>> RowsAsync()
    {
        await using var connection = await Database.OpenAsync(Cancel);
        return (await connection.QueryAsync<string>(
            """
            select number || ' ' || to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD') || ' ' || name || ' ' || phone || ' ' || services::text || ' ' || xmin
            from institutions
            order by number
            """)).AsList();
    }
}

internal sealed class Clock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
