using FsCheck.Fluent;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>The amount shown while the costs are typed is the amount that will be applied for.</summary>
public class PreviewTests
{
    [Fact]
    public void A_preview_of_good_answers_is_what_is_applied_for()
    {
        Assert.Equal(Answers.Care().Read().Good.Calculation, Preview(Answers.Care()));
        Assert.Equal(Answers.Medical().Read().Good.Calculation, Preview(Answers.Medical()));
        var donated = Answers.Care(a => a.With((AmountAnswers m) => m with { Donation = "20000" }));
        Assert.Equal(new Yen(49_000), Preview(donated)?.Grant);
        Assert.Equal(new Yen(64_000), ApplicationReader.Preview(donated, Years.R8Care, People.NonProfit)?.Grant);
    }

    [Fact]
    public void There_is_a_preview_before_the_other_fields_are_filled() =>
        Assert.Equal(new Yen(64_000), Preview(new ApplicationAnswers
        {
            Office = new OfficeAnswers { Services = ["１１"] },
            Amount = new AmountAnswers { ReaderCost = "39,000", SupportCost = "60,000" },
        })?.Grant);

    [Fact]
    public void There_is_no_preview_of_what_cannot_be_read()
    {
        Assert.Null(Preview(new ApplicationAnswers()));
        Assert.Null(Preview(Answers.Care(a => a.With((OfficeAnswers o) => o with { Services = ["99"] }))));
        foreach (var change in new Func<AmountAnswers, AmountAnswers>[]
        {
            m => m with { ReaderCost = "x" }, m => m with { SupportCost = "-1" }, m => m with { Donation = "x" }, m => m with { OtherIncome = "1.5" }, m => m with { Cost = "x" },
        })
            Assert.Null(Preview(Answers.Care(a => a.With(change))));
        Assert.Null(Preview(Answers.Medical(a => a.With((OfficeAnswers o) => o with { Beds = "19" }))));
        Assert.Null(Preview(Answers.Medical(a => a.With((OfficeAnswers o) => o with { Beds = "" }))));
    }

    [Fact]
    public void Whatever_is_applied_for_was_previewed() => Properties.Hold(
        from readers in Gen.Choose(0, 3)
        from each in Gen.Choose(1, 30_000)
        from support in Gen.Choose(0, 69_000)
        from donation in Gen.Choose(0, 90_000)
        from services in Gen.SubListOf(Years.Codes.ToArray())
        select Answers.Care(a => a.Receipts("200000").With((OfficeAnswers o) => o with { Services = [.. services] })
            .With((AmountAnswers m) => m with { Readers = $"{readers}", ReaderCost = $"{readers * each}", SupportCost = $"{support}", Donation = $"{donation}" })),
        answers => answers.Read().Content is { } content ? Preview(answers) == content.Calculation : answers.Read().Fields.Any());

    private static GrantCalculation? Preview(ApplicationAnswers answers) =>
        ApplicationReader.Preview(answers, answers.Office.Kind is null ? Years.R8Care : Years.R8Medical, People.Corporation);
}
