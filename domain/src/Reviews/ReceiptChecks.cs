using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Domain.Reviews;

/// <summary>What was read of the receipts beside what was typed. A reading may be wrong: every difference is to look at, none fails.</summary>
public static class ReceiptChecks
{
    /// <summary>Of all pairs of neighbouring characters that both names have: below, they are two names. A misread character costs two pairs [choice].</summary>
    private const double SameName = 0.4;

    /// <param name="readings">By the receipt's slot; one that was not read is not there.</param>
    public static IEnumerable<Check> Of(IReadOnlyList<Receipt> receipts, IReadOnlyDictionary<int, ReceiptFindings> readings) =>
        receipts.Where(r => readings.ContainsKey(r.Slot)).SelectMany(r => Of(r, readings[r.Slot]));

    private static IEnumerable<Check> Of(Receipt typed, ReceiptFindings read)
    {
        var name = $"領収書 {typed.Slot + 1}";
        if (read.Total is { } total && total.Value != typed.Printed)
            yield return Look("領収金額と読み取り", "要綱 §6-2", $"{name}：入力は{typed.Printed}円、読み取りは{total.Value}円です（{total.Place.Page}ページ目「{total.Place.Words}」）。");
        if (read.Date is { } date && read.Dates.All(d => d.Value != typed.Date))
            yield return Look("領収日と読み取り", "要綱 §6-2", $"{name}：入力は{typed.Date:yyyy年M月d日}、読み取りは{date.Value:yyyy年M月d日}です（{date.Place.Page}ページ目）。");
        if (read.Issuer is { } issuer && Alike(typed.Issuer, issuer.Value) < SameName)
            yield return Look("発行者と読み取り", "要綱 §6-2", $"{name}：入力は「{typed.Issuer}」、読み取りは「{issuer.Value}」です（{issuer.Place.Page}ページ目）。");
        if (read.Registration is { Value.CheckDigitHolds: false } wrong)
            yield return Look("登録番号の検査数字", "消費税法 §57の2", $"{name}：登録番号{wrong.Value.Number}の検査数字が合いません（{wrong.Place.Page}ページ目）。読み取りの誤りか、法人でない発行者の番号でないか確認してください。");
        if (read.LumpSums.Count > 0)
            yield return Look("「一式」の表記", "手引き", $"{name}：{string.Join("、", read.LumpSums.Select(f => $"「{f.Place.Words}」（{f.Place.Page}ページ目）"))}。型番・数量・内訳がわかるか確認してください。");
        if (read.Excluded.Count > 0)
            yield return Look("対象外の物品の語", "手引き", $"{name}：{string.Join("、", read.Excluded.Select(f => $"「{f.Value}」（{f.Place.Page}ページ目）"))}。対象外の物品の費用が含まれていないか確認してください。");
    }

    private static Check Look(string title, string clause, string detail) => new(title, CheckResult.Look, clause, detail);

    /// <summary>0: nothing in common; 1: the same but for width, blanks and the form of the company.</summary>
    internal static double Alike(string one, string other)
    {
        var (a, b) = (Pairs(one), Pairs(other));
        return a.Count == 0 || b.Count == 0 ? (JapaneseText.CompanyKey(one) == JapaneseText.CompanyKey(other) ? 1 : 0) : (double)a.Intersect(b, StringComparer.Ordinal).Count() / Math.Min(a.Count, b.Count);
    }

    private static HashSet<string> Pairs(string name)
    {
        var bare = JapaneseText.CompanyKey(name);
        return Enumerable.Range(0, Math.Max(0, bare.Length - 1)).Select(i => bare.Substring(i, 2)).ToHashSet(StringComparer.Ordinal);
    }
}
