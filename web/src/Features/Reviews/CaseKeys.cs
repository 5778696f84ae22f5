namespace GrantPortal.Web.Features.Reviews;

/// <summary>The keys of the desk as its list names them. What they do is in js/review.js; single characters act only while the case has the focus (WCAG 2.1.4).</summary>
public static class CaseKeys
{
    public static IReadOnlyList<(string Key, string Does)> All { get; } =
    [
        ("?", "この一覧を開く"),
        ("j / k", "次の書類・前の書類"),
        ("→ / ←", "次のページ・前のページ"),
        ("+ / -", "拡大・縮小"),
        ("0", "幅に合わせる"),
        ("r", "書類を右に回す"),
        ("c", "表示中の書類を「確認しました」にし、次の書類へ"),
        ("x", "表示中の書類を差し戻す項目に選び、区分の欄へ"),
        ("i", "差し戻す項目の一覧へ"),
        ("Esc", "入力欄から申請の画面に戻る"),
        ("t", "担当する"),
        ("e", "一次審査を完了する"),
        ("s", "差し戻す（もう一度確かめます）"),
        ("g", "交付決定する（もう一度確かめます）"),
        ("f", "不交付とする（もう一度確かめます）"),
        ("b", "審査に戻す"),
        ("m", "内部メモの欄へ"),
        ("n", "次の案件・次の決裁"),
    ];
}
