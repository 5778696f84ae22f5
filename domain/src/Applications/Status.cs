namespace GrantPortal.Domain.Applications;

/// <summary>The states of an application (要綱 §5–§12).</summary>
public enum Status
{
    /// <summary>下書き</summary>
    Draft,

    /// <summary>受付済</summary>
    Received,

    /// <summary>審査中</summary>
    Reviewing,

    /// <summary>決裁待ち</summary>
    AwaitingDecision,

    /// <summary>差戻し</summary>
    Returned,

    /// <summary>交付決定</summary>
    Granted,

    /// <summary>不交付</summary>
    Refused,

    /// <summary>取下げ</summary>
    Withdrawn,

    /// <summary>支払待ち: a name without a transition yet</summary>
    Paying,

    /// <summary>支払済: a name without a transition yet</summary>
    Paid,

    /// <summary>振込不能: a name without a transition yet</summary>
    ReturnedTransfer,
}

public static class Statuses
{
    private static readonly (Status Status, string Code, string Name)[] All =
    [
        (Status.Draft, "draft", "下書き"),
        (Status.Received, "received", "受付済"),
        (Status.Reviewing, "reviewing", "審査中"),
        (Status.AwaitingDecision, "awaiting-decision", "決裁待ち"),
        (Status.Returned, "returned", "差戻し"),
        (Status.Granted, "granted", "交付決定"),
        (Status.Refused, "refused", "不交付"),
        (Status.Withdrawn, "withdrawn", "取下げ"),
        (Status.Paying, "paying", "支払待ち"),
        (Status.Paid, "paid", "支払済"),
        (Status.ReturnedTransfer, "returned-transfer", "振込不能"),
    ];

    /// <summary>As in the database, in <c>data-status</c> and in addresses.</summary>
    public static string Code(this Status status) => All[(int)status].Code;

    /// <summary>As on the screen.</summary>
    public static string Name(this Status status) => All[(int)status].Name;

    public static Status? FromCode(string? code) => All.Where(s => s.Code == code).Select(s => (Status?)s.Status).FirstOrDefault();

    /// <summary>Occupies its number: every state but draft, refused and withdrawn (要綱 §6-3).</summary>
    public static bool IsLive(this Status status) => status is not (Status.Draft or Status.Refused or Status.Withdrawn);

    /// <summary>Its amount counts as applied for in the budget's pledge.</summary>
    public static bool IsOpen(this Status status) => status is Status.Received or Status.Reviewing or Status.AwaitingDecision or Status.Returned;
}
