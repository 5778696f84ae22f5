using Dapper;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;
using Npgsql;

namespace GrantPortal.Data.Tests.Programmes;

/// <summary>The seeded years say what the rules say: 要綱 §4, §13, 別表, 別添; 手引き.</summary>
public sealed class ProgrammeYearStoreTests(PortalServices services) : DatabaseTest(services)
{
    [Theory]
    [InlineData("R7-care", Programme.Care, "R7", "令和7年度", "2025-10-17", "2026-03-13", null)]
    [InlineData("R8-care", Programme.Care, "R8", "令和8年度", "2026-05-07", "2027-03-12", "2026-04-01")]
    [InlineData("R7-medical", Programme.Medical, "R7", "令和7年度", "2025-10-17", "2026-03-13", null)]
    [InlineData("R8-medical", Programme.Medical, "R8", "令和8年度", "2026-05-07", "2027-03-12", "2026-04-01")]
    public async Task A_year_has_its_period_and_settings(string id, Programme programme, string year, string name, string opens, string closes, string? earliest)
    {
        await using var db = await OpenAsync();
        var found = await ProgrammeYearStore.FindAsync(db, id, Cancel);

        Assert.NotNull(found);
        Assert.Equal((programme, year, name), (found.Programme, found.Year, found.YearName));
        Assert.Equal((Day(opens), Day(closes)), (found.Opens, found.Closes));
        Assert.Equal(earliest is null ? null : Day(earliest), found.EarliestWorkDate);
        Assert.Null(found.Budget);
        Assert.Null(found.StoppedBecause);
        Assert.Equal((CapBasis.Category, NumberScope.AllYears), (found.CapBasis, found.NumberScope));
    }

    [Theory]
    [InlineData("R7-care")]
    [InlineData("R8-care")]
    public async Task Care_years_have_the_categories_of_the_annex(string id)
    {
        await using var db = await OpenAsync();
        var year = (await ProgrammeYearStore.FindAsync(db, id, Cancel))!;

        var expected = new[]
        {
            ("訪問・通所・短期滞在系", 64_000L, 3, """
                11 訪問介護 · 12 訪問入浴介護 · 13 訪問看護 · 14 訪問リハビリテーション · 15 通所介護 · 16 通所リハビリテーション · 21 短期入所生活介護 ·
                22 短期入所療養介護（介護老人保健施設） · 23 短期入所療養介護（病院等） · 2A 短期入所療養介護（介護医療院） · 31 居宅療養管理指導 ·
                43 居宅介護支援 · 68 小規模多機能型居宅介護（短期利用型） · 71 夜間対応型訪問介護 · 72 認知症対応型通所介護 · 73 小規模多機能型居宅介護 ·
                76 定期巡回・随時対応型訪問介護看護 · 77 複合型サービス（看護小規模多機能型居宅介護） · 78 地域密着型通所介護 ·
                79 複合型サービス（看護小規模多機能型居宅介護・短期利用型）
                """),
            ("居住・入所系", 55_000L, 2, """
                27 特定施設入居者生活介護（短期利用型） · 28 地域密着型特定施設入居者生活介護（短期利用型） · 32 認知症対応型共同生活介護 · 33 特定施設入居者生活介護 ·
                36 地域密着型特定施設入居者生活介護 · 38 認知症対応型共同生活介護（短期利用型） · 51 介護福祉施設サービス · 52 介護保健施設サービス ·
                54 地域密着型介護福祉施設入所者生活介護 · 55 介護医療院サービス · 59 特定入所者介護サービス等
                """),
            ("その他", 42_000L, 1, "17 福祉用具貸与 · 41 特定福祉用具販売 · 42 住宅改修 · 81 市町村特別給付"),
        };
        Assert.Equal(expected.Select(e => (e.Item1, e.Item2, e.Item3)), year.Categories.Select(c => (c.Name, c.Cap.Amount, c.Readers)));
        Assert.Equal(
            expected.SelectMany(e => e.Item4.Split('·', StringSplitOptions.TrimEntries)),
            year.Services.Select(s => s.Label));
        Assert.Equal([20, 11, 4], year.Categories.Select(c => c.Services.Count));
        Assert.Empty(year.Rates);
        var all = year.Services.Select(s => s.Code).ToList();
        Assert.Equal((new Yen(161_000), 6), (year.Cap(all), year.ReaderLimit(all)));
    }

    [Theory]
    [InlineData("R7-medical")]
    [InlineData("R8-medical")]
    public async Task Medical_years_have_the_rates_of_the_briefing(string id)
    {
        await using var db = await OpenAsync();
        var year = (await ProgrammeYearStore.FindAsync(db, id, Cancel))!;

        Assert.Equal(
            [
                new MedicalRate(InstitutionKind.Hospital, 200, null, 1, 2, new Yen(550_000)),
                new MedicalRate(InstitutionKind.Hospital, 20, 199, 3, 4, new Yen(398_000)),
                new MedicalRate(InstitutionKind.Clinic, 0, 19, 3, 4, new Yen(398_000)),
            ],
            year.Rates);
        Assert.Empty(year.Categories);
    }

    [Theory]
    [InlineData("R7-care", "passbook 1-1, service-proof 1-5, receipt 1-5")]
    [InlineData("R8-care", "passbook 1-1, service-proof 1-5, receipt 1-5, web-service-screen 1-1")]
    [InlineData("R7-medical", "passbook 1-1, bed-proof 1-5, receipt 1-5, completion-proof 1-5")]
    [InlineData("R8-medical", "passbook 1-1, bed-proof 1-5, receipt 1-5, completion-proof 1-5")]
    public async Task A_year_asks_for_its_documents(string id, string documents)
    {
        await using var db = await OpenAsync();
        var year = (await ProgrammeYearStore.FindAsync(db, id, Cancel))!;
        Assert.Equal(documents, string.Join(", ", year.Documents.Select(d => $"{d.Kind.Code()} {d.Min}-{d.Max}")));
    }

    [Fact]
    public async Task All_years_are_listed_and_an_unknown_one_is_not_found()
    {
        await using var db = await OpenAsync();
        Assert.Equal(["R8-care", "R8-medical", "R7-care", "R7-medical"], (await ProgrammeYearStore.AllAsync(db, Cancel)).Select(y => y.Id));
        Assert.Null(await ProgrammeYearStore.FindAsync(db, "R9-care", Cancel));
    }

    [Theory]
    [InlineData("2025-10-16T23:59:59+09:00", null, "R7-care")]
    [InlineData("2025-10-17T00:00:00+09:00", "R7-care", "R7-care")]
    [InlineData("2026-03-13T23:59:59+09:00", "R7-care", "R7-care")]
    [InlineData("2026-03-14T00:00:00+09:00", null, "R8-care")]
    [InlineData("2026-05-06T23:59:59+09:00", null, "R8-care")]
    [InlineData("2026-05-06T15:00:00+00:00", "R8-care", "R8-care")]
    [InlineData("2027-03-12T14:59:59+00:00", "R8-care", "R8-care")]
    [InlineData("2027-03-13T00:00:00+09:00", null, "R8-care")]
    public async Task The_open_year_is_found_by_Japan_time(string now, string? open, string current)
    {
        await using var db = await OpenAsync();
        var moment = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(open, (await ProgrammeYearStore.OpenNowAsync(db, Programme.Care, moment, Cancel))?.Id);
        Assert.Equal(current, (await ProgrammeYearStore.CurrentAsync(db, Programme.Care, moment, Cancel))?.Id);
    }

    [Fact]
    public async Task A_stopped_year_is_still_the_one_to_talk_about_until_another_is_open()
    {
        await using var db = await OpenAsync();
        var now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.FromHours(9));
        await db.ExecuteAsync("update programme_years set stopped_because = '予算に達したため' where id = 'R8-care'");

        Assert.Null(await ProgrammeYearStore.OpenNowAsync(db, Programme.Care, now, Cancel));
        var stopped = await ProgrammeYearStore.CurrentAsync(db, Programme.Care, now, Cancel);
        Assert.Equal(("R8-care", "予算に達したため"), (stopped?.Id, stopped?.StoppedBecause));

        await db.ExecuteAsync("update programme_years set closes = '2026-12-31' where id = 'R7-care'");
        Assert.Equal("R7-care", (await ProgrammeYearStore.CurrentAsync(db, Programme.Care, now, Cancel))?.Id);
    }

    [Fact]
    public async Task An_operators_figures_are_read_back()
    {
        await using var db = await OpenAsync();
        await db.ExecuteAsync("update programme_years set budget_yen = 5000000, cap_basis = 'service-code', number_scope = 'one-year' where id = 'R8-care'");
        var year = (await ProgrammeYearStore.FindAsync(db, "R8-care", Cancel))!;
        Assert.Equal((new Yen(5_000_000), CapBasis.ServiceCode, NumberScope.OneYear), (year.Budget, year.CapBasis, year.NumberScope));
    }

    [Fact]
    public async Task A_budget_position_sums_the_stripes_of_its_year_within_the_callers_transaction()
    {
        await using var db = await OpenAsync();
        Assert.Equal(default, await db.AskAsync(ProgrammeYearStore.Budget("R8-care"), Cancel));

        await using var transaction = await db.BeginTransactionAsync(Cancel);
        await db.ExecuteAsync("update programme_year_totals set open_yen = 64000, committed_yen = 1000 where year_id = 'R8-care'");
        var inside = await db.AskAsync(ProgrammeYearStore.Budget("R8-care"), Cancel);
        Assert.Equal(new BudgetPosition(new Yen(16_000), new Yen(16 * 64_000)), inside);
        Assert.Equal(default, await db.AskAsync(ProgrammeYearStore.Budget("R8-medical"), Cancel));
        await transaction.RollbackAsync(Cancel);
        Assert.Equal(default, await db.AskAsync(ProgrammeYearStore.Budget("R8-care"), Cancel));
    }

    private ValueTask<NpgsqlConnection> OpenAsync() => Database.OpenAsync(Cancel);

    private static DateOnly Day(string text) => DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
