using GrantPortal.Domain.Receipts;

namespace GrantPortal.Domain.Reviews;

/// <summary>分割の申告: the parts of one receipt against the whole.</summary>
public static class SplitChecks
{
    public static IEnumerable<Check> Of(IEnumerable<SplitReceipt> splits) => splits.Select(Of);

    private static Check Of(SplitReceipt split)
    {
        var sum = $"{split.Name}：申告された分の合計 {split.Sum}円（{split.Others.Count + 1}件）、領収書全体 {split.Own.Whole}円";
        return split switch
        {
            { Exceeds: true } => Check(CheckResult.Fail, $"{sum}。合計が全体を超えています。"),
            { Differing.Count: > 0 } => Check(CheckResult.Look, $"{sum}。ほかの申請{split.Differing.Count}件で、全体の金額が異なります。"),
            { Others.Count: 0 } => Check(CheckResult.Pass, $"{sum}。ほかの申請での申告はまだありません。"),
            _ => Check(CheckResult.Pass, sum),
        };
    }

    private static Check Check(CheckResult result, string detail) => new("領収書の分割", result, "要綱 §3", detail);
}
