using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Offices;

/// <summary>介護事業所番号 and 医療機関コード: form, prefecture, kind; the check digit warns and never refuses.</summary>
public class InstitutionNumberTests
{
    [Theory]
    [InlineData("1370101238")]
    [InlineData("１３７０１０１２３８")]
    [InlineData("13-7010-1238")]
    [InlineData("１３７０－１０１２－３８")]
    [InlineData(" 1370 101238　")]
    [InlineData("1370‐101−238")]
    [InlineData("13ー70101238")]
    public void A_care_number_is_read_as_people_type_it(string typed)
    {
        var number = Good(Programme.Care, typed);
        Assert.Equal(("1370101238", "13", CheckDigit.Whole, null), (number.Value, number.Prefecture, number.CheckDigit, number.Warning));
    }

    [Fact]
    public void An_integrated_project_number_is_refused_although_its_check_digit_holds()
    {
        Assert.False(InstitutionNumber.TryParse(Programme.Care, "11A2232671", out var number, out var problem));
        Assert.Equal(CheckDigit.Whole, number.CheckDigit);
        Assert.Contains("総合事業", problem, StringComparison.Ordinal);
        Assert.False(InstitutionNumber.TryParse(Programme.Care, "１１ａ２２３２６７１", out _, out problem));
        Assert.Contains("総合事業", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01", true)]
    [InlineData("47", true)]
    [InlineData("00", false)]
    [InlineData("48", false)]
    [InlineData("99", false)]
    [InlineData("A1", false)]
    public void A_prefecture_is_01_to_47(string prefecture, bool good)
    {
        Assert.Equal(good, InstitutionNumber.TryParse(Programme.Care, prefecture + "70101238", out _, out _));
        Assert.Equal(good, InstitutionNumber.TryParse(Programme.Medical, prefecture + "10112489", out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("137010123")]
    [InlineData("13701012388")]
    [InlineData("137010123X")]
    [InlineData("13I0101238")]
    [InlineData("13O0101238")]
    [InlineData("13Q0101238")]
    [InlineData("13700介1238")]
    [InlineData("1370_01238")]
    public void Anything_else_is_no_care_number(string typed)
    {
        Assert.False(InstitutionNumber.TryParse(Programme.Care, typed, out _, out var problem));
        Assert.EndsWith("。", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("13B0101239")]
    [InlineData("137Z101233")]
    public void Other_letters_are_accepted_and_counted(string typed) => Assert.Equal(CheckDigit.Whole, Good(Programme.Care, typed).CheckDigit);

    [Fact]
    public void Letters_count_from_A_10_to_Z_32_without_I_O_and_Q()
    {
        // A letter alone, weight 2: the check digit tells its value.
        var letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
        Assert.Equal(23, letters.Length);
        for (var i = 0; i < letters.Length; i++)
        {
            var doubled = (10 + i) * 2;
            var check = (10 - (((doubled / 10) + (doubled % 10) + 1) % 10)) % 10; // 1: the prefecture 01 at weight 1
            Assert.Equal(CheckDigit.Whole, Good(Programme.Care, $"01000000{letters[i]}{check}").CheckDigit);
        }
    }

    [Theory]
    [InlineData("1370101238", CheckDigit.Whole)]
    [InlineData("1370101239", CheckDigit.Wrong)]
    [InlineData("1370101237", CheckDigit.Wrong)]
    [InlineData("2370101238", CheckDigit.Serial)]
    public void A_check_digit_holds_over_nine_characters_or_over_characters_4_to_9(string typed, CheckDigit check)
    {
        var number = Good(Programme.Care, typed);
        Assert.Equal(check, number.CheckDigit);
        Assert.Equal(check == CheckDigit.Wrong, number.Warning is not null);
    }

    [Fact]
    public void A_real_medical_code_is_read()
    {
        var number = Good(Programme.Medical, "０１－１０１１２４８９");
        Assert.Equal(("0110112489", CheckDigit.Whole, false, null), (number.Value, number.CheckDigit, number.IsDental, number.Warning));
    }

    [Theory]
    [InlineData("11", CheckDigit.Serial)]
    [InlineData("12", CheckDigit.Serial)]
    [InlineData("13", CheckDigit.Serial)]
    [InlineData("14", CheckDigit.Serial)]
    [InlineData("10", CheckDigit.Wrong)]
    [InlineData("15", CheckDigit.Wrong)]
    public void Only_prefectures_11_to_14_check_medical_codes_over_six_digits(string prefecture, CheckDigit check) =>
        Assert.Equal(check, Good(Programme.Medical, $"{prefecture}10100008").CheckDigit);

    [Theory]
    [InlineData('1', true, false)]
    [InlineData('3', true, true)]
    [InlineData('4', false, false)]
    [InlineData('0', false, false)]
    [InlineData('2', false, false)]
    [InlineData('5', false, false)]
    public void Medical_is_accepted_dental_warned_and_pharmacy_refused(char table, bool good, bool warned)
    {
        Assert.Equal(good, InstitutionNumber.TryParse(Programme.Medical, $"01{table}0112489", out var number, out var problem));
        Assert.Equal(good, problem.Length == 0);
        Assert.Equal(warned, number.IsDental);
        if (warned) Assert.Contains("歯科", number.Warning, StringComparison.Ordinal);
        if (table == '4') Assert.Contains("薬局", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("011011248")]
    [InlineData("01101124890")]
    [InlineData("011011248A")]
    [InlineData("01A0112489")]
    public void Anything_else_is_no_medical_code(string typed) => Assert.False(InstitutionNumber.TryParse(Programme.Medical, typed, out _, out _));

    [Fact]
    public void No_text_whatever_makes_parsing_throw_and_what_it_accepts_has_the_form() => Properties.Hold(Properties.HostileText, text =>
        new[] { Programme.Care, Programme.Medical }.All(p =>
            !InstitutionNumber.TryParse(p, text, out var number, out _) || (number.Value.Length == 10 && number.Value.All(char.IsAsciiLetterOrDigit))), 2000);

    private static InstitutionNumber Good(Programme programme, string typed)
    {
        Assert.True(InstitutionNumber.TryParse(programme, typed, out var number, out var problem), problem);
        Assert.Equal(("", number.Value, programme), (problem, number.ToString(), number.Programme));
        return number;
    }
}
