using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>
/// What this person can do with this case now, and the words why not where they might expect to. The page offers nothing else; whoever posts
/// all the same is refused by the domain.
/// </summary>
public sealed record CaseActs
{
    /// <summary>担当する.</summary>
    public bool Claim { get; private init; }

    /// <summary>一次審査を完了する and 差し戻す.</summary>
    public bool Review { get; private init; }

    /// <summary>担当を外れる; for an admin 担当を外す.</summary>
    public bool Release { get; private init; }

    /// <summary>交付決定する, 不交付とする and 審査に戻す.</summary>
    public bool Decide { get; private init; }

    /// <summary>取り下げる by staff.</summary>
    public bool Withdraw { get; private init; }

    /// <summary>Why the person may not take part, in their own words; null where nothing stands against it.</summary>
    public Refusal? Conflict { get; private init; }

    public bool None => !(Claim || Review || Release || Decide || Withdraw);

    public static CaseActs For(Application application, Actor actor, DateTimeOffset now)
    {
        bool Can(Act act) => Transitions.Next(application.Status, act) is not null;
        var reviewer = actor.Is(StaffRole.Reviewer);
        var holds = application.ReviewerId == actor.UserId;
        var claim = reviewer && Can(Act.Claim) ? application.Claim(actor, now) : null;
        var deciding = actor.Is(StaffRole.Approver) && Can(Act.Grant);
        var conflict = deciding ? application.DeciderConflict(actor) : (claim as Outcome.Refused)?.Reason;
        return new CaseActs
        {
            Claim = claim is Outcome.Done,
            Review = reviewer && holds && Can(Act.Review),
            Release = Can(Act.Release) && ((reviewer && holds) || actor.Is(StaffRole.Admin)),
            Decide = deciding && conflict is null,
            Withdraw = reviewer && Can(Act.Withdraw),
            Conflict = conflict,
        };
    }
}
