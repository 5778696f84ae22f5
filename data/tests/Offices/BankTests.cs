using GrantPortal.Data.Offices;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Offices;

public sealed class BankTests(PortalServices services) : DatabaseTest(services)
{
    private const string List =
        """
        0001|みずほ|ミズホ|001|東京営業部|トウキヨウ
        0001|みずほ|ミズホ|100|本店|ホンテン
        0001|みずほ|ミズホ|110|丸の内中央|マルノウチチユウオウ
        0005|三菱ＵＦＪ|ミツビシユ－エフジエイ|001|本店|ホンテン
        0289|みずほ信託|ミズホシンタク|001|本店|ホンテン
        1000|信金中央金庫|シンキンチユウオウキンコ|||
        1340|巣鴨信金|スガモシンキン|001|本店|ホンテン
        9900|ゆうちょ|ユウチヨ|058|〇五八|ゼロゴハチ
        """;

    private readonly OfficeFiles files = new();
    private BankQueries banks = null!;

    protected override Task PrepareAsync()
    {
        banks = new BankQueries(Database);
        return Task.CompletedTask;
    }

    protected override Task EndAsync()
    {
        files.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("みずほ", "0001 0289")]
    [InlineData("ミズホ", "0001 0289")]
    [InlineData("ﾐｽﾞﾎ", "0001 0289")]
    [InlineData("みずほ銀行", "0001 0289")]
    [InlineData("0001", "0001")]
    [InlineData("０００", "0001 0005")]
    [InlineData("三菱UFJ", "0005")]
    [InlineData("みつびしゆーえふ", "0005")]
    [InlineData("みつびしユ-エフ", "0005")]
    [InlineData("三菱ｕｆｊ銀行", "0005")]
    [InlineData("巣鴨信用金庫", "1340")]
    [InlineData("ゆうちょ銀行", "9900")]
    [InlineData("ゆうちよ", "9900")]
    [InlineData("しんきん", "1000 1340")]
    [InlineData("銀行", "")]
    [InlineData("%", "")]
    [InlineData(" ", "")]
    public async Task Banks_are_found_by_code_name_and_reading(string typed, string codes)
    {
        await ImportAsync(List);
        Assert.Equal(codes, string.Join(' ', (await banks.SearchBanksAsync(typed, Cancel)).Select(b => b.Code)));
    }

    [Theory]
    [InlineData("0001", "本店", "100")]
    [InlineData("0001", "まるのうち中央", "")]
    [InlineData("0001", "丸の内中央支店", "110")]
    [InlineData("0001", "まるのうち", "110")]
    [InlineData("0001", "1", "100 110")]
    [InlineData("0001", "", "001 100 110")]
    [InlineData("０００１", "えいぎょう", "")]
    [InlineData("1000", "", "")]
    [InlineData("7777", "本店", "")]
    public async Task Branches_are_found_within_their_bank(string bank, string typed, string codes)
    {
        await ImportAsync(List);
        Assert.Equal(codes, string.Join(' ', (await banks.SearchBranchesAsync(bank, typed, Cancel)).Select(b => b.Code)));
    }

    [Fact]
    public async Task Codes_have_names()
    {
        await ImportAsync(List);
        Assert.Equal(new BankNames("みずほ", "本店"), await banks.NamesAsync("0001", "100", Cancel));
        Assert.Equal(new BankNames("みずほ", null), await banks.NamesAsync("0001", "999", Cancel));
        Assert.Null(await banks.NamesAsync("7777", "100", Cancel));
    }

    [Fact]
    public async Task A_newer_list_renames_adds_and_removes_and_the_same_one_changes_nothing()
    {
        Assert.Equal(new BankReport(6, 7, 13), await ImportAsync(List));
        Assert.Equal(new BankReport(6, 7, 0), await ImportAsync(List));
        var newer = string.Join('\n', List.Split('\n').Where(l => !l.StartsWith("0289", StringComparison.Ordinal) && !l.Contains("東京営業部", StringComparison.Ordinal)))
            .Replace("巣鴨信金", "とげぬき信金", StringComparison.Ordinal) + "\n9900|ゆうちょ|ユウチヨ|019|〇一九|ゼロイチキユウ\n";

        // 0289 and its branch, 0001-001, the new name, the new branch
        Assert.Equal(new BankReport(5, 6, 5), await ImportAsync(newer));
        Assert.Equal("とげぬき信金", (await banks.NamesAsync("1340", "001", Cancel))?.Bank);
        Assert.Null(await banks.NamesAsync("0289", "001", Cancel));
        Assert.Equal(new BankNames("みずほ", null), await banks.NamesAsync("0001", "001", Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0001|みずほ\n")]
    [InlineData("1|みずほ|ミズホ|||\n")]
    public async Task A_list_that_is_none_changes_nothing(string text)
    {
        await ImportAsync(List);
        await Assert.ThrowsAsync<ImportException>(() => ImportAsync(text));
        Assert.Equal(new BankNames("みずほ", "本店"), await banks.NamesAsync("0001", "100", Cancel));
    }

    [Fact]
    public async Task The_list_the_portal_ships_is_imported_whole()
    {
        var report = await new BankImport(Database).RunAsync(RepositoryRoot.Banks, Cancel);

        Assert.InRange(report.Banks, 1_000, 2_000);
        Assert.InRange(report.Branches, 25_000, 35_000);
        Assert.Equal("0001", (await banks.SearchBanksAsync("みずほ", Cancel))[0].Code);
        Assert.Equal("9900", (await banks.SearchBanksAsync("ゆうちょ", Cancel))[0].Code);
        Assert.Equal(BankQueries.Most, (await banks.SearchBanksAsync("信金", Cancel)).Count);
        Assert.Equal("058", Assert.Single(await banks.SearchBranchesAsync("9900", "058", Cancel)).Code);
    }

    /// <param name="list">| for tabs.</param>
    private Task<BankReport> ImportAsync(string list) =>
        new BankImport(Database).RunAsync(files.Write("banks.tsv", list.ReplaceLineEndings("\n").Replace('|', '\t'), new System.Text.UTF8Encoding(false)), Cancel);
}
