using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Step ①: the institution, its services (rule 3) or beds (rule 7).</summary>
public class OfficeAnswersTests
{
    [Fact]
    public void Good_care_answers_become_content()
    {
        var content = Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = ["51", "11", "51"], Name = "  みどり　訪問介護 " })).Read().Good;
        Assert.Equal((Programme.Care, "1370101238", "みどり 訪問介護"), (content.Programme, content.Number, content.Name));
        Assert.Equal(("東京都千代田区霞が関1-2-3", "03-1234-5678", "担当 花子"), (content.Address, content.Phone, content.ContactName));
        Assert.Equal(["11", "51"], content.Care?.Services);
        Assert.Equal((3, new Yen(39_000), new Yen(30_000)), (content.Care?.Readers, content.Care?.ReaderCost, content.Care?.SupportCost));
        Assert.Null(content.Medical);
        Assert.Equal(new DateOnly(2026, 5, 20), content.CompletedOn);
        Assert.Equal((new Yen(69_000), new Yen(119_000), new Yen(69_000)), (content.Applied, content.Calculation.Cap, content.Calculation.Cost));
        Assert.Equal(new Receipt(new DateOnly(2026, 5, 10), "株式会社リーダー商会", new Yen(69_000)), Assert.Single(content.Receipts));
        Assert.Equal(People.Corporation, content.Applicant);
    }

    [Fact]
    public void Good_medical_answers_become_content()
    {
        var content = Answers.Medical().Read().Good;
        Assert.Equal((Programme.Medical, "0110112489"), (content.Programme, content.Number));
        Assert.Equal(new MedicalCosts(InstitutionKind.Hospital, 200, new Yen(1_100_000)), content.Medical);
        Assert.Null(content.Care);
        Assert.Equal(new Yen(550_000), content.Applied);
    }

    [Fact]
    public void Full_width_typing_is_read_like_half_width()
    {
        var content = Answers.Care(a => a
            .With((OfficeAnswers o) => o with { Number = "１３７０－１０１２３８", Phone = "０３（１２３４）５６７８", Services = ["２ａ"] })
            .With((AmountAnswers m) => m with { Readers = "３", ReaderCost = "３９，０００円", SupportCost = "￥30,000", CompletedOn = "令和８年５月２０日" })).Read().Good;
        Assert.Equal(("1370101238", "03-1234-5678", new Yen(64_000)), (content.Number, content.Phone, content.Applied));
        Assert.Equal(["2A"], content.Care?.Services);
        Assert.Equal(new DateOnly(2026, 5, 20), content.CompletedOn);
    }

    [Theory]
    [InlineData("hospital", "20", null)]
    [InlineData("hospital", "19", "病院の病床数は20床以上です")]
    [InlineData("hospital", "0", "病院の病床数は20床以上です")]
    [InlineData("clinic", "19", null)]
    [InlineData("clinic", "0", null)]
    [InlineData("clinic", "20", "診療所の病床数は19床以下です")]
    [InlineData("clinic", "200", "診療所の病床数は19床以下です")]
    public void A_hospital_has_20_beds_or_more_and_a_clinic_19_or_fewer(string kind, string beds, string? words)
    {
        var reading = Answers.Medical(a => a.With((OfficeAnswers o) => o with { Kind = kind, Beds = beds })).Read();
        if (words is null) Assert.NotNull(reading.Good);
        else Assert.StartsWith(words, Assert.Single(reading.Problems.Errors, e => e.Field == "Office.Beds").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("199", 398_000)]
    [InlineData("200", 550_000)]
    public void Two_hundred_beds_are_the_boundary_for_the_rate(string beds, long grant) =>
        Assert.Equal(new Yen(grant), Answers.Medical(a => a.With((OfficeAnswers o) => o with { Beds = beds })).Read().Good.Applied);

    [Fact]
    public void Every_service_of_the_programme_is_accepted_alone() =>
        Assert.All(Years.Codes, code => Assert.Equal([code], Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = [code] })
            .With((AmountAnswers m) => m with { Readers = "1", ReaderCost = "20000" })).Read().Good.Care?.Services));

    [Theory]
    [InlineData("A1")]
    [InlineData("99")]
    [InlineData("2B")]
    [InlineData("1")]
    public void A_service_that_is_not_of_the_programme_is_refused_by_name(string code)
    {
        var reading = Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = ["11", code] })).Read();
        Assert.Contains($"「{code}」", reading.OnlyErrorAt("Office.Services"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_check_digit_or_a_dental_code_warns_and_passes()
    {
        var wrongDigit = Answers.Care(a => a.With((OfficeAnswers o) => o with { Number = "1370101239" })).Read();
        Assert.Equal("Office.Number", Assert.Single(wrongDigit.Problems.Warnings).Field);
        Assert.Equal("1370101239", wrongDigit.Good.Number);
        var dental = Answers.Medical(a => a.With((OfficeAnswers o) => o with { Number = "0130112487" })).Read();
        Assert.Contains("歯科", Assert.Single(dental.Problems.Warnings).Message, StringComparison.Ordinal);
        Assert.NotNull(dental.Good);
    }

    [Fact]
    public void A_good_number_warns_of_nothing() => Assert.Empty(Answers.Care().Read().Problems.Warnings);

    [Fact]
    public void A_step_can_be_checked_alone()
    {
        var context = new ReadingContext(Years.R8Care, People.Corporation, [], Answers.Today);
        foreach (var section in Enum.GetValues<Section>())
        {
            var problems = new Problems();
            ApplicationReader.Check(section, new ApplicationAnswers(), context, problems);
            var prefixes = section == Section.Receipts ? new[] { "Receipts.", "Documents." } : [$"{section}."];
            Assert.NotEmpty(problems.Errors);
            Assert.All(problems.Errors, e => Assert.Contains(prefixes, p => e.Field.StartsWith(p, StringComparison.Ordinal)));
        }
    }
}
