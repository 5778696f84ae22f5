using FsCheck.Fluent;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Step ③: bank accounts as banks write them, ゆうちょ converted.</summary>
public class BankAccountTests
{
    [Fact]
    public void A_bank_account_is_read_with_shorter_numbers_padded()
    {
        var (account, _) = Read(Answers.Bank with { BankCode = "０００１", BranchCode = "０ ０ １", Number = "123", Kind = "current", Holder = "ｶ)みどり かいご" });
        Assert.Equal(new BankAccount("0001", "001", AccountKind.Current, "0000123", "カ)ミドリ カイゴ"), account);
        Assert.Equal(("当座", false), (account?.KindName, account?.IsYucho));
    }

    [Theory]
    [InlineData("10530", "12345671", "058", AccountKind.Ordinary, "1234567")]
    [InlineData("10530", "11", "058", AccountKind.Ordinary, "0000001")]
    [InlineData("19990", "123451", "998", AccountKind.Ordinary, "0012345")]
    [InlineData("00120", "123456", "019", AccountKind.Current, "0123456")]
    [InlineData("00120", "1", "019", AccountKind.Current, "0000001")]
    [InlineData("00120", "1234567", "019", AccountKind.Current, "1234567")]
    [InlineData("１０５３０", "１２３４５６７１", "058", AccountKind.Ordinary, "1234567")]
    public void Yucho_is_converted_to_branch_and_number(string symbol, string number, string branch, AccountKind kind, string converted)
    {
        var (account, _) = Read(Answers.Yucho with { Symbol = symbol, YuchoNumber = number });
        Assert.Equal(("9900", branch, kind, converted), (account?.BankCode, account?.BranchCode, account?.Kind, account?.Number));
        Assert.Equal((true, JapaneseText.Code(symbol), JapaneseText.Code(number)), (account?.IsYucho, account?.Symbol, account?.YuchoNumber));
    }

    [Theory]
    [InlineData("20530", "12345671", "Symbol")]
    [InlineData("1053", "12345671", "Symbol")]
    [InlineData("105300", "12345671", "Symbol")]
    [InlineData("1053A", "12345671", "Symbol")]
    [InlineData("", "12345671", "Symbol")]
    [InlineData("10530", "", "YuchoNumber")]
    [InlineData("10530", "1", "YuchoNumber")]
    [InlineData("10530", "123456789", "YuchoNumber")]
    [InlineData("10530", "1234567x", "YuchoNumber")]
    [InlineData("00120", "12345678", "YuchoNumber")]
    public void Symbols_and_numbers_that_are_no_pair_are_refused(string symbol, string number, string field)
    {
        Assert.Null(BankAccount.ConvertYucho(symbol, number));
        var (account, fields) = Read(Answers.Yucho with { Symbol = symbol, YuchoNumber = number });
        Assert.Null(account);
        Assert.Equal([$"Account.{field}"], fields);
    }

    [Fact]
    public void Whatever_converts_has_three_and_seven_digits() => Properties.Hold(
        from symbol in Gen.OneOf(Gen.Choose(0, 19_999).Select(n => n.ToString("D5", null)), Gen.Choose(0, 999_999).Select(n => $"{n}"), Properties.HostileText)
        from number in Gen.OneOf(Gen.Choose(0, 99_999_999).Select(n => $"{n}"), Gen.Choose(0, 999_999_999).Select(n => $"{n}"), Properties.HostileText)
        select (symbol, number),
        pair => BankAccount.ConvertYucho(pair.symbol, pair.number) is not { } c || (Digits(c.Branch, 3) && Digits(c.Number, 7)), 3000);

    [Fact]
    public void Every_pair_of_five_and_eight_digits_beginning_with_1_converts_to_digits_of_the_pair() => Properties.Hold(
        from symbol in Gen.Choose(10_000, 19_999) from number in Gen.Choose(10_000_000, 99_999_999) select ($"{symbol}", $"{number}"),
        pair => BankAccount.ConvertYucho(pair.Item1, pair.Item2) == ($"{pair.Item1[1]}{pair.Item1[2]}8", AccountKind.Ordinary, pair.Item2[..7]), 1000);

    [Theory]
    [InlineData("カ)ミドリ", true)]
    [InlineData("みどり", true)]
    [InlineData("ﾐﾄﾞﾘ(ｶ", true)]
    [InlineData("フク）ミドリ．ABC-1", true)]
    [InlineData("緑", false)]
    [InlineData("カ)緑", false)]
    [InlineData("ミドリ!", false)]
    [InlineData("ミドリ\u0000", false)]
    [InlineData("", false)]
    [InlineData("　", false)]
    public void A_holder_is_katakana_digits_capitals_and_few_signs(string holder, bool good)
    {
        var (account, fields) = Read(Answers.Bank with { Holder = holder });
        Assert.Equal(good, account is not null);
        Assert.Equal(good ? [] : ["Account.Holder"], fields);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void A_holder_has_at_most_60_characters(int length, bool good) =>
        Assert.Equal(good, Read(Answers.Bank with { Holder = new string('ア', length) }).Account is not null);

    [Fact]
    public void Yucho_typed_as_a_bank_is_sent_to_its_own_fields() =>
        Assert.Equal(["Account.BankCode"], Read(Answers.Bank with { BankCode = "9900" }).Fields);

    private static bool Digits(string text, int length) => text.Length == length && text.All(char.IsAsciiDigit);

    private static (BankAccount? Account, IEnumerable<string> Fields) Read(AccountAnswers answers)
    {
        var problems = new Problems();
        var account = ApplicationReader.ReadAccount(answers, problems);
        return (account, problems.Errors.Select(e => e.Field));
    }
}
