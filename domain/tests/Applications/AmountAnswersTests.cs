using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Step ②: readers (rule 4), goods (rule 5), the completion date (rule 6) and the amount (要綱 §4).</summary>
public class AmountAnswersTests
{
    [Theory]
    [InlineData("11", 3)]
    [InlineData("51", 2)]
    [InlineData("17", 1)]
    [InlineData("11,51", 5)]
    [InlineData("11,51,17", 6)]
    [InlineData("11,15", 3)]
    public void Readers_are_taken_up_to_the_limit_and_refused_above_it(string services, int limit)
    {
        ApplicationAnswers With(int readers) => Answers.Care(a => a
            .With((OfficeAnswers o) => o with { Services = services.Split(',') })
            .With((AmountAnswers m) => m with { Readers = $"{readers}" }));
        Assert.Equal(limit, With(limit).Read().Good.Care?.Readers);
        var words = With(limit + 1).Read().OnlyErrorAt("Amount.Readers");
        Assert.Contains($"助成の対象は{limit}台までです", words, StringComparison.Ordinal);
        Assert.Contains("台数と費用だけを入力", words, StringComparison.Ordinal);
    }

    [Fact]
    public void By_the_other_setting_the_limit_of_readers_counts_service_codes()
    {
        var answers = Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = ["11", "15"] }).With((AmountAnswers m) => m with { Readers = "6" }));
        Assert.NotNull(answers.Read(Years.R8Care with { CapBasis = CapBasis.ServiceCode }).Good);
        Assert.NotNull(answers.Read().OnlyErrorAt("Amount.Readers"));
    }

    [Theory]
    [InlineData("0", "0", null)]
    [InlineData("", "", null)]
    [InlineData("1", "1", null)]
    [InlineData("0", "1", "Amount.Readers")]
    [InlineData("1", "0", "Amount.ReaderCost")]
    public void There_is_a_reader_exactly_when_readers_cost_something(string readers, string cost, string? field)
    {
        var reading = Amount(m => m with { Readers = readers, ReaderCost = cost }).Read();
        if (field is null) Assert.NotNull(reading.Good);
        else Assert.NotNull(reading.OnlyErrorAt(field));
    }

    [Fact]
    public void Readers_alone_or_support_alone_is_enough()
    {
        Assert.Equal(new Yen(39_000), Amount(m => m with { SupportCost = "" }).Read().Good.Applied);
        Assert.Equal(new Yen(30_000), Amount(m => m with { Readers = "", ReaderCost = "", CompatibleReaders = false }).Read().Good.Applied);
    }

    [Fact]
    public void Compatibility_is_declared_only_where_there_are_readers_and_goods_always()
    {
        Assert.NotNull(Amount(m => m with { CompatibleReaders = false }).Read().OnlyErrorAt("Amount.CompatibleReaders"));
        Assert.NotNull(Amount(m => m with { NoExcludedGoods = false }).Read().OnlyErrorAt("Amount.NoExcludedGoods"));
    }

    [Theory]
    [InlineData("2026-03-31", false)]
    [InlineData("2026-04-01", true)]
    [InlineData("2026-04-02", true)]
    [InlineData("2026-06-14", true)]
    [InlineData("2026-06-15", true)]
    [InlineData("2026-06-16", false)]
    public void The_work_is_completed_from_the_earliest_date_to_today(string day, bool good)
    {
        foreach (var answers in new[] { Amount(m => m with { CompletedOn = day }), Answers.Medical(a => a.With((AmountAnswers m) => m with { CompletedOn = day })) })
        {
            if (good) Assert.NotNull(answers.Read().Good);
            else Assert.NotNull(answers.Read().OnlyErrorAt("Amount.CompletedOn"));
        }
    }

    [Fact]
    public void R7_has_no_earliest_date() =>
        Assert.NotNull(Amount(m => m with { CompletedOn = "2020-01-01" }).Receipts(Answers.Receipt("69000") with { Date = "2020-01-01" }).Read(Years.R7Care, today: new DateOnly(2025, 12, 1)).Good);

    [Theory]
    [InlineData("999", false)]
    [InlineData("1000", true)]
    public void A_grant_of_zero_yen_cannot_be_applied_for(string cost, bool good)
    {
        var answers = Amount(m => m with { Readers = "", ReaderCost = "", SupportCost = cost });
        if (good) Assert.Equal(new Yen(1_000), answers.Read().Good.Applied);
        else Assert.Contains("0円", answers.Read().OnlyErrorAt("Amount.SupportCost"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1999", false)]
    [InlineData("2000", true)]
    public void A_medical_grant_of_zero_yen_cannot_be_applied_for(string cost, bool good)
    {
        var answers = Answers.Medical(a => a.With((AmountAnswers m) => m with { Cost = cost }));
        if (good) Assert.Equal(new Yen(1_000), answers.Read().Good.Applied);
        else Assert.Contains("0円", answers.Read().OnlyErrorAt("Amount.Cost"), StringComparison.Ordinal);
    }

    [Fact]
    public void Income_that_eats_the_cost_up_cannot_be_applied_for()
    {
        Assert.NotNull(Amount(m => m with { OtherIncome = "68001" }).Read().OnlyErrorAt("Amount.SupportCost"));
        Assert.Equal(new Yen(1_000), Amount(m => m with { OtherIncome = "68000" }).Read().Good.Applied);
    }

    [Fact]
    public void Donations_are_deducted_only_from_applicants_for_profit()
    {
        var answers = Amount(m => m with { Donation = "20000" });
        Assert.Equal(new Yen(49_000), answers.Read().Good.Applied);
        Assert.Equal(new Yen(64_000), answers.Read(applicant: People.NonProfit).Good.Applied);
    }

    [Fact]
    public void Two_hundred_thousand_readers_or_minus_one_are_no_number_of_readers()
    {
        foreach (var readers in new[] { "200000", "-1", "3.5", "三", "9999999999" })
            Assert.Contains("Amount.Readers", Amount(m => m with { Readers = readers }).Read().Fields);
    }

    [Fact]
    public void Without_services_the_amount_asks_for_them_first()
    {
        var reading = Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = [] })).Read();
        Assert.Equal(["Office.Services", "Amount.SupportCost"], reading.Fields);
        Assert.Contains("①", reading.Problems.Errors[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "200")]
    [InlineData("hospital", "")]
    [InlineData("hospital", "19")]
    [InlineData("clinic", "20")]
    public void Without_kind_and_beds_that_fit_the_medical_amount_asks_for_them_first(string? kind, string beds)
    {
        var reading = Answers.Medical(a => a.With((OfficeAnswers o) => o with { Kind = kind, Beds = beds })).Read(Years.R8Medical);
        Assert.Contains("①", Assert.Single(reading.Problems.Errors, e => e.Field == "Amount.Cost").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_year_without_a_rate_for_the_beds_refuses_in_words() =>
        Assert.NotNull(Answers.Medical().Read(Years.R8Medical with { Rates = [] }).OnlyErrorAt("Amount.Cost"));

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_note_has_at_most_1_000_characters(int length, bool good)
    {
        var reading = Amount(m => m with { Note = new string('あ', length) }).Read();
        if (good) Assert.Equal(length, reading.Good.Note.Length);
        else Assert.NotNull(reading.OnlyErrorAt("Amount.Note"));
    }

    [Fact]
    public void A_note_keeps_its_lines() => Assert.Equal("一行目\n二行目", Amount(m => m with { Note = " 一行目\r\n二行目\n" }).Read().Good.Note);

    private static ApplicationAnswers Amount(Func<AmountAnswers, AmountAnswers> change) => Answers.Care(a => a.With(change));
}
