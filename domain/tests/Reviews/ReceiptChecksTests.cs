using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Receipts;
using GrantPortal.Domain.Reviews;

namespace GrantPortal.Domain.Tests.Reviews;

/// <summary>What was read beside what was typed: differences are to look at, agreement and silence say nothing.</summary>
public class ReceiptChecksTests
{
    private static readonly Place Somewhere = new(1, new Box(0, 0, 1, 1), "合計 69,000円");
    private static readonly Receipt Typed = new(new DateOnly(2026, 5, 20), "株式会社見本電機", new Yen(69_000));
    private static readonly ReceiptFindings Same = new(
        [new(new DateOnly(2026, 5, 20), Somewhere)], new(new Yen(69_000), Somewhere), new("(株)見本電機", Somewhere), new(new ReadRegistration("T7000012050002", true), Somewhere), [], [], []);

    [Fact]
    public void What_agrees_and_what_was_not_read_says_nothing()
    {
        Assert.Empty(Of(Same));
        Assert.Empty(Of(new ReceiptFindings([], null, null, null, [], [], [])));
        Assert.Empty(ReceiptChecks.Of([Typed], new Dictionary<int, ReceiptFindings>()));
    }

    [Fact]
    public void A_difference_is_to_look_at_with_both_figures_and_the_page()
    {
        var check = Assert.Single(Of(Same with { Total = new(new Yen(62_728), Somewhere) }));
        Assert.Equal(("領収金額と読み取り", CheckResult.Look, "要綱 §6-2"), (check.Title, check.Result, check.Clause));
        Assert.Contains("69,000円", check.Detail, StringComparison.Ordinal);
        Assert.Contains("62,728円", check.Detail, StringComparison.Ordinal);
        Assert.Equal("領収日と読み取り", Assert.Single(Of(Same with { Dates = [new(new DateOnly(2026, 4, 20), Somewhere)] })).Title);
        Assert.Empty(Of(Same with { Dates = [new(new DateOnly(2026, 4, 20), Somewhere), .. Same.Dates] }));
        Assert.Equal("発行者と読み取り", Assert.Single(Of(Same with { Issuer = new("有限会社桜通商", Somewhere) })).Title);
    }

    [Fact]
    public void Lump_sums_excluded_goods_and_a_wrong_check_digit_are_to_look_at()
    {
        Assert.Equal("手引き", Assert.Single(Of(Same with { LumpSums = [new("一式", Somewhere)] })).Clause);
        Assert.Equal("対象外の物品の語", Assert.Single(Of(Same with { Excluded = [new("リース", Somewhere)] })).Title);
        Assert.Equal("登録番号の検査数字", Assert.Single(Of(Same with { Registration = new(new ReadRegistration("T7000012050003", false), Somewhere) })).Title);
    }

    [Theory]
    [InlineData("株式会社見本電機", "株式会社見本電磯", true)]
    [InlineData("株式会社東和情報サービス", "株式会社東和情報サ一ビス", true)]
    [InlineData("見本電機", "株式会社見本電機 霞が関店", true)]
    [InlineData("株式会社見本電機", "株式会社中央事務機", false)]
    public void A_misread_character_makes_no_other_issuer(string typed, string read, bool same) =>
        Assert.Equal(same, !ReceiptChecks.Of([Typed with { Issuer = typed }], new Dictionary<int, ReceiptFindings> { [0] = Same with { Issuer = new(read, Somewhere) } }).Any());

    [Fact]
    public void Empty_fields_are_filled_with_what_was_read_and_typed_ones_are_not()
    {
        Assert.Equal(new ReceiptPrefill("2026-05-20", "(株)見本電機", "69000", true), ReceiptPrefill.Of(new ReceiptAnswers(), Same));
        Assert.Equal(new ReceiptPrefill("昨日", "(株)見本電機", "1", true), ReceiptPrefill.Of(new ReceiptAnswers { Date = "昨日", Amount = "1", Issuer = " " }, Same));
        Assert.Equal(new ReceiptPrefill("d", "i", "a", false), ReceiptPrefill.Of(new ReceiptAnswers { Date = "d", Amount = "a", Issuer = "i" }, Same));
        Assert.Equal(new ReceiptPrefill(null, null, null, false), ReceiptPrefill.Of(new ReceiptAnswers(), null));
    }

    private static IEnumerable<Check> Of(ReceiptFindings read) => ReceiptChecks.Of([Typed], new Dictionary<int, ReceiptFindings> { [0] = read });
}
