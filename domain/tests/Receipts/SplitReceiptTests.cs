using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Receipts;
using GrantPortal.Domain.Reviews;

namespace GrantPortal.Domain.Tests.Receipts;

/// <summary>分割の申告: one receipt of a corporation used by several of its applications, each with its part.</summary>
public class SplitReceiptTests
{
    private static readonly ReceiptPart Own = new(0, Guid.NewGuid(), "a", "見本電機", new DateOnly(2026, 5, 10), new Yen(100_000), new Yen(40_000));

    [Fact]
    public void The_part_is_what_counts_and_the_whole_is_kept_beside_it()
    {
        var receipt = Assert.Single(Answers.Care(a => a.Receipts(Split("200000", "69000"))).Read().Good.Receipts);
        Assert.Equal((new Yen(69_000), new Yen(200_000), new Yen(200_000)), (receipt.Amount, receipt.Whole!.Value, receipt.Printed));
        Assert.Equal("200,000円のうち69,000円（分割の申告）", receipt.AmountWords);
        var ordinary = Assert.Single(Answers.Care().Read().Good.Receipts);
        Assert.Equal((null, ordinary.Amount, $"{ordinary.Amount}円"), (ordinary.Whole, ordinary.Printed, ordinary.AmountWords));
    }

    [Fact]
    public void The_claimed_cost_may_not_exceed_the_parts() =>
        Assert.Contains("68,999円", Answers.Care(a => a.Receipts(Split("200000", "68999"))).Read().OnlyErrorAt("Receipts.Items[0].Amount"), StringComparison.Ordinal);

    [Theory]
    [InlineData("100000", "", "Part", "1円以上")]
    [InlineData("100000", "0", "Part", "1円以上")]
    [InlineData("100000", "-1", "Part", "円単位の整数")]
    [InlineData("100000", "100001", "Part", "領収金額（100,000円）を超えています")]
    [InlineData("", "69000", "Amount", "1円以上")]
    [InlineData("全部", "69000", "Amount", "円単位の整数")]
    public void Whole_and_part_are_amounts_and_the_part_is_within_the_whole(string whole, string part, string field, string words) =>
        Assert.Contains(words, Answers.Care(a => a.Receipts(Split(whole, part))).Read().OnlyErrorAt($"Receipts.Items[0].{field}"), StringComparison.Ordinal);

    [Fact]
    public void The_part_may_be_the_whole() => Assert.NotNull(Answers.Care(a => a.Receipts(Split("69000", "69000"))).Read().Good);

    [Fact]
    public void A_part_without_the_declaration_is_asked_about() =>
        Assert.Contains("チェックを入れて", Answers.Care(a => a.Receipts(Split("100000", "69000") with { Split = false })).Read().OnlyErrorAt("Receipts.Items[0].Part"), StringComparison.Ordinal);

    [Fact]
    public void Only_a_corporation_splits()
    {
        var person = People.Corporation with { Kind = ApplicantKind.SoleProprietor };
        Assert.Contains("法人", Answers.Care(a => a.Receipts(Split("100000", "69000"))).Read(applicant: person).OnlyErrorAt("Receipts.Items[0].Split"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_declaration_alone_is_no_blank_receipt()
    {
        Assert.False(new ReceiptAnswers { Split = true }.IsBlank);
        Assert.False(new ReceiptAnswers { Part = "1" }.IsBlank);
        Assert.True(new ReceiptAnswers { Part = " " }.IsBlank);
    }

    [Fact]
    public void One_receipt_stands_in_an_application_once()
    {
        var answers = Answers.Care(a => a.Receipts(Split("100000", "35000"), Split("100000", "34000")));
        Assert.Contains("2つあります", answers.Read(documents: Files("1", "2")).OnlyErrorAt("Receipts.Items[1].Part"), StringComparison.Ordinal);
        var other = answers.Receipts(Split("100000", "35000"), Split("90000", "34000") with { Issuer = "中央事務機" });
        Assert.NotNull(other.Read(documents: Files("1", "2")).Good);
        Assert.Contains("2つあります", other.Read(documents: Files("1", "1")).OnlyErrorAt("Receipts.Items[1].Part"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "桜通商", 11, 5, true)]
    [InlineData("b", "見本電機", 10, 100_000, true)]
    [InlineData("b", "桜通商", 10, 100_000, false)]
    [InlineData("b", "見本電機", 11, 100_000, false)]
    [InlineData("b", "見本電機", 10, 99_999, false)]
    public void The_same_file_or_the_same_issuer_date_and_whole_is_one_receipt(string file, string issuer, int day, long whole, bool same) =>
        Assert.Equal(same, Own.IsOfSameReceipt(Own with { Sha256 = file, Issuer = issuer, Date = new DateOnly(2026, 5, day), Whole = new Yen(whole) }));

    [Fact]
    public void Width_blanks_and_the_form_of_the_company_make_no_other_issuer() => Assert.Equal(
        ["ミホンABC", "ミホンABC"],
        new[] { "株式会社 みほんＡＢＣ", "（株）ミホンabc" }.Select(issuer =>
            Assert.Single(ReceiptPart.Of([new Receipt(Own.Date, issuer, Own.Part, 0, Own.Whole)], Files("1"))).Issuer));

    [Fact]
    public void Parts_up_to_the_whole_are_good_and_one_yen_more_is_refused_with_sums_and_what_to_do()
    {
        Assert.Null(Of(Other(60_000)).Problem);
        Assert.Equal((new Yen(100_000), new Yen(40_000)), (Of(Other(60_000)).Sum, Of(Other(60_000)).Left));
        var problem = Of(Other(30_000), Other(30_001)).Problem!;
        Assert.Equal("Receipts.Items[0].Part", problem.Field);
        foreach (var words in new[] { "領収書 1", "60,001円分", "R8K-2の30,000円、R8K-2の30,001円", "100,001円になり", "39,999円以下" }) Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("以下にする", Of(Other(100_000)).Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_whole_for_the_same_receipt_is_refused_with_both_figures()
    {
        var problem = Of(Other(1) with { WholeYen = 90_000 }).Problem!;
        Assert.Equal("Receipts.Items[0].Amount", problem.Field);
        Assert.Contains("90,000円", problem.Message, StringComparison.Ordinal);
        Assert.Contains("100,000円", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_receipts_here_that_another_declaration_binds_are_summed()
    {
        var bridge = Other(10_000);
        var splits = SplitReceipt.Of([Own, Own with { Slot = 1, Sha256 = "z", Issuer = "桜通商", Part = new Yen(60_000) }], [bridge, bridge with { Slot = 1 }]);
        Assert.Equal([new Yen(110_000), new Yen(110_000)], splits.Select(s => s.Sum));
        Assert.All(splits, s => Assert.NotNull(s.Problem));
    }

    [Fact]
    public void The_check_says_the_sum_against_the_whole()
    {
        var pass = Assert.Single(SplitChecks.Of([Of(Other(60_000))]));
        Assert.Equal(("領収書の分割", CheckResult.Pass, "要綱 §3"), (pass.Title, pass.Result, pass.Clause));
        Assert.Contains("合計 100,000円（2件）、領収書全体 100,000円", pass.Detail, StringComparison.Ordinal);
        Assert.Equal(CheckResult.Pass, Assert.Single(SplitChecks.Of([Of()])).Result);
        Assert.Equal(CheckResult.Look, Assert.Single(SplitChecks.Of([Of(Other(1) with { WholeYen = 5 })])).Result);
        Assert.Equal(CheckResult.Fail, Assert.Single(SplitChecks.Of([Of(Other(60_001))])).Result);
    }

    [Fact]
    public void What_was_read_of_the_sheet_is_compared_with_the_whole()
    {
        var place = new Place(1, new Box(0, 0, 1, 1), "合計");
        var read = new ReceiptFindings([], new(new Yen(100_000), place), null, null, [], [], []);
        var receipt = new Receipt(Own.Date, "見本電機", new Yen(40_000), 0, new Yen(100_000));
        Assert.Empty(ReceiptChecks.Of([receipt], new Dictionary<int, ReceiptFindings> { [0] = read }));
        Assert.Single(ReceiptChecks.Of([receipt with { Whole = null }], new Dictionary<int, ReceiptFindings> { [0] = read }));
    }

    [Fact]
    public void The_checklist_of_the_document_says_whole_and_part()
    {
        var content = Answers.Care(a => a.Receipts(Split("200000", "69000"))).Read().Good;
        var points = DocumentChecklist.Points(Answers.File(DocumentKind.Receipt, 0), content, Years.R8Care);
        Assert.Contains(new ChecklistPoint("金額", "200,000円"), points);
        Assert.Contains(new ChecklistPoint("うちこの申請の分", "69,000円"), points);
    }

    private static SplitReceipt Of(params OtherPart[] others) => Assert.Single(SplitReceipt.Of([Own], others));

    private static OtherPart Other(long part) => new(0, Guid.NewGuid(), 0, "R8K-2", "二号事業所", 100_000, part, true);

    private static ReceiptAnswers Split(string whole, string part) => Answers.Receipt(whole) with { Split = true, Part = part };

    private static IReadOnlyList<AttachedDocument> Files(params string[] hashes) =>
        [.. Answers.Documents(Years.R8Care, 0), .. hashes.Select((hash, slot) => Answers.File(DocumentKind.Receipt, slot) with { Sha256 = hash })];
}
