using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Letters;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Letters;

public class LetterTests
{
    [Fact]
    public void The_conditions_are_those_of_the_youkou_word_for_word()
    {
        var source = Path.Combine(Repository.Root, "..", "..", "shared", "data", "youkou_r8.txt");
        var conditions = GrantConditions.Of("R8", Programme.Care);
        Assert.Equal(7, conditions.Count);
        Assert.All(conditions, c => Assert.EndsWith("。", c, StringComparison.Ordinal));
        if (!File.Exists(source)) return;
        var text = string.Concat(File.ReadAllText(source).Where(c => !char.IsWhiteSpace(c))).Replace("===page3", "", StringComparison.Ordinal);
        Assert.All(conditions, c => Assert.Contains(c, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Medical_institutions_carry_the_same_conditions_in_their_own_name()
    {
        var (care, medical) = (GrantConditions.Of("R8", Programme.Care), GrantConditions.Of("R8", Programme.Medical));
        Assert.Equal(care.Select(c => c.Replace("介護事業所", "医療機関", StringComparison.Ordinal)), medical);
        Assert.DoesNotContain(medical, c => c.Contains("介護事業所", StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => GrantConditions.Of("R0", Programme.Care));
    }

    [Theory]
    [InlineData("2026-04-01", 2026, "令和8年度 決定第1号")]
    [InlineData("2027-03-31", 2026, "令和8年度 決定第1号")]
    [InlineData("2027-04-01", 2027, "令和9年度 決定第1号")]
    public void Numbers_belong_to_the_fiscal_year_of_the_decision(string day, int year, string number)
    {
        Assert.Equal(year, JapanTime.FiscalYearOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(number, new LetterNumber(year, 1).ToString());
    }

    [Fact]
    public void Only_decisions_and_returns_are_told_by_letter() => Assert.Equal(
        [EventKind.Returned, EventKind.Granted, EventKind.Refused], Enum.GetValues<EventKind>().Where(k => Letter.KindFor(k) is not null));
}
