using GrantPortal.Domain.Offices;

namespace GrantPortal.Domain.Tests.Offices;

/// <summary>法人番号 and 登録番号.</summary>
public class CorporateNumberTests
{
    [Theory]
    [InlineData("7000012050002")]
    [InlineData("７０００－０１２０－５０００２")]
    [InlineData(" 7000012050002 ")]
    public void A_corporate_number_is_read_as_people_type_it(string typed)
    {
        Assert.True(CorporateNumber.TryParse(typed, out var number));
        Assert.Equal(("7000012050002", true, null), (number.Value, number.CheckDigitHolds, number.Warning));
        Assert.Equal("T7000012050002", number.RegistrationNumber);
    }

    [Theory]
    [InlineData("5080001018392")]
    [InlineData("2011001027780")]
    public void Numbers_of_real_corporations_hold(string typed) => Assert.True(CorporateNumber.TryParse(typed, out var number) && number.CheckDigitHolds);

    [Fact]
    public void A_wrong_first_digit_warns_and_is_accepted()
    {
        foreach (var first in "012345689")
        {
            Assert.True(CorporateNumber.TryParse($"{first}000012050002", out var number));
            Assert.False(number.CheckDigitHolds);
            Assert.EndsWith("。", number.Warning, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("700001205000")]
    [InlineData("70000120500022")]
    [InlineData("T7000012050002")]
    [InlineData("700001205000A")]
    public void Anything_else_is_no_corporate_number(string? typed) => Assert.False(CorporateNumber.TryParse(typed, out _));

    [Theory]
    [InlineData("T7000012050002", true)]
    [InlineData("ｔ７０００－０１２０－５０００２", true)]
    [InlineData("T1234567890123", true)]
    [InlineData("7000012050002", false)]
    [InlineData("T700001205000", false)]
    [InlineData("T70000120500022", false)]
    [InlineData("U7000012050002", false)]
    [InlineData("T700001205000X", false)]
    [InlineData("", false)]
    public void A_registration_number_is_T_and_13_digits(string typed, bool good)
    {
        Assert.Equal(good, RegistrationNumber.TryParse(typed, out var number));
        if (good) Assert.Matches("^T[0-9]{13}$", number);
    }
}
