namespace GrantPortal.Domain.Reviews;

/// <summary>A coded reason of a 差戻し. The desk edits the list; codes stand in events for good.</summary>
/// <param name="Code">As in <c>receipt-lump-sum</c>.</param>
/// <param name="Fits">The item it is meant for (<c>Account.Holder</c>), the beginning of several (<c>Documents</c>), or empty: any.</param>
/// <param name="Label">What the clerk chooses by.</param>
/// <param name="Words">What the applicant reads at the item; empty: the clerk's own words are asked for.</param>
/// <param name="Active">False: kept for the returns that name it, and not offered any more.</param>
public sealed record ReturnReason(string Code, string Fits, string Label, string Words, bool Active)
{
    /// <summary>その他: what no other reason says. Fits any item and is always there.</summary>
    public const string Other = "other";

    public bool FitsItem(string key) => Fits.Length == 0 || key == Fits || key.StartsWith(Fits + ".", StringComparison.Ordinal);

    /// <summary>What the applicant reads: the reason's words, then the clerk's own.</summary>
    public string Say(string own) => Words.Length == 0 ? own : own.Length == 0 ? Words : $"{Words}\n{own}";
}
