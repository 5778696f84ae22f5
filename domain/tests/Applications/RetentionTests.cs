using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

public class RetentionTests
{
    [Theory]
    [InlineData("2026-04-01", "2032-03-31")]
    [InlineData("2026-06-01", "2032-03-31")]
    [InlineData("2027-03-31", "2032-03-31")]
    [InlineData("2027-04-01", "2033-03-31")]
    [InlineData("2028-02-29", "2033-03-31")]
    public void Records_are_kept_for_5_fiscal_years_after_the_year_of_the_end(string ended, string until) =>
        Assert.Equal(DateOnly.Parse(until, null), Retention.KeptUntil(DateOnly.Parse(ended, null)));

    [Fact]
    public void What_ended_before_the_limit_is_exactly_what_is_kept_no_longer()
    {
        for (var today = new DateOnly(2032, 1, 1); today < new DateOnly(2033, 6, 1); today = today.AddDays(1))
            for (var ended = new DateOnly(2026, 2, 1); ended < new DateOnly(2028, 5, 1); ended = ended.AddDays(7))
                Assert.Equal(Retention.KeptUntil(ended) < today, ended < Retention.EndedBefore(today));
    }

    [Theory]
    [InlineData("2026-06-01", "2027-05-02", "2027-06-01")]
    [InlineData("2028-02-29", "2029-01-29", "2029-02-28")]
    public void A_draft_is_told_of_30_days_before_it_has_been_left_for_12_months(string touched, string noticed, string deleted)
    {
        var day = DateOnly.Parse(touched, null);
        Assert.Equal((DateOnly.Parse(noticed, null), DateOnly.Parse(deleted, null)), (Retention.DraftNoticeOn(day), Retention.DraftDeletedOn(day)));
    }

    [Fact]
    public void A_late_mail_leaves_30_days_all_the_same()
    {
        var touched = new DateOnly(2026, 6, 1);
        Assert.Equal(new DateOnly(2027, 6, 1), Retention.DraftDeletedOn(touched, noticed: new DateOnly(2027, 5, 2)));
        Assert.Equal(new DateOnly(2027, 10, 1), Retention.DraftDeletedOn(touched, noticed: new DateOnly(2027, 9, 1)));
    }
}
