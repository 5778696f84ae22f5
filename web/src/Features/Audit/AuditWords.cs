using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Domain.Accounts;

namespace GrantPortal.Web.Features.Audit;

/// <summary>The audit's codes in words. A test compares them with what the code writes.</summary>
public static class AuditWords
{
    /// <summary>Every action, in the order of the filter.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Actions { get; } =
    [
        new("login", "ログインした"),
        new("login-failed", "ログインに失敗した"),
        new("login-refused", "ログインの試行が多く、断られた"),
        new("login-link-asked", "ログイン用リンクを申し込んだ"),
        new("logout", "ログアウトした"),
        new("confirmed", "本人確認をした"),
        new("confirm-failed", "本人確認に失敗した"),
        new("denied", "権限がなく、断られた"),
        new("session-ended", "別の端末をログアウトした"),
        new("sessions-ended", "ほかの端末をすべてログアウトした"),

        new("register-asked", "登録を申し込んだ"),
        new("registered", "登録が完了した"),
        new("password-set", "はじめのパスワードを設定した"),
        new("password-changed", "パスワードを変更した"),
        new("reset-asked", "パスワードの再設定を申し込んだ"),
        new("password-reset", "パスワードを再設定した"),
        new("mail-change-asked", "メールアドレスの変更を申し込んだ"),
        new("mail-change-cancelled", "メールアドレスの変更を取りやめた"),
        new("mail-changed", "メールアドレスが変わった"),
        new("passkey-added", "パスキーを登録した"),
        new("passkey-removed", "パスキーを取り消した"),
        new("authenticator-added", "認証アプリを設定した"),
        new("authenticator-removed", "認証アプリを取り消した"),
        new("recovery-codes-renewed", "回復コードを作り直した"),
        new("gbiz-id-linked", "GビズIDを結び付けた"),
        new("gbiz-id-unlinked", "GビズIDの結び付けを取り消した"),

        new("first-admin", "はじめの管理者を用意した"),
        new("staff-added", "職員のアカウントを用意した"),
        new("first-password-sent", "はじめのパスワードのメールを送った"),
        new("role-asked", "役割の変更を依頼した"),
        new("role-given", "役割を与えた"),
        new("role-taken", "役割を外した"),
        new("role-declined", "役割の変更を却下した"),
        new("role-withdrawn", "役割の変更の依頼を取り下げた"),
        new("role-expired", "役割の変更の期限が切れた"),

        new("view-case", "案件を開いた"),
        new("view-document", "書類を開いた"), new("document-unusable", "書類が使えないとわかった"), new("document-quarantined", "書類を隔離した"),
        new("view-letter", "通知書を開いた"),
        new("view-letter-pdf", "通知書のPDFを開いた"),
        new("view-life", "全記録を開いた"),
        new("view-claim", "番号の申し出を開いた"),
        new("account-number-read", "口座番号を表示した"),
        new("export", "CSVの書き出しを始めた"),
        new("export-done", "CSVの書き出しを終えた"),

        new("case-assigned", "案件を割り振った"),
        new("absence-noted", "不在を登録した"),
        new("absence-removed", "不在を取り消した"),
        new("conflict-declared", "利害関係を届け出た"),
        new("conflict-ended", "利害関係の届出を終了した"),
        new("claim-filed", "番号の申し出があった"),
        new("claim-upheld", "番号の申し出を認めた"),
        new("claim-declined", "番号の申し出を認めなかった"),

        new("member-invited", "メンバーを招待した"),
        new("invitation-resent", "招待をもう一度送った"),
        new("invitation-revoked", "招待を取り消した"),
        new("member-joined", "メンバーになった"),
        new("member-role-changed", "メンバーの役割を変更した"),
        new("member-removed", "メンバーから外した"),
        new("member-left", "メンバーから外れた"),
        new("office-removed", "事業所を一覧から外した"),

        new("reason-added", "差戻しの理由を追加した"),
        new("reason-changed", "差戻しの理由を変更した"),
        new("offices-imported", "公開情報を取り込んだ"),
        new("job-again", "止まった処理を再開した"),
        new("jobs-again", "止まった処理をまとめて再開した"),
        new("reconciled", "書類とファイルを照合した"),
        new("loss-accepted", "失われたファイルを確認済みにした"),
        new("hold-set", "法的保全をはじめた"),
        new("hold-lifted", "法的保全を終えた"),
        new("team-added", "班を追加した"),
        new("team-changed", "班を変更した"),
        new("team-closed", "班を解散した"),
        new("holiday-added", "休日を追加した"),
        new("holiday-removed", "休日を削除した"),
    ];

    /// <summary>Every kind of object.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Kinds { get; } =
    [
        new("user", "利用者"), new("application", "申請"), new("applications", "申請の一覧"), new("document", "書類"), new("letter", "通知書"), new("claim", "番号の申し出"), new("applicant", "申請者"),
        new("registration", "登録の申込み"), new("return-reason", "差戻しの理由"), new("team", "班"), new("holiday", "休日"), new("path", "ページ"), new("audit", "監査記録"), new("job", "処理"), new("office-import", "公開情報の取込"),
    ];

    private static readonly Dictionary<string, string> ByAction = new(Actions, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> ByKind = new(Kinds, StringComparer.Ordinal);

    /// <summary>In words; a code that is not known here, as it is.</summary>
    public static string ActionName(string action) => ByAction.GetValueOrDefault(action, action);

    /// <inheritdoc cref="ActionName"/>
    public static string KindName(string? kind) => kind is null ? "" : ByKind.GetValueOrDefault(kind, kind);

    /// <summary>Names and values of a line's detail, the nested ones as JSON.</summary>
    public static IReadOnlyList<(string Name, string Value)> Details(string? json)
    {
        if (json is null) return [];
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? [.. document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => (DetailNames.GetValueOrDefault(p.Name, p.Name), ValueOf(p)))]
            : [("", document.RootElement.ToString())];
    }

    private static string ValueOf(JsonProperty property) => property.Name switch
    {
        "role" when Codes.From<StaffRole>(property.Value.ToString()) is { } role => role.Name(),
        "kind" when Codes.From<RoleChangeKind>(property.Value.ToString()) is { } kind => kind == RoleChangeKind.Give ? "与える" : "外す",
        _ => property.Value.ValueKind switch
        {
            JsonValueKind.True => "はい",
            JsonValueKind.False => "いいえ",
            _ => property.Value.ToString(),
        },
    };

    private static readonly Dictionary<string, string> DetailNames = new(StringComparer.Ordinal)
    {
        ["email"] = "メールアドレス",
        ["name"] = "名前",
        ["role"] = "役割",
        ["kind"] = "内容",
        ["change"] = "依頼の番号",
        ["person"] = "対象の方",
        ["reason"] = "理由",
        ["askedBy"] = "依頼した方の番号",
        ["askedByName"] = "依頼した方",
        ["confirmedBy"] = "確認した方の番号",
        ["confirmedByName"] = "確認した方",
        ["query"] = "条件",
        ["rows"] = "行数",
        ["method"] = "方法",
        ["permission"] = "権限",
        ["number"] = "番号",
        ["corporateNumber"] = "法人番号",
        ["application"] = "申請",
        ["version"] = "版",
        ["from"] = "変更前・初日",
        ["to"] = "変更後・最終日",
        ["before"] = "変更前",
        ["after"] = "変更後",
        ["member"] = "メンバー",
        ["tooOften"] = "回数の超過",
        ["why"] = "原因",
        ["with"] = "確認の方法",
        ["second"] = "2段階目",
        ["ended"] = "端末の数",
    };
}
