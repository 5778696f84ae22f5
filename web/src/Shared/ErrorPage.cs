namespace GrantPortal.Web.Shared;

/// <summary>What <c>Shared/Error.cshtml</c> says: no stack trace, a reference number the contact desk can look up.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Message">More precise words than the status code's own; null: those.</param>
/// <param name="Reference">お問い合わせ番号, as in the log.</param>
public sealed record ErrorPage(int Status, string? Message, string Reference)
{
    /// <summary>Address of a page to go on from; null: the top page.</summary>
    public string? Back { get; init; }

    public string Title => Status switch
    {
        400 => "リクエストを受け付けられませんでした",
        401 or 403 => "このページを利用する権限がありません",
        404 => "ページが見つかりません",
        405 => "この方法では利用できません",
        409 => "この操作はできませんでした",
        413 => "送信された内容が大きすぎます",
        429 => "アクセスが集中しています",
        503 => "ただいまご利用いただけません",
        _ => "エラーが発生しました",
    };

    /// <summary>What happened, then what to do.</summary>
    public IReadOnlyList<string> Words => Status switch
    {
        400 => [Message ?? "画面を開いたまま時間がたったか、送信された内容が途中で欠けた可能性があります。", "前のページに戻って再読み込みし、もう一度操作してください。"],
        401 or 403 => [Message ?? "お使いのアカウントでは、このページの表示や操作ができません。", "別のアカウントでログインする必要がある場合は、いったんログアウトしてから、ログインし直してください。"],
        404 => [Message ?? "アドレスが間違っているか、ページが移動・削除された可能性があります。ほかの方の申請など、閲覧できないページの場合もあります。", "アドレスをご確認いただくか、トップページからお探しください。"],
        405 => [Message ?? "このアドレスは、直接開くことができません。", "トップページからお探しください。"],
        409 => [Message ?? "画面を開いたあとに状態が変わったため、操作を完了できませんでした。", "最新の状態をご確認のうえ、もう一度操作してください。"],
        413 => [Message ?? "一度に送信できる大きさを超えています。書類は1ファイル20MiBまでです。", "ファイルを小さくするか、1つずつ送信してください。"],
        429 => [Message ?? "短い時間に多くの操作がありました。", "しばらく待ってから、もう一度操作してください。入力した内容は、送信する前の画面に残っています。"],
        503 => [Message ?? "メンテナンス中か、一時的に混み合っています。", "しばらく待ってから、もう一度お試しください。一時保存した内容や、提出済みの申請は保管されています。"],
        _ => [Message ?? "申し訳ありません。処理の途中で問題が起きました。", "しばらく待ってから、もう一度お試しください。繰り返す場合は、下のお問い合わせ番号を窓口にお伝えください。"],
    };
}
