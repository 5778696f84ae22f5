using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using GrantPortal.Domain.Reviews;

namespace GrantPortal.Domain.Tests.Reviews;

/// <summary>The automatic checks: each passes, asks to look or fails where it should.</summary>
public class ChecksTests
{
    private static readonly ApplicationContent Care = Answers.Care().Read().Good;
    private static readonly ApplicationContent Medical = Answers.Medical().Read().Good;
    private static readonly KnownOffice Known = new("みどり訪問介護", "東京都", null, null, ["11"]);

    [Fact]
    public void A_good_application_just_sent_passes_everything_but_what_is_still_inspected_and_the_holder_which_a_person_compares()
    {
        Assert.Equal(["ファイルの検査", "口座名義"], Run(Care).Where(c => c.Result != CheckResult.Pass).Select(c => c.Title));
        Assert.Equal(
            ["番号の形式", "1番号1申請", "公開情報との一致", "対象サービス", "カードリーダーの台数", "助成額の計算", "完了日", "領収書の合計",
                "書類：通帳の写し", "書類：サービス種類が確認できる資料", "書類：領収書", "書類：介護WEBサービスの画面コピー", "ファイルの検査", "口座名義"],
            Run(Care).Select(c => c.Title));
        Assert.Equal(
            ["番号の形式", "1番号1申請", "公開情報との一致", "病床数と種別", "助成額の計算", "完了日", "領収書の合計",
                "書類：通帳の写し", "書類：病床数が確認できる資料", "書類：領収書", "書類：事業完了が確認できる資料", "ファイルの検査", "口座名義"],
            Run(Medical, Known with { Name = "みどり病院" }).Select(c => c.Title));
        Assert.All(Run(Care), c => Assert.False(string.IsNullOrWhiteSpace(c.Clause) || string.IsNullOrWhiteSpace(c.Detail)));
    }

    [Theory]
    [InlineData("1370101238", CheckResult.Pass)]
    [InlineData("2370101238", CheckResult.Pass)]
    [InlineData("1370101239", CheckResult.Look)]
    [InlineData("11A2232671", CheckResult.Fail)]
    [InlineData("4870101238", CheckResult.Fail)]
    public void The_number_is_checked(string number, CheckResult result) => Assert.Equal(result, Of(Care with { Number = number }, "番号の形式").Result);

    [Fact]
    public void A_dental_code_is_to_look_at() => Assert.Equal(CheckResult.Look, Of(Medical with { Number = "0130112487" }, "番号の形式").Result);

    [Fact]
    public void Another_live_application_fails()
    {
        var check = Run(Care, otherLive: 1).Single(c => c.Title == "1番号1申請");
        Assert.Equal(CheckResult.Fail, check.Result);
        Assert.Contains("1件", check.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("みどり訪問介護", CheckResult.Pass)]
    [InlineData("ミドリ　訪問介護", CheckResult.Pass)]
    [InlineData("あおば訪問介護", CheckResult.Look)]
    public void The_name_is_compared_with_the_public_list(string known, CheckResult result) =>
        Assert.Equal(result, Run(Care, Known with { Name = known }).Single(c => c.Title == "公開情報との一致").Result);

    [Fact]
    public void A_number_unknown_to_the_public_list_is_to_look_at() =>
        Assert.Equal(CheckResult.Look, Checks.Run(Care, [], Years.R8Care, null, Answers.Today, 0).Single(c => c.Title == "公開情報との一致").Result);

    [Fact]
    public void Services_of_the_programme_pass_and_others_fail()
    {
        Assert.Equal(CheckResult.Pass, Of(Care, "対象サービス").Result);
        var check = Of(Care with { Care = Care.Care! with { Services = ["11", "A1"] } }, "対象サービス");
        Assert.Equal(CheckResult.Fail, check.Result);
        Assert.Contains("A1", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_the_public_list_does_not_have_are_to_look_at()
    {
        Assert.DoesNotContain(Run(Care), c => c.Title == "サービスと公開情報");
        Assert.DoesNotContain(Run(Care, Known with { Services = [] }), c => c.Title == "サービスと公開情報");
        var check = Run(Care, Known with { Services = ["51"] }).Single(c => c.Title == "サービスと公開情報");
        Assert.Equal(CheckResult.Look, check.Result);
        Assert.Contains("11", check.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, CheckResult.Pass)]
    [InlineData(4, CheckResult.Fail)]
    public void Readers_above_the_limit_fail(int readers, CheckResult result) =>
        Assert.Equal(result, Of(Care with { Care = Care.Care! with { Readers = readers } }, "カードリーダーの台数").Result);

    [Theory]
    [InlineData(90_000, false)]
    [InlineData(90_001, true)]
    [InlineData(90_003, true)]
    public void Dear_readers_are_to_look_at(long cost, bool look)
    {
        var content = Care with { Care = Care.Care! with { ReaderCost = new Yen(cost) } };
        Assert.Equal(look, Run(content).Any(c => c.Title == "カードリーダーの単価" && c.Result == CheckResult.Look));
    }

    [Theory]
    [InlineData(InstitutionKind.Hospital, 20, CheckResult.Pass)]
    [InlineData(InstitutionKind.Hospital, 19, CheckResult.Fail)]
    [InlineData(InstitutionKind.Clinic, 19, CheckResult.Pass)]
    [InlineData(InstitutionKind.Clinic, 20, CheckResult.Fail)]
    public void Beds_must_fit_the_kind(InstitutionKind kind, int beds, CheckResult result) =>
        Assert.Equal(result, Of(Medical with { Medical = Medical.Medical! with { Kind = kind, Beds = beds } }, "病床数と種別").Result);

    [Fact]
    public void The_amount_is_calculated_anew_and_fails_where_it_differs()
    {
        Assert.Contains("助成額 64,000円", Of(Care, "助成額の計算").Detail, StringComparison.Ordinal);
        var tampered = Care with { Calculation = Care.Calculation with { Cap = new Yen(128_000) } };
        Assert.Equal(CheckResult.Fail, Of(tampered, "助成額の計算").Result);
        Assert.Contains("計算し直すと助成額 64,000円", Of(tampered, "助成額の計算").Detail, StringComparison.Ordinal);
        Assert.Equal(CheckResult.Fail, Of(Care with { OtherIncome = new Yen(10_000) }, "助成額の計算").Result);
        Assert.Equal(CheckResult.Fail, Of(Medical with { Medical = Medical.Medical! with { Beds = 199 } }, "助成額の計算").Result);
        Assert.Equal(CheckResult.Fail, Of(Medical with { Medical = Medical.Medical! with { Beds = 19 } }, "助成額の計算").Result);
    }

    [Fact]
    public void A_donation_to_a_non_profit_applicant_leaves_the_amount_right()
    {
        var donated = Answers.Care(a => a.With((AmountAnswers m) => m with { Donation = "20000" }));
        var content = donated.Read(applicant: People.NonProfit).Good;
        Assert.Equal((CheckResult.Pass, new Yen(64_000)), (Of(content, "助成額の計算").Result, content.Applied));
        Assert.Equal(CheckResult.Fail, Of(content with { Applicant = People.Corporation }, "助成額の計算").Result);
    }

    [Theory]
    [InlineData("2026-03-31", CheckResult.Fail)]
    [InlineData("2026-04-01", CheckResult.Pass)]
    [InlineData("2026-06-15", CheckResult.Pass)]
    [InlineData("2026-06-16", CheckResult.Fail)]
    public void The_work_was_completed_from_the_earliest_date_to_the_day_of_reception(string day, CheckResult result) =>
        Assert.Equal(result, Of(Care with { CompletedOn = DateOnly.Parse(day, null) }, "完了日").Result);

    [Fact]
    public void Without_an_earliest_date_only_the_future_fails() =>
        Assert.Equal(CheckResult.Pass, Checks.Run(Care with { CompletedOn = new DateOnly(2020, 1, 1) }, [], Years.R7Care, Known, Answers.Today, 0).Single(c => c.Title == "完了日").Result);

    [Theory]
    [InlineData(68_999, CheckResult.Fail)]
    [InlineData(69_000, CheckResult.Pass)]
    [InlineData(69_001, CheckResult.Look)]
    public void Receipts_below_the_cost_fail_and_above_it_are_shown(long amount, CheckResult result) =>
        Assert.Equal(result, Of(Care with { Receipts = [new Receipt(Answers.Today, "商会", new Yen(amount))] }, "領収書の合計").Result);

    [Theory]
    [InlineData("2026-03-31", true)]
    [InlineData("2026-04-01", false)]
    public void A_receipt_before_the_earliest_date_is_to_look_at(string day, bool look)
    {
        var content = Care with { Receipts = [new Receipt(DateOnly.Parse(day, null), "商会", new Yen(69_000))] };
        Assert.Equal(look, Run(content).Any(c => c.Title == "領収日" && c.Result == CheckResult.Look));
    }

    [Theory]
    [InlineData(0, CheckResult.Fail)]
    [InlineData(1, CheckResult.Pass)]
    [InlineData(5, CheckResult.Pass)]
    [InlineData(6, CheckResult.Fail)]
    public void Documents_are_counted_per_kind(int count, CheckResult result) => Assert.Equal(
        result, Checks.Run(Care, [.. Answers.Files(DocumentKind.ServiceProof, count)], Years.R8Care, Known, Answers.Today, 0).Single(c => c.Title == "書類：サービス種類が確認できる資料").Result);

    private static IReadOnlyList<Check> Run(ApplicationContent content, KnownOffice? known = null, int otherLive = 0)
    {
        var year = content.Programme == Programme.Care ? Years.R8Care : Years.R8Medical;
        return Checks.Run(content, Answers.Documents(year), year, known ?? Known, Answers.Today, otherLive);
    }

    private static Check Of(ApplicationContent content, string title) => Run(content).Single(c => c.Title == title);
}
