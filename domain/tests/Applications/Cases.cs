using System.Globalization;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Applications;

/// <summary>Applications in every state and the acts of their life, in few words.</summary>
internal static class Cases
{
    public static DateTimeOffset Now { get; } = At("2026-06-15T10:00:00+09:00");

    public static ApplicationContent Content { get; } = Answers.Care().Read().Good;

    public static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);

    /// <summary>Never submitted.</summary>
    public static Application Draft { get; } =
        new() { Id = Guid.NewGuid(), ApplicantId = People.ApplicantId, Programme = Programme.Care, Status = Status.Draft, Version = 1 };

    public static Application Received { get; } = Draft.Submit().Next();
    public static Application Reviewing { get; } = Received.Claim(People.Reviewer, Now).Next();
    public static Application Returned { get; } = Reviewing.Return(Items, AnswerBy, People.Reviewer, Now).Next();
    public static Application AwaitingDecision { get; } = Reviewing.Review(Verdict.Grant, new Yen(60_000), null, People.Reviewer, Now).Next();

    public static IReadOnlyList<ReturnedItem> Items => [new("Account.Holder", "通帳の写しと異なります。")];

    public static DateOnly AnswerBy { get; } = new(2026, 7, 15);

    /// <summary>Reached by its acts where there are any; a mere name otherwise.</summary>
    public static Application In(Status status) => status switch
    {
        Status.Draft => Draft,
        Status.Received => Received,
        Status.Reviewing => Reviewing,
        Status.Returned => Returned,
        Status.AwaitingDecision => AwaitingDecision,
        Status.Granted => AwaitingDecision.Grant().Next(),
        Status.Refused => AwaitingDecision.Refuse("対象外のため", People.Approver, Now).Next(),
        Status.Withdrawn => Received.Withdraw(null, People.Owner, Now).Next(),
        _ => AwaitingDecision.Grant().Next() with { Status = status },
    };

    /// <summary>The act by the one it belongs to.</summary>
    public static Outcome Do(this Application a, Act act) => act switch
    {
        Act.Submit => a.Submit(),
        Act.Withdraw => a.Withdraw(null, People.Owner, Now),
        Act.Claim => a.Claim(People.Reviewer, Now),
        Act.Release => a.Release(People.Reviewer, Now),
        Act.Return => a.Return(Items, AnswerBy, People.Reviewer, Now),
        Act.Review => a.Review(Verdict.Grant, null, null, People.Reviewer, Now),
        Act.HandBack => a.HandBack("根拠を確認してください。", People.Approver, Now),
        Act.Grant => a.Grant(),
        Act.Refuse => a.Refuse("対象外のため", People.Approver, Now),
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };

    public static Outcome Submit(
        this Application a, ProgrammeYear? year = null, DateTimeOffset? now = null, BudgetPosition budget = default, string receipt = "R8K-0000001-8", ApplicationContent? content = null) =>
        a.Submit(content ?? Content, year ?? Years.R8Care, budget, receipt, People.Owner, now ?? Now);

    public static Outcome Grant(this Application a, long? amount = null, Actor? by = null, long? budget = null, long committed = 0) => a.Grant(
        amount is { } yen ? new Yen(yen) : a.Applied, null, Years.R8Care with { Budget = budget is { } limit ? new Yen(limit) : null },
        new BudgetPosition(new Yen(committed), Yen.Zero), by ?? People.Approver, Now);

    public static Application Next(this Outcome outcome) => outcome.Done().Next;

    public static ApplicationEvent Event(this Outcome outcome) => outcome.Done().Event;

    /// <summary>The code of a refusal whose words a person can act on.</summary>
    public static RefusalCode Refusal(this Outcome outcome)
    {
        var refusal = Assert.IsType<Outcome.Refused>(outcome).Reason;
        Assert.Matches("[ぁ-ん].*。$", refusal.Message);
        return refusal.Code;
    }

    private static Outcome.Done Done(this Outcome outcome) => outcome is Outcome.Refused refused
        ? throw new InvalidOperationException($"Refused: {refused.Reason.Code} {refused.Reason.Message}")
        : (Outcome.Done)outcome;
}
