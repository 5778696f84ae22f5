namespace GrantPortal.Domain.Receipts;

/// <summary>登録番号 as recognised.</summary>
/// <param name="Number">T and 13 digits.</param>
/// <param name="CheckDigitHolds">By the rule of the 法人番号; numbers of sole proprietors need not satisfy it.</param>
public sealed record ReadRegistration(string Number, bool CheckDigitHolds);

/// <summary>
/// What the words on a receipt seem to say. Help for people, never a decision: any of it may be misread, and what is missing may well be there.
/// </summary>
/// <param name="Dates">領収日 most likely first.</param>
/// <param name="Total">With tax.</param>
/// <param name="Issuer">発行者.</param>
/// <param name="Models">型番, in the order of the page.</param>
/// <param name="LumpSums">「一式」 (手引き: may be refused).</param>
/// <param name="Excluded">Words for what is not paid for: PCs, tablets, smartphones, second-hand and leased goods (手引き).</param>
public sealed record ReceiptFindings(
    IReadOnlyList<Found<DateOnly>> Dates,
    Found<Yen>? Total,
    Found<string>? Issuer,
    Found<ReadRegistration>? Registration,
    IReadOnlyList<Found<string>> Models,
    IReadOnlyList<Found<string>> LumpSums,
    IReadOnlyList<Found<string>> Excluded)
{
    public Found<DateOnly>? Date => Dates.Count > 0 ? Dates[0] : null;

    /// <summary>Nothing was found at all.</summary>
    public bool IsEmpty => Dates.Count + Models.Count + LumpSums.Count + Excluded.Count == 0 && Total is null && Issuer is null && Registration is null;
}
