namespace GrantPortal.Domain.Applications;

/// <summary>Why the rules or the state forbid a valid request. Answered with 409 and these words.</summary>
public enum RefusalCode
{
    /// <summary>The state does not allow the act (any more).</summary>
    WrongState,

    /// <summary>No application period is open (要綱 §13).</summary>
    PeriodClosed,

    /// <summary>Reception was stopped (要綱 §15-3), or the budget is pledged in full (要綱 §15-1).</summary>
    IntakeClosed,

    /// <summary>A live application for the number exists (要綱 §6-3).</summary>
    NumberTaken,

    /// <summary>Granting would exceed the budget (要綱 §15-1).</summary>
    BudgetShort,

    /// <summary>Whoever claimed, reviewed or returned any version never decides it.</summary>
    SamePerson,

    /// <summary>A member of the applicant neither reviews nor decides.</summary>
    ConflictOfInterest,

    /// <summary>Somebody else holds the case.</summary>
    NotYours,

    /// <summary>The amount is above what the rules give, or above what was applied for.</summary>
    AmountTooHigh,

    /// <summary>Somebody was faster; what was seen is out of date.</summary>
    Stale,

    /// <summary>The applicant would be left without a 管理者.</summary>
    LastOwner,

    /// <summary>Too few 管理者 of the portal would remain.</summary>
    LastAdmin,

    /// <summary>Whom the invitation is for is a member already, or another account than the one signed in.</summary>
    NotInvited,

    /// <summary>The number stands in another applicant's list of offices; it can be claimed.</summary>
    NumberHeld,

    /// <summary>The parts of one receipt would exceed the whole, or another application says it is over another amount.</summary>
    SplitExceeded,

    /// <summary>A document is not checked yet, is unusable or lies in quarantine.</summary>
    DocumentsNotSafe,
}

/// <summary>Words for the person whose request was refused, in Japanese, saying what to do.</summary>
public sealed record Refusal(RefusalCode Code, string Message)
{
    public static Refusal WrongState(Status status) => new(RefusalCode.WrongState,
        $"この申請は現在「{status.Name()}」のため、この操作はできません。最新の状態をご確認ください。");

    public static Refusal Stale { get; } = new(RefusalCode.Stale,
        "この申請は、画面を開いたあとに別の操作で更新されました。最新の内容を表示しましたので、ご確認のうえ、もう一度操作してください。");

    public static Refusal SplitExceeded { get; } = new(RefusalCode.SplitExceeded,
        "領収書の分割の申告が、ほかの申請での申告と合わないため、申請できません。下の説明のとおりに直してください。入力した内容は保存されています。");

    public static Refusal NumberTaken { get; } = new(RefusalCode.NumberTaken, "この番号の申請は受付済みです");
}

/// <summary>What an act leads to: the new state with its event, or a refusal. Exceptions are for bugs.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    public sealed record Done(Application Next, ApplicationEvent Event) : Outcome;

    public sealed record Refused(Refusal Reason) : Outcome;

    /// <summary>Itself, unless something else stands against what it would do.</summary>
    public Outcome Unless(Refusal? refusal) => this is Done && refusal is not null ? new Refused(refusal) : this;

    public static implicit operator Outcome(Refusal refusal) => new Refused(refusal);
}
