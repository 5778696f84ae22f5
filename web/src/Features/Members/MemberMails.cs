using System.Globalization;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Members;

/// <summary>Mails about who belongs to an applicant. The worker adds contact desk and privacy notice.</summary>
public sealed class MemberMails(IOptions<PortalOptions> portal)
{
    /// <summary>To who is invited.</summary>
    public Mail Invitation(OpenInvitation invitation, Uri link) => new(invitation.Email, Subject($"{invitation.ApplicantName}のメンバーへの招待"),
        $"""
        {invitation.InvitedByName} さんが、助成金の申請を一緒に行うメンバーとして、あなたを招待しました。

        　申請者：{invitation.ApplicantName}
        　役割　：{invitation.Role.Name()}
        　期限　：{JapanTime.At(invitation.ExpiresAt).ToString("yyyy年M月d日 H時mm分", CultureInfo.GetCultureInfo("ja-JP"))}まで

        参加するには、次のページを開いてください。アカウントをお持ちでない方は、このメールアドレスで登録してから参加できます。
        {link}

        この招待は、このメールアドレスの方だけが、一度だけ使えます。心当たりのない場合は、何もしないでください。
        """);

    /// <summary>To the 管理者: somebody came.</summary>
    public Mail Joined(string to, string applicant, string name, string email, MemberRole role) => new(to, Subject("メンバーが参加しました"),
        $"""
        {applicant}のメンバーに、{name} さん（{email}）が{role.Name()}として参加しました。

        心当たりのない場合は、次のページで外してください。
        {Address("/members")}
        """);

    /// <summary>To whose role was changed.</summary>
    public Mail Changed(string to, string applicant, MemberRole role) => new(to, Subject("メンバーの役割が変わりました"),
        $"""
        {applicant}での、あなたの役割が「{role.Name()}」に変わりました。

        {Address("/members")}
        """);

    /// <summary>To who was removed.</summary>
    public Mail Removed(string to, string applicant) => new(to, Subject("メンバーから外れました"),
        $"""
        あなたは、{applicant}のメンバーではなくなりました。この申請者の申請は、今後ご覧いただけません。
        """);

    private string Subject(string text) => $"【{portal.Value.Name}】{text}";

    private Uri Address(string path) => new(portal.Value.PublicUrl, path);
}
