using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary>Sends mails, each ending with where to ask and how personal data are treated.</summary>
public sealed class MailHandler(MailSender sender, TimeProvider clock, IOptions<PortalOptions> options) : IJobHandler
{
    public string Kind => Mail.Kind;

    public Task RunAsync(ClaimedJob job, CancellationToken cancel) => SendAsync(Mail.From(job.Payload), job.Key, cancel);

    /// <summary>Sends at once: for mails whose text must not lie in the jobs table.</summary>
    /// <param name="key">Of the job that sends it.</param>
    public async Task SendAsync(Mail mail, string key, CancellationToken cancel)
    {
        var taken = false;
        try
        {
            await sender.SendAsync(mail with { Body = mail.Body.TrimEnd() + Footer(options.Value) }, options.Value.Name, key, mail.At ?? clock.GetUtcNow(), cancel);
            taken = true;
        }
        finally
        {
            Instruments.MailSent(taken);
        }
    }

    private static string Footer(PortalOptions portal) =>
        $"""


        ----------------------------------------
        {portal.Name}
        {portal.PublicUrl}

        お問い合わせ：{portal.ContactDesk}
        電話：{portal.ContactPhone}{(portal.ContactHours.Length > 0 ? $"（{portal.ContactHours}）" : "")}
        メール：{portal.ContactMail}
        個人情報の取扱い：{new Uri(portal.PublicUrl, portal.PrivacyUrl)}

        このメールは送信専用の宛先から自動でお送りしています。心当たりのない場合は、お手数ですが破棄してください。
        """;
}
