namespace GrantPortal.Domain.Receipts;

/// <summary>Reads what recognised words say. Pure: the same words give the same findings, whatever recognised them.</summary>
public static class ReceiptReader
{
    /// <summary>Words of a page that are looked at: a receipt has hundreds at most, a hostile file may have any number.</summary>
    private const int MostWords = 4_000;

    /// <summary>Characters of a word, likewise.</summary>
    private const int LongestWord = 200;

    public static ReceiptFindings Read(IReadOnlyList<ReceiptPage> pages)
    {
        var lines = pages.SelectMany(page => ReceiptLine.Of(page with { Words = [.. page.Words.Where(w => w.Text.Length <= LongestWord).Take(MostWords)] })).ToList();
        return new ReceiptFindings(
            ReceiptDates.Find(lines), ReceiptAmounts.FindTotal(lines), ReceiptIssuers.FindIssuer(lines), ReceiptIssuers.FindRegistration(lines),
            ReceiptGoods.FindModels(lines), ReceiptGoods.FindLumpSums(lines), ReceiptGoods.FindExcluded(lines));
    }
}
