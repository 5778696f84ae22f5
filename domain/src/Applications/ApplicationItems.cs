using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Applications;

/// <summary>Something a reviewer can send back by itself: a field, or the documents of a kind.</summary>
/// <param name="Key">As in <c>Account.Holder</c> or <c>Documents.Receipt</c>.</param>
/// <param name="Section">Null for documents other than receipts.</param>
public sealed record ApplicationItem(string Key, string Name, Section? Section, DocumentKind? Document = null);

/// <summary>The items of an application, and the merging of answers where only some of them are open (差戻し).</summary>
public static class ApplicationItems
{
    private static readonly ApplicationItem[] Common =
    [
        new("Office.Name", "名称", Section.Office),
        new("Office.Address", "所在地", Section.Office),
        new("Office.Phone", "電話番号", Section.Office),
        new("Office.ContactName", "担当者名", Section.Office),
        new("Amount.Donation", "寄付金", Section.Amount),
        new("Amount.OtherIncome", "その他の収入", Section.Amount),
        new("Amount.CompletedOn", "完了日", Section.Amount),
        new("Amount.Note", "備考", Section.Amount),
        new("Account", "口座（金融機関・支店・種目・番号）", Section.Account),
        new("Account.Holder", "口座名義（カタカナ）", Section.Account),
    ];

    private static readonly ApplicationItem[] Care =
    [
        new("Office.Number", "介護事業所番号", Section.Office),
        new("Office.Services", "サービスの種類", Section.Office),
        new("Amount.Readers", "カードリーダーの台数・費用", Section.Amount),
        new("Amount.SupportCost", "接続サポート費用", Section.Amount),
    ];

    private static readonly ApplicationItem[] Medical =
    [
        new("Office.Number", "医療機関コード", Section.Office),
        new("Office.Beds", "病院・診療所の別と病床数", Section.Office),
        new("Amount.Cost", "対象経費", Section.Amount),
    ];

    /// <summary>Every item of either programme, once, in the order of the steps; the number under both its names.</summary>
    public static IReadOnlyList<ApplicationItem> All { get; } =
    [
        .. Common.Concat(Care).Concat(Medical.Where(m => Care.All(c => c.Key != m.Key))).OrderBy(i => i.Section)
            .Select(i => i.Key == "Office.Number" ? i with { Name = "介護事業所番号・医療機関コード" } : i),
        .. Enum.GetValues<DocumentKind>().Select(ForDocument),
    ];

    /// <summary>The item of a kind of documents.</summary>
    public static ApplicationItem ForDocument(DocumentKind kind) => new($"Documents.{kind}", kind.Name(), kind == DocumentKind.Receipt ? Section.Receipts : null, kind);

    /// <summary>All items of a year's applications, in the order of the steps.</summary>
    public static IReadOnlyList<ApplicationItem> For(ProgrammeYear year)
    {
        var documents = year.Documents.Select(d => ForDocument(d.Kind));
        return [.. Common.Concat(year.Programme == Programme.Care ? Care : Medical).Where(i => i.Section is not null)
            .OrderBy(i => i.Section).ThenBy(i => i.Key != "Office.Number"), .. documents];
    }

    /// <summary>
    /// The stored answers with the open fields taken from the posted ones: what is locked stays as it was, whatever was posted.
    /// </summary>
    /// <param name="open">Keys of open items; null: everything is open.</param>
    public static ApplicationAnswers Merge(ApplicationAnswers stored, ApplicationAnswers posted, IReadOnlySet<string>? open)
    {
        if (open is null) return posted;
        T Pick<T>(string key, T old, T @new) => open.Contains(key) ? @new : old;
        var (so, po, sa, pa, sc, pc) = (stored.Office, posted.Office, stored.Amount, posted.Amount, stored.Account, posted.Account);
        return new ApplicationAnswers
        {
            Office = new OfficeAnswers
            {
                Number = Pick("Office.Number", so.Number, po.Number),
                Name = Pick("Office.Name", so.Name, po.Name),
                Address = Pick("Office.Address", so.Address, po.Address),
                Phone = Pick("Office.Phone", so.Phone, po.Phone),
                ContactName = Pick("Office.ContactName", so.ContactName, po.ContactName),
                Services = Pick("Office.Services", so.Services, po.Services),
                Kind = Pick("Office.Beds", so.Kind, po.Kind),
                Beds = Pick("Office.Beds", so.Beds, po.Beds),
            },
            Amount = new AmountAnswers
            {
                Readers = Pick("Amount.Readers", sa.Readers, pa.Readers),
                ReaderCost = Pick("Amount.Readers", sa.ReaderCost, pa.ReaderCost),
                CompatibleReaders = Pick("Amount.Readers", sa.CompatibleReaders, pa.CompatibleReaders),
                SupportCost = Pick("Amount.SupportCost", sa.SupportCost, pa.SupportCost),
                NoExcludedGoods = sa.NoExcludedGoods,
                Cost = Pick("Amount.Cost", sa.Cost, pa.Cost),
                Donation = Pick("Amount.Donation", sa.Donation, pa.Donation),
                OtherIncome = Pick("Amount.OtherIncome", sa.OtherIncome, pa.OtherIncome),
                CompletedOn = Pick("Amount.CompletedOn", sa.CompletedOn, pa.CompletedOn),
                Note = Pick("Amount.Note", sa.Note, pa.Note),
            },
            Account = Pick("Account", sc, pc) with { Holder = Pick("Account.Holder", sc.Holder, pc.Holder) },
            Receipts = Pick("Documents.Receipt", stored.Receipts, posted.Receipts),
        };
    }
}
