namespace GrantPortal.Domain.Applications;

/// <summary>What happened to an application. Append-only.</summary>
public enum EventKind
{
    Submitted,
    Edited,
    Resubmitted,
    Withdrawn,
    Claimed,
    Released,
    Returned,
    Reviewed,
    HandedBack,
    Granted,
    Refused,
}

/// <param name="Version">The submitted version it concerns, from 1.</param>
/// <param name="Amount">Yen, where an amount was recommended or decided.</param>
/// <param name="Recommendation">Of a first review: grant or refusal.</param>
/// <param name="Reason">As given by the actor.</param>
/// <param name="Items">Of a return: what is open and why.</param>
/// <param name="AnswerBy">Of a return: the date an answer is asked by.</param>
public sealed record ApplicationEvent(
    EventKind Kind,
    DateTimeOffset At,
    Guid ActorId,
    string ActorName,
    bool ByStaff,
    int Version,
    Status To,
    Yen? Amount = null,
    Verdict? Recommendation = null,
    string? Reason = null,
    IReadOnlyList<ReturnedItem>? Items = null,
    DateOnly? AnswerBy = null);

public enum Verdict
{
    /// <summary>交付</summary>
    Grant,

    /// <summary>不交付</summary>
    Refuse,
}

/// <summary>One item of a 差戻し: only these open, each with its reason.</summary>
/// <param name="Key">Of <see cref="ApplicationItems"/>, as in <c>Account.Holder</c> or <c>Documents.Receipt</c>.</param>
/// <param name="Reason">What the applicant reads at the item.</param>
/// <param name="Code">Of <see cref="Reviews.ReturnReason"/>; null: returned before reasons had codes.</param>
public sealed record ReturnedItem(string Key, string Reason, string? Code = null);

public static class EventKinds
{
    private static readonly (string Code, string Name)[] All =
    [
        ("submitted", "申請を受け付けました"),
        ("edited", "申請内容が変更されました"),
        ("resubmitted", "再申請を受け付けました"),
        ("withdrawn", "取り下げられました"),
        ("claimed", "審査を開始しました"),
        ("released", "審査の担当が外れました"),
        ("returned", "差し戻しました"),
        ("reviewed", "一次審査が完了しました"),
        ("handed-back", "決裁者が審査に戻しました"),
        ("granted", "交付を決定しました"),
        ("refused", "不交付を決定しました"),
    ];

    public static string Code(this EventKind kind) => All[(int)kind].Code;

    public static string Name(this EventKind kind) => All[(int)kind].Name;

    public static EventKind FromCode(string code) => (EventKind)Array.FindIndex(All, k => k.Code == code);
}
