namespace GrantPortal.Domain.Documents;

/// <summary>Kinds of documents an application carries (要綱 §6, 手引き).</summary>
public enum DocumentKind
{
    /// <summary>通帳の写し</summary>
    Passbook,

    /// <summary>サービス種類が確認できる資料 (指定通知書)</summary>
    ServiceProof,

    /// <summary>病床数が確認できる資料</summary>
    BedProof,

    /// <summary>領収書</summary>
    Receipt,

    /// <summary>介護WEBサービスの画面コピー</summary>
    WebServiceScreen,

    /// <summary>事業完了が確認できる資料</summary>
    CompletionProof,
}

/// <summary>How many files of a kind an application carries, both ends included.</summary>
public sealed record DocumentRule(DocumentKind Kind, int Min, int Max);

public static class DocumentKinds
{
    private static readonly Dictionary<DocumentKind, (string Code, string Name, string MustShow)> All = new()
    {
        [DocumentKind.Passbook] = ("passbook", "通帳の写し", "口座名義（カナ）、金融機関名、支店名、口座番号、預金種目がわかるページ"),
        [DocumentKind.ServiceProof] = ("service-proof", "サービス種類が確認できる資料", "指定通知書など。申請するすべてのサービスが確認でき、申請時点で有効なもの"),
        [DocumentKind.BedProof] = ("bed-proof", "病床数が確認できる資料", "開設許可証など。病院・診療所の別と病床数がわかるもの"),
        [DocumentKind.Receipt] = ("receipt", "領収書", "型番または品名、数量、内訳、用途がわかるもの（「〇〇一式」は認められないことがあります）"),
        [DocumentKind.WebServiceScreen] = ("web-service-screen", "介護WEBサービスの画面コピー", "管理者または一般ユーザーでログインした画面で、事業所番号と事業所名が表示されているもの"),
        [DocumentKind.CompletionProof] = ("completion-proof", "事業完了が確認できる資料", "主治医意見書の電子的送信機能が導入されたことがわかる納品書など"),
    };

    /// <summary>As in the database and addresses: <c>service-proof</c>.</summary>
    public static string Code(this DocumentKind kind) => All[kind].Code;

    /// <summary>The Japanese name, as on the screen.</summary>
    public static string Name(this DocumentKind kind) => All[kind].Name;

    /// <summary>What the document must show (手引き).</summary>
    public static string MustShow(this DocumentKind kind) => All[kind].MustShow;

    public static DocumentKind? FromCode(string? code) => All.Where(k => k.Value.Code == code).Select(k => (DocumentKind?)k.Key).FirstOrDefault();
}
