using System.Globalization;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Sets two states of a step beside each other, field by field, in words.</summary>
public static class EditConflicts
{
    public static EditConflict Between(Dossier stored, ApplicationAnswers yours, Section section)
    {
        var theirs = stored.Answers;
        var saved = stored.Working.First(w => w.Section == section);
        var differences = Rows(section, theirs).Zip(Rows(section, yours))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new Difference(pair.First.Label, Shown(pair.First.Value), Shown(pair.Second.Value)));
        return new EditConflict(saved.UpdatedByName, saved.UpdatedAt, [.. differences]);
    }

    private static IEnumerable<(string Label, string Value)> Rows(Section section, ApplicationAnswers answers) => section switch
    {
        Section.Office =>
        [
            ("番号", answers.Office.Number ?? ""), ("名称", answers.Office.Name ?? ""), ("所在地", answers.Office.Address ?? ""),
            ("電話番号", answers.Office.Phone ?? ""), ("担当者名", answers.Office.ContactName ?? ""),
            ("サービスの種類", string.Join("、", answers.Office.Services)), ("病院・診療所の別", Kind(answers.Office.Kind)), ("病床数", answers.Office.Beds ?? ""),
        ],
        Section.Amount =>
        [
            ("カードリーダーの台数", answers.Amount.Readers ?? ""), ("カードリーダー購入費用", answers.Amount.ReaderCost ?? ""),
            ("接続サポート費用", answers.Amount.SupportCost ?? ""), ("対象経費", answers.Amount.Cost ?? ""), ("寄付金", answers.Amount.Donation ?? ""),
            ("その他の収入", answers.Amount.OtherIncome ?? ""), ("完了日", answers.Amount.CompletedOn ?? ""), ("備考", answers.Amount.Note ?? ""),
            ("対応カードリーダーの確認", YesNo(answers.Amount.CompatibleReaders)), ("対象外の物品がないことの確認", YesNo(answers.Amount.NoExcludedGoods)),
        ],
        Section.Account =>
        [
            ("金融機関", answers.Account.Institution == "yucho" ? "ゆうちょ銀行" : "銀行"), ("銀行コード", answers.Account.BankCode ?? ""),
            ("支店コード", answers.Account.BranchCode ?? ""), ("預金種目", answers.Account.Kind == "current" ? "当座" : "普通"),
            ("口座番号", answers.Account.Number ?? ""), ("口座名義", answers.Account.Holder ?? ""), ("記号", answers.Account.Symbol ?? ""),
            ("番号", answers.Account.YuchoNumber ?? ""),
        ],
        _ => Enumerable.Range(0, 10).SelectMany(i =>
        {
            var item = i < answers.Receipts.Items.Count ? answers.Receipts.Items[i] : new ReceiptAnswers();
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            return new[]
            {
                ($"領収書 {number} 領収日", item.Date ?? ""), ($"領収書 {number} 発行者", item.Issuer ?? ""), ($"領収書 {number} 領収金額", item.Amount ?? ""),
                ($"領収書 {number} 分割の申告", YesNo(item.Split)), ($"領収書 {number} この申請の分", item.Part ?? ""),
            };
        }),
    };

    private static string Shown(string value) => value.Length == 0 ? "（空欄）" : value;

    private static string YesNo(bool value) => value ? "はい" : "いいえ";

    private static string Kind(string? kind) => kind switch { "hospital" => "病院", "clinic" => "診療所", _ => "" };
}
