using GrantPortal.Domain;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>
/// An act is asked for once more, with what it will do in words, before it is done: grant, refuse and return reach the applicant and cannot be
/// taken back. The page stays the case's, with its documents beside.
/// </summary>
/// <param name="Act">The last part of the address that does it.</param>
/// <param name="Button">The act's own name.</param>
/// <param name="Lines">What will stand, as label and value.</param>
/// <param name="Warning">What to think of first; null: nothing.</param>
public sealed record Question(string Act, string Heading, string Button, bool IsDanger, IReadOnlyList<(string Label, string Value)> Lines, string Then, string? Warning = null)
{
    public static Question Grant(CasePage page, Yen amount, string? reason) => new(
        "decision", "交付を決定しますか", "交付決定する", IsDanger: false,
        [("申請者", page.Application.Applied == amount ? page.Version.Content.Applicant.Name : $"{page.Version.Content.Applicant.Name}（申請額 {page.Application.Applied}円）"), ("事業所・医療機関", page.Version.Content.Name), ("交付額", $"{amount}円"), .. Said(reason)],
        "交付決定通知書を作成し、申請者にメールでお知らせします。決定したあとは取り消せません。", Unconfirmed(page));

    public static Question Refuse(CasePage page, string reason) => new(
        "decision", "不交付としますか", "不交付とする", IsDanger: true,
        [("申請者", page.Version.Content.Applicant.Name), ("事業所・医療機関", page.Version.Content.Name), .. Said(reason)],
        "不交付決定通知書を作成し、理由を申請者にメールでお知らせします。決定したあとは取り消せません。");

    public static Question Return(CasePage page, ReturnReading reading) => new(
        "return", "差し戻しますか", "差し戻す", IsDanger: false,
        [.. reading.Items.Select(i => (page.NameOf(i), i.Reason)), ("回答期限", $"{reading.AnswerBy:yyyy年M月d日}")],
        "この言葉のまま、申請者にメールでお知らせします。申請者はこの項目だけを直せます。");

    private static IEnumerable<(string, string)> Said(string? reason) => reason is null ? [] : [("理由", reason)];

    /// <summary>Documents nobody has confirmed do not stop a decision; who decides is told.</summary>
    private static string? Unconfirmed(CasePage page) => page.Unconfirmed is { Count: > 0 } names ? $"審査担当が確認済みにしていない書類があります（{string.Join("、", names)}）。" : null;
}
