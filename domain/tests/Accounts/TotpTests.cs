using System.Text;
using GrantPortal.Domain.Accounts;

namespace GrantPortal.Domain.Tests.Accounts;

public sealed class TotpTests
{
    /// <summary>RFC 6238, appendix B: the last six of its eight digits.</summary>
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    private static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(1111111111);

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData("050471")]
    [InlineData("050 471")]
    [InlineData("０５０４７１")]
    public void A_code_is_taken_as_people_type_it(string typed) => Assert.Equal(Totp.StepAt(Moment), Totp.Match(Secret, typed, Moment, null));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_telephones_clock_may_be_one_step_wrong(int steps, bool taken) =>
        Assert.Equal(taken, Totp.Match(Secret, Totp.CodeAt(Secret, Totp.StepAt(Moment) + steps), Moment, null) is not null);

    [Fact]
    public void A_code_and_those_before_it_are_taken_once()
    {
        var step = Totp.StepAt(Moment);
        Assert.Null(Totp.Match(Secret, Totp.CodeAt(Secret, step), Moment, step));
        Assert.Null(Totp.Match(Secret, Totp.CodeAt(Secret, step - 1), Moment, step));
        Assert.Equal(step + 1, Totp.Match(Secret, Totp.CodeAt(Secret, step + 1), Moment, step));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("0504711")]
    [InlineData("50471")]
    public void Anything_else_is_wrong(string? typed) => Assert.Null(Totp.Match(Secret, typed, Moment, null));

    [Fact]
    public void The_secret_is_written_as_apps_read_it()
    {
        Assert.Equal("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", Totp.Words(Secret));
        Assert.Equal(
            "otpauth://totp/%E5%8A%A9%E6%88%90%E9%87%91:a%40example.jp?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%8A%A9%E6%88%90%E9%87%91",
            Totp.Address(Secret, "助成金", "a@example.jp"));
    }
}
