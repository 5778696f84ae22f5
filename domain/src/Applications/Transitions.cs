namespace GrantPortal.Domain.Applications;

/// <summary>Everything that can be done to an application.</summary>
public enum Act
{
    /// <summary>申請する: first submission, submission of an edit, resubmission after a return</summary>
    Submit,

    /// <summary>取り下げる</summary>
    Withdraw,

    /// <summary>担当する</summary>
    Claim,

    /// <summary>担当を外れる</summary>
    Release,

    /// <summary>差し戻す</summary>
    Return,

    /// <summary>一次審査を完了する</summary>
    Review,

    /// <summary>審査に戻す: the approver gives it back to the same clerk</summary>
    HandBack,

    /// <summary>交付決定する</summary>
    Grant,

    /// <summary>不交付とする</summary>
    Refuse,
}

/// <summary>The table of 「申請の一生」: these are all transitions; anything else is refused.</summary>
public static class Transitions
{
    private static readonly Dictionary<(Status From, Act Act), Status> Table = new()
    {
        [(Status.Draft, Act.Submit)] = Status.Received,
        [(Status.Received, Act.Submit)] = Status.Received,
        [(Status.Returned, Act.Submit)] = Status.Received,
        [(Status.Received, Act.Withdraw)] = Status.Withdrawn,
        [(Status.Returned, Act.Withdraw)] = Status.Withdrawn,
        [(Status.Received, Act.Claim)] = Status.Reviewing,
        [(Status.Reviewing, Act.Release)] = Status.Received,
        [(Status.Reviewing, Act.Return)] = Status.Returned,
        [(Status.Reviewing, Act.Review)] = Status.AwaitingDecision,
        [(Status.AwaitingDecision, Act.HandBack)] = Status.Reviewing,
        [(Status.AwaitingDecision, Act.Grant)] = Status.Granted,
        [(Status.AwaitingDecision, Act.Refuse)] = Status.Refused,
    };

    /// <summary>The state <paramref name="act"/> leads to; null where the table does not have it.</summary>
    public static Status? Next(Status from, Act act) => Table.TryGetValue((from, act), out var to) ? to : null;
}
