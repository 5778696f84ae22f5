using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Offices;

/// <summary>How somebody came to say that a number another applicant holds is theirs.</summary>
public enum ClaimSource
{
    /// <summary>Wanted it in the list of their offices.</summary>
    Listed,

    /// <summary>Submitted an application for it; the submission went through (rule 2 looks at live applications only).</summary>
    Submitted,

    /// <summary>Read 「この番号の申請は受付済みです」 and reported the number as theirs (rule 2).</summary>
    Reported,
}

public enum ClaimState
{
    /// <summary>確認待ち</summary>
    Open,

    /// <summary>認めた: the number belongs to the claimant now.</summary>
    Upheld,

    /// <summary>認めなかった: it stays where it was.</summary>
    Declined,
}

/// <summary>A second claim to a number (介護事業所番号 / 医療機関コード), decided once by staff.</summary>
/// <param name="HolderId">The applicant who holds it, or has the live application for it.</param>
/// <param name="Version">Counts changes; a decision on another one is stale.</param>
public sealed record NumberClaim(long Id, Programme Programme, string Number, Guid ClaimantId, Guid HolderId, ClaimState State, int Version)
{
    /// <summary>Why this person cannot decide it now; null where nothing stands against it. Nobody decides on an applicant they are a member of.</summary>
    /// <param name="seen">The version the page showed.</param>
    public Refusal? AgainstDeciding(Actor actor, int seen) =>
        actor.BelongsTo(ClaimantId) || actor.BelongsTo(HolderId) ? Conflict : State != ClaimState.Open || Version != seen ? Stale : null;

    private static Refusal Stale { get; } = new(RefusalCode.Stale,
        "この申し出は、画面を開いたあとに更新されました。最新の内容を表示しましたので、ご確認のうえ、もう一度操作してください。");

    private static Refusal Conflict { get; } = new(RefusalCode.ConflictOfInterest, "あなたはどちらかの申請者のメンバーのため、この申し出を決めることはできません。ほかの職員に依頼してください。");
}

public static class ClaimWords
{
    /// <summary>As on the screen.</summary>
    public static string Name(this ClaimSource source) => source switch
    {
        ClaimSource.Listed => "事業所の登録",
        ClaimSource.Submitted => "申請",
        _ => "受付済みの番号の申し出",
    };

    /// <summary>As on the screen.</summary>
    public static string Name(this ClaimState state) => state switch { ClaimState.Open => "確認待ち", ClaimState.Upheld => "認めた", _ => "認めなかった" };
}
