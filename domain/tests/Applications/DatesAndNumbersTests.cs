using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Dates told to everyone (要綱 §7) and receipt numbers.</summary>
public class DatesAndNumbersTests
{
    [Theory]
    [InlineData("2026-05-07T00:00:00+09:00", "2026-06-30", "2026-07-31")]
    [InlineData("2026-05-31T23:59:59+09:00", "2026-06-30", "2026-07-31")]
    [InlineData("2026-05-31T15:00:00Z", "2026-07-31", "2026-08-31")]
    [InlineData("2026-05-31T14:59:59Z", "2026-06-30", "2026-07-31")]
    [InlineData("2026-10-31T12:00:00+09:00", "2026-11-30", "2026-12-31")]
    [InlineData("2026-11-30T12:00:00+09:00", "2026-12-31", "2027-01-31")]
    [InlineData("2026-12-01T12:00:00+09:00", "2027-01-31", "2027-02-28")]
    [InlineData("2026-12-31T15:00:00Z", "2027-02-28", "2027-03-31")]
    [InlineData("2027-01-31T12:00:00+09:00", "2027-02-28", "2027-03-31")]
    [InlineData("2027-12-31T12:00:00+09:00", "2028-01-31", "2028-02-29")]
    [InlineData("2028-01-15T12:00:00+09:00", "2028-02-29", "2028-03-31")]
    public void Review_is_in_the_month_after_reception_and_the_result_by_the_end_of_the_next(string received, string review, string result)
    {
        Assert.Equal(review, $"{ExpectedDates.ReviewBy(Cases.At(received)):yyyy-MM-dd}");
        Assert.Equal(result, $"{ExpectedDates.ResultBy(Cases.At(received)):yyyy-MM-dd}");
    }

    [Theory]
    [InlineData("2026-12-31T23:59:59+09:00", "2027-01-31")]
    [InlineData("2026-12-31T15:00:00Z", "2027-02-28")]
    [InlineData("2028-01-31T00:00:00+09:00", "2028-02-29")]
    public void Payment_is_by_the_end_of_the_month_after_the_decision(string decided, string payment) =>
        Assert.Equal(payment, $"{ExpectedDates.PaymentBy(Cases.At(decided)):yyyy-MM-dd}");

    [Theory]
    [InlineData("R8-care", 123, "R8K-0000123-0")]
    [InlineData("R8-medical", 123, "R8I-0000123-0")]
    [InlineData("R7-care", 1, "R7K-0000001-8")]
    [InlineData("R7-medical", 9_999_999, "R7I-9999999-7")]
    [InlineData("R8-care", 12_345_678, "R8K-12345678-2")]
    public void A_receipt_number_says_year_programme_serial_and_check_digit(string year, long serial, string number) =>
        Assert.Equal(number, ReceiptNumbers.Format(Years.All.Single(y => y.Id == year), serial));

    [Fact]
    public void A_slip_in_one_digit_of_a_receipt_number_shows()
    {
        foreach (var serial in new[] { 123L, 4_567_890L })
        {
            var digits = ReceiptNumbers.Format(Years.R8Care, serial)[4..11];
            for (var place = 0; place < 7; place++)
                for (var other = '0'; other <= '9'; other++)
                {
                    var slip = string.Concat(digits.AsSpan(0, place), [other], digits.AsSpan(place + 1));
                    if (slip != digits) Assert.NotEqual(ReceiptNumbers.Format(Years.R8Care, serial)[^1], ReceiptNumbers.Format(Years.R8Care, long.Parse(slip, null))[^1]);
                }
        }
    }
}
