using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Rule 1: the first submission needs an open year; later ones keep year and number and pass after the end.</summary>
public class SubmissionTests
{
    private static readonly DateTimeOffset AfterTheEnd = Cases.At("2027-03-20T10:00:00+09:00");
    private static readonly ProgrammeYear Limited = Years.R8Care with { Budget = new Yen(1_000_000) };
    private static readonly ProgrammeYear Stopped = Years.R8Care with { StoppedBecause = "予算の見直し" };

    [Theory]
    [InlineData("2026-05-06T14:59:59Z", RefusalCode.PeriodClosed)]
    [InlineData("2026-05-06T15:00:00Z", null)]
    [InlineData("2026-05-07T00:00:00+09:00", null)]
    [InlineData("2027-03-12T23:59:59+09:00", null)]
    [InlineData("2027-03-12T14:59:59Z", null)]
    [InlineData("2027-03-12T15:00:00Z", RefusalCode.PeriodClosed)]
    [InlineData("2027-03-13T00:00:00+09:00", RefusalCode.PeriodClosed)]
    public void A_first_submission_is_taken_from_the_first_to_the_last_second_in_Japan(string moment, RefusalCode? refusal)
    {
        var outcome = Cases.Draft.Submit(now: Cases.At(moment));
        if (refusal is { } code) Assert.Equal(code, outcome.Refusal());
        else Assert.Equal(Status.Received, outcome.Next().Status);
    }

    [Fact]
    public void Before_the_period_the_words_name_its_first_day_and_after_it_its_last()
    {
        Assert.Contains("2026年5月7日から", Application.IntakeRefusal(Years.R8Care, default, Cases.At("2026-05-01T00:00:00Z"))!.Message, StringComparison.Ordinal);
        Assert.Contains("2027年3月12日で終了", Application.IntakeRefusal(Years.R8Care, default, AfterTheEnd)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_submission_to_a_stopped_year_is_refused_with_the_reason()
    {
        Assert.Equal(RefusalCode.IntakeClosed, Cases.Draft.Submit(Stopped).Refusal());
        Assert.Contains("予算の見直し", Application.IntakeRefusal(Stopped, default, Cases.Now)!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999_999, true)]
    [InlineData(1_000_000, false)]
    [InlineData(1_000_001, false)]
    public void A_first_submission_is_refused_once_the_budget_is_pledged(long pledged, bool taken)
    {
        var outcome = Cases.Draft.Submit(Limited, budget: new BudgetPosition(new Yen(400_000), new Yen(pledged - 400_000)));
        if (taken) Assert.Equal(Status.Received, outcome.Next().Status);
        else Assert.Equal(RefusalCode.IntakeClosed, outcome.Refusal());
    }

    [Theory]
    [InlineData(Status.Received)]
    [InlineData(Status.Returned)]
    public void A_later_submission_passes_after_the_end_when_stopped_and_when_the_budget_is_pledged(Status from)
    {
        var full = new BudgetPosition(new Yen(1_000_000), new Yen(1_000_000));
        Assert.Equal(Status.Received, Cases.In(from).Submit(now: AfterTheEnd).Next().Status);
        Assert.Equal(Status.Received, Cases.In(from).Submit(Stopped).Next().Status);
        Assert.Equal(Status.Received, Cases.In(from).Submit(Limited, budget: full).Next().Status);
        Assert.Equal(Status.Received, Cases.In(from).Submit(Limited with { StoppedBecause = "停止" }, AfterTheEnd, full).Next().Status);
    }

    [Theory]
    [InlineData(Status.Received)]
    [InlineData(Status.Returned)]
    public void A_later_submission_keeps_receipt_number_and_year_and_counts_as_a_new_version(Status from)
    {
        var before = Cases.In(from);
        var after = before.Submit(now: AfterTheEnd, receipt: "R9K-0000099-9").Next();
        Assert.Equal(("R8K-0000001-8", "R8-care", 1), (before.ReceiptNumber, before.YearId, before.Submissions));
        Assert.Equal(("R8K-0000001-8", "R8-care", 2), (after.ReceiptNumber, after.YearId, after.Submissions));
    }

    [Fact]
    public void A_later_submission_priced_by_another_year_is_a_bug_and_stops() =>
        Assert.Throws<ArgumentException>(() => Cases.Returned.Submit(Years.R7Care));

    [Fact]
    public void A_draft_belongs_to_the_year_that_is_open_when_it_is_first_submitted()
    {
        Assert.Null(Cases.Draft.YearId);
        Assert.Equal("R7-care", Cases.Draft.Submit(Years.R7Care, Cases.At("2025-12-01T10:00:00+09:00")).Next().YearId);
        Assert.Equal("R8-care", Cases.Draft.Submit().Next().YearId);
    }

    [Fact]
    public void The_reception_moment_is_that_of_the_latest_submission()
    {
        Assert.Equal(Cases.Now, Cases.Received.ReceivedAt);
        Assert.Equal(AfterTheEnd, Cases.Received.Submit(now: AfterTheEnd).Next().ReceivedAt);
        Assert.Equal(AfterTheEnd, Cases.Returned.Submit(now: AfterTheEnd).Next().ReceivedAt);
    }

    [Fact]
    public void A_submission_takes_number_and_amount_from_what_was_submitted()
    {
        var smaller = Answers.Care(a => a.With((OfficeAnswers o) => o with { Number = "0170210231" }).With((AmountAnswers m) => m with { SupportCost = "2000" })).Read().Good;
        Assert.Equal(("1370101238", new Yen(64_000)), (Cases.Received.Number, Cases.Received.Applied));
        var outcome = Cases.Returned.Submit(content: smaller);
        Assert.Equal(("0170210231", new Yen(41_000)), (outcome.Next().Number, outcome.Next().Applied));
        Assert.Equal(new Yen(41_000), outcome.Event().Amount);
    }

    [Fact]
    public void A_resubmission_comes_back_to_the_same_clerk_with_everything_open_again()
    {
        Assert.Equal(Cases.Items, Cases.Returned.Returned);
        var after = Cases.Returned.Submit().Next();
        Assert.Equal(People.Reviewer.UserId, after.ReviewerId);
        Assert.Null(after.Returned);
    }

    [Fact]
    public void A_resubmission_keeps_who_reviewed_and_drops_what_was_recommended()
    {
        var returned = Cases.AwaitingDecision.Do(Act.HandBack).Next().Do(Act.Return).Next();
        var after = returned.Submit().Next();
        Assert.Contains(People.Reviewer.UserId, after.Reviewers);
        Assert.Null(after.Recommendation);
        Assert.Null(after.Recommended);
    }

    [Fact]
    public void A_refused_submission_changes_nothing() => Assert.Equal((0, null), (Cases.Draft.Submissions, Cases.Draft.ReceiptNumber));

    [Fact]
    public void Whoever_comes_second_reads_one_sentence_and_nothing_about_the_other() => Assert.Equal("この番号の申請は受付済みです", Refusal.NumberTaken.Message);
}
