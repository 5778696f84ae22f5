using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>What a review recommends and a decision grants: never above the rules, never above the budget (要綱 §7, §15).</summary>
public class DecisionTests
{
    [Theory]
    [InlineData(64_001, RefusalCode.AmountTooHigh)]
    [InlineData(65_000, RefusalCode.AmountTooHigh)]
    [InlineData(64_000, null)]
    [InlineData(63_000, null)]
    public void Nobody_grants_more_than_was_applied_for(long amount, RefusalCode? refusal)
    {
        var outcome = Cases.AwaitingDecision.Grant(amount);
        if (refusal is { } code) Assert.Equal(code, outcome.Refusal());
        else Assert.Equal((Status.Granted, new Yen(amount)), (outcome.Next().Status, outcome.Next().Granted));
    }

    [Theory]
    [InlineData(64_001, RefusalCode.AmountTooHigh)]
    [InlineData(64_000, null)]
    [InlineData(1_000, null)]
    public void Nobody_recommends_more_than_was_applied_for(long amount, RefusalCode? refusal)
    {
        var outcome = Cases.Reviewing.Review(Verdict.Grant, new Yen(amount), "理由", People.Reviewer, Cases.Now);
        if (refusal is { } code) Assert.Equal(code, outcome.Refusal());
        else Assert.Equal((Verdict.Grant, new Yen(amount)), (outcome.Next().Recommendation, outcome.Next().Recommended));
    }

    [Fact]
    public void A_recommendation_without_an_amount_is_for_all_that_was_applied_for() =>
        Assert.Equal(new Yen(64_000), Cases.Reviewing.Review(Verdict.Grant, null, null, People.Reviewer, Cases.Now).Next().Recommended);

    [Fact]
    public void Recommending_refusal_names_no_amount()
    {
        var outcome = Cases.Reviewing.Review(Verdict.Refuse, new Yen(99_000), "対象外", People.Reviewer, Cases.Now);
        Assert.Equal((Verdict.Refuse, null, null), (outcome.Next().Recommendation, outcome.Next().Recommended, outcome.Event().Amount));
        Assert.Equal((Verdict.Refuse, "対象外"), (outcome.Event().Recommendation, outcome.Event().Reason));
    }

    [Fact]
    public void The_approver_decides_freely_whatever_was_recommended()
    {
        var refusalRecommended = Cases.Reviewing.Review(Verdict.Refuse, null, "対象外", People.Reviewer, Cases.Now).Next();
        Assert.Equal(Status.Granted, refusalRecommended.Grant(64_000).Next().Status);
        Assert.Equal(Status.Refused, Cases.AwaitingDecision.Do(Act.Refuse).Next().Status);
    }

    [Theory]
    [InlineData(1_000_000, 936_000, null)]
    [InlineData(1_000_000, 936_001, RefusalCode.BudgetShort)]
    [InlineData(1_000_000, 1_000_000, RefusalCode.BudgetShort)]
    [InlineData(64_000, 0, null)]
    [InlineData(63_999, 0, RefusalCode.BudgetShort)]
    public void A_grant_may_reach_the_budget_and_not_exceed_it(long budget, long committed, RefusalCode? refusal)
    {
        var before = Cases.AwaitingDecision;
        var outcome = before.Grant(64_000, budget: budget, committed: committed);
        if (refusal is { } code) Assert.Equal(code, outcome.Refusal());
        else Assert.Equal(Status.Granted, outcome.Next().Status);
        Assert.Equal(Status.AwaitingDecision, before.Status);
    }

    [Fact]
    public void A_decision_stands_in_its_event_with_amount_and_reason()
    {
        var granted = Cases.AwaitingDecision.Grant(new Yen(50_000), "領収書の一部が対象外", Years.R8Care, default, People.Approver, Cases.Now);
        Assert.Equal((new Yen(50_000), "領収書の一部が対象外"), (granted.Event().Amount, granted.Event().Reason));
        Assert.Equal("対象外のため", Cases.AwaitingDecision.Do(Act.Refuse).Event().Reason);
        Assert.Null(Cases.AwaitingDecision.Do(Act.Refuse).Next().Granted);
    }

    [Fact]
    public void Handing_back_leads_to_the_same_clerk_and_clears_the_recommendation()
    {
        var outcome = Cases.AwaitingDecision.Do(Act.HandBack);
        Assert.Equal((Status.Reviewing, People.Reviewer.UserId), (outcome.Next().Status, outcome.Next().ReviewerId));
        Assert.Equal((null, null), (outcome.Next().Recommendation, outcome.Next().Recommended));
        Assert.Equal("根拠を確認してください。", outcome.Event().Reason);
    }

    [Fact]
    public void A_return_names_the_open_items_and_the_date_an_answer_is_asked_by()
    {
        var outcome = Cases.Reviewing.Do(Act.Return);
        Assert.Equal(Cases.Items, outcome.Next().Returned);
        Assert.Equal(Cases.AnswerBy, outcome.Event().AnswerBy);
        Assert.Equal(Cases.Items, outcome.Event().Items);
        Assert.Equal(People.Reviewer.UserId, outcome.Next().ReviewerId);
    }

    [Fact]
    public void The_date_an_answer_is_asked_by_passing_changes_nothing() =>
        Assert.Equal(Status.Received, Cases.Returned.Submit(now: JapanTime.EndOf(Cases.AnswerBy.AddDays(30))).Next().Status);

    [Fact]
    public void A_withdrawal_by_staff_keeps_its_reason_and_closes_what_a_return_opened()
    {
        var outcome = Cases.Returned.Withdraw("番号の誤り", People.Reviewer, Cases.Now);
        Assert.Equal((Status.Withdrawn, "番号の誤り", true), (outcome.Next().Status, outcome.Event().Reason, outcome.Event().ByStaff));
        Assert.Null(outcome.Next().Returned);
    }
}
