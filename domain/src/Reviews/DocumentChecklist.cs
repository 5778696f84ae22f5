using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Reviews;

/// <summary>One thing a document must show.</summary>
/// <param name="Claimed">What the application says of it, to be compared; empty: only to be seen.</param>
/// <param name="Shown">False: not written beside the document (an account number stands masked in its own place).</param>
public sealed record ChecklistPoint(string Label, string Claimed = "", bool Shown = true);

/// <summary>A clerk's word that a document shows what it must, in one submitted version.</summary>
/// <param name="Confirmed">False: taken back.</param>
public sealed record Confirmation(Guid DocumentId, int Version, bool Confirmed, DateTimeOffset At, Guid UserId, string UserName);

/// <summary>What each document must show (手引き, scheme "Documents"), beside what this application says of it.</summary>
public static class DocumentChecklist
{
    /// <summary>Bank and branch by their codes; who knows the names says them too.</summary>
    public const string Bank = "金融機関・支店";

    public static IReadOnlyList<ChecklistPoint> Points(AttachedDocument document, ApplicationContent content, ProgrammeYear year) => document.Kind switch
    {
        DocumentKind.Passbook =>
        [
            new("口座名義（カナ）", content.Account.Holder),
            new(Bank, $"{content.Account.BankCode}-{content.Account.BranchCode}"),
            new("種目・口座番号", content.Account.MaskedYucho ?? $"{content.Account.KindName}　{content.Account.MaskedNumber}"),
            // Compared when carried over, shown by 「口座番号を表示する」 alone.
            new("口座番号", content.Account.IsYucho ? $"{content.Account.Symbol}-{content.Account.YuchoNumber}" : content.Account.Number, Shown: false),
        ],
        DocumentKind.ServiceProof =>
        [
            new("番号", content.Number),
            .. content.Care?.Services.Select(code => new ChecklistPoint("サービス", year.Service(code)?.Label ?? code)) ?? [],
            new("申請時点で有効"),
        ],
        DocumentKind.BedProof =>
        [
            new("種別", content.Medical?.Kind == InstitutionKind.Hospital ? "病院" : "診療所"),
            new("病床数", $"{content.Medical?.Beds}床"),
        ],
        DocumentKind.Receipt =>
        [
            .. content.Receipts.Where(r => r.Slot == document.Slot).SelectMany(r => new ChecklistPoint[]
            {
                new("領収日", $"{r.Date:yyyy年M月d日}"), new("発行者", r.Issuer), new("金額", $"{r.Printed}円"),
            }),
            .. content.Receipts.Where(r => r.Slot == document.Slot && r.Whole is not null).Select(r => new ChecklistPoint("うちこの申請の分", $"{r.Amount}円")),
            new("型番または品名"),
            new("数量", content.Care is { Readers: > 0 } care ? $"カードリーダー {care.Readers}台" : ""),
            new("内訳（「一式」でない）"),
            new("用途"),
        ],
        DocumentKind.WebServiceScreen => [new("事業所番号", content.Number), new("事業所名", content.Name), new("管理者または一般ユーザーの画面")],
        _ => [new("送信機能が導入されたこと"), new("完了日", $"{content.CompletedOn:yyyy年M月d日}")],
    };

    /// <summary>
    /// Whether what was confirmed in an earlier version still holds: the same file (documents never change) and the same to be shown by it.
    /// </summary>
    public static bool CarriesOver(AttachedDocument document, ApplicationContent then, ApplicationContent now, ProgrammeYear year) =>
        Points(document, then, year).SequenceEqual(Points(document, now, year));
}
