using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Offices;

/// <summary>The check digits against the ministry's and the regional bureaus' lists.</summary>
public class RealNumbersTests
{
    [Fact]
    public void Of_19_429_rows_18_001_satisfy_the_first_rule_1_403_the_second_and_25_neither()
    {
        var rows = Directory.GetFiles(Repository.SharedData("offices"), "*.csv").SelectMany(Repository.Csv).ToList();
        Assert.Equal(19_429, rows.Count);
        Assert.All(rows, r => Assert.Equal(24, r.Length));
        var counts = rows.Select(r => Number(Programme.Care, r[15]).CheckDigit).CountBy(c => c).ToDictionary();
        Assert.Equal((18_001, 1_403, 25), (counts[CheckDigit.Whole], counts[CheckDigit.Serial], counts[CheckDigit.Wrong]));
    }

    [Fact]
    public void All_corporate_numbers_of_real_offices_are_read_and_but_39_hold()
    {
        var numbers = Directory.GetFiles(Repository.SharedData("offices"), "*.csv").SelectMany(Repository.Csv).Select(r => r[13])
            .Where(n => n.Length == 13).Distinct().Select(n => (Good: CorporateNumber.TryParse(n, out var number), number)).ToList();
        Assert.All(numbers, n => Assert.True(n.Good));
        Assert.Equal((10_622, 39), (numbers.Count, numbers.Count(n => !n.number.CheckDigitHolds)));
    }

    [Fact]
    public void Medical_codes_of_46_prefectures_are_read_once_their_third_digit_is_back()
    {
        var path = Path.Combine(Repository.SharedData("medical"), "iryokikan_sample.csv");
        var codes = Repository.Csv(path).Select(r => Number(Programme.Medical, $"{r[0][..2]}1{r[0][2..]}")).ToList();
        Assert.Equal((5_520, 46), (codes.Count, codes.Select(c => c.Prefecture).Distinct().Count()));
        var counts = codes.CountBy(c => c.CheckDigit).ToDictionary();
        Assert.Equal((5_039, 480, 1), (counts[CheckDigit.Whole], counts[CheckDigit.Serial], counts[CheckDigit.Wrong]));
        Assert.All(codes.Where(c => c.CheckDigit == CheckDigit.Serial), c => Assert.InRange(int.Parse(c.Prefecture, null), 11, 14));
    }

    private static InstitutionNumber Number(Programme programme, string text)
    {
        Assert.True(InstitutionNumber.TryParse(programme, text, out var number, out var problem), $"{text}: {problem}");
        return number;
    }
}
