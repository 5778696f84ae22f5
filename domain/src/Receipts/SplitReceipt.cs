using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;

namespace GrantPortal.Domain.Receipts;

/// <summary>分割の申告: what one application uses of a receipt that several applications of its corporation share.</summary>
/// <param name="Sha256">Of the receipt's file.</param>
/// <param name="Issuer">As compared: <see cref="JapaneseText.CompanyKey"/> of 発行者.</param>
/// <param name="Whole">領収金額: what the receipt is over.</param>
/// <param name="Part">この申請の分.</param>
public sealed record ReceiptPart(int Slot, Guid DocumentId, string Sha256, string Issuer, DateOnly Date, Yen Whole, Yen Part)
{
    /// <summary>Those of an application's receipts that are declared as split and have their file.</summary>
    public static IReadOnlyList<ReceiptPart> Of(IReadOnlyList<Receipt> receipts, IReadOnlyList<AttachedDocument> documents) =>
    [
        .. from receipt in receipts
           where receipt.Whole is not null
           join document in documents.Where(d => d.Kind == DocumentKind.Receipt) on receipt.Slot equals document.Slot
           select new ReceiptPart(receipt.Slot, document.Id, document.Sha256, JapaneseText.CompanyKey(receipt.Issuer), receipt.Date, receipt.Printed, receipt.Amount),
    ];

    /// <summary>Whether both are parts of one receipt: the same file, or the same issuer, date and whole (docs/adr/0039).</summary>
    public bool IsOfSameReceipt(ReceiptPart other) => Sha256 == other.Sha256 || (Issuer, Date, Whole) == (other.Issuer, other.Date, other.Whole);
}

/// <summary>What another live application of the corporation declared of a receipt that is split here too.</summary>
/// <param name="Slot">Of the receipt here.</param>
/// <param name="OtherSlot">Of the receipt there.</param>
/// <param name="WholeYen">As declared there.</param>
/// <param name="Visible">False: the person who looks declared a conflict of interest with it.</param>
public sealed record OtherPart(int Slot, Guid ApplicationId, int OtherSlot, string ReceiptNumber, string Name, long WholeYen, long PartYen, bool Visible);

/// <summary>A split receipt of one application with what the others declared of it: the parts may not exceed the whole.</summary>
/// <param name="AlsoHere">Of further receipts of this application that are bound to this one by others' declarations.</param>
public sealed record SplitReceipt(ReceiptPart Own, IReadOnlyList<OtherPart> Others, Yen AlsoHere)
{
    public string Name => $"領収書 {Own.Slot + 1}";

    /// <summary>Declared without this part.</summary>
    public Yen Declared => new Yen(Others.Sum(o => o.PartYen)) + AlsoHere;

    public Yen Sum => Declared + Own.Part;

    /// <summary>The most this part can be.</summary>
    public Yen Left => Own.Whole.Less(Declared);

    public bool Exceeds => Sum > Own.Whole;

    /// <summary>Others say the receipt is over another amount.</summary>
    public IReadOnlyList<OtherPart> Differing => [.. Others.Where(o => o.WholeYen != Own.Whole.Amount)];

    /// <summary>Why it cannot be submitted, in words for its field; null: nothing stands against it.</summary>
    public Problem? Problem
    {
        get
        {
            var item = $"{nameof(Section.Receipts)}.Items[{Own.Slot}]";
            if (Differing is [var other, ..])
            {
                return new Problem($"{item}.{nameof(ReceiptAnswers.Amount)}",
                    $"{Name}と同じ領収書が、受付番号{other.ReceiptNumber}（{other.Name}）の申請では領収金額{new Yen(other.WholeYen)}円として分割の申告がされています（ここでは{Own.Whole}円です）。"
                    + "領収書を確かめて、同じ金額にしてください。1つのファイルに領収書が2枚以上ある場合は、1枚ずつ別のファイルにしてください。");
            }
            if (!Exceeds) return null;
            var others = string.Join("、", Others.Take(5).Select(o => $"{o.ReceiptNumber}の{new Yen(o.PartYen)}円"));
            return new Problem($"{item}.{nameof(ReceiptAnswers.Part)}",
                $"{Name}（領収金額{Own.Whole}円）は、ほかの申請で合わせて{Declared}円分が申告されています（{others}{(Others.Count > 5 ? "ほか" : "")}）。"
                + $"この申請の分{Own.Part}円を加えると{Sum}円になり、領収金額を超えます。"
                + (Left > Yen.Zero ? $"この申請の分を{Left}円以下にするか、" : "")
                + "ほかの申請の分を先に減らすか取り下げてください。同じ日に同じ金額の領収書が別にある場合は、発行者のあとに領収書の番号を書き添えてください（例：株式会社見本電機 No.123）。");
        }
    }

    /// <param name="others">Of all receipts of the application.</param>
    public static IReadOnlyList<SplitReceipt> Of(IReadOnlyList<ReceiptPart> parts, IReadOnlyList<OtherPart> others)
    {
        var bySlot = others.ToLookup(o => o.Slot);
        HashSet<(Guid, int)> Bound(int slot) => [.. bySlot[slot].Select(o => (o.ApplicationId, o.OtherSlot))];
        return
        [
            .. parts.Select(own => new SplitReceipt(own, [.. bySlot[own.Slot]],
                new Yen(parts.Where(p => p.Slot != own.Slot && Bound(p.Slot).Overlaps(Bound(own.Slot))).Sum(p => p.Part.Amount)))),
        ];
    }
}
