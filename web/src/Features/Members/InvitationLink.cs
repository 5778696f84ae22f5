using System.Globalization;
using System.Security.Cryptography;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Members;

/// <summary>The link of an invitation: which one, and which of its sendings. Protected by the portal's keys; no table holds it.</summary>
public sealed class InvitationLink(IDataProtectionProvider protection, IOptions<PortalOptions> portal)
{
    private readonly IDataProtector protector = protection.CreateProtector("GrantPortal.Invitation.v1");

    public Uri Make(OpenInvitation invitation) =>
        new(portal.Value.PublicUrl, "/invitations?token=" + Uri.EscapeDataString(protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{invitation.Id:N} {invitation.Sendings}"))));

    /// <returns>Null when the token is not ours.</returns>
    public (Guid Id, int Sending)? Read(string? token)
    {
        try
        {
            var parts = protector.Unprotect(token ?? "").Split(' ', 2);
            return (Guid.ParseExact(parts[0], "N"), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Sends an invitation. The link is made here, when the mail goes out; one that was revoked or sent again in the meantime goes to nobody.</summary>
public sealed class InvitationMailJob(Database database, InvitationLink link, MemberMails mails, MailHandler sender) : IJobHandler
{
    public const string JobKind = "invitation";

    public string Kind => JobKind;

    /// <param name="sending">Which of the invitation's sendings, from 1.</param>
    public static Job For(Guid invitation, int sending, DateTimeOffset now) =>
        new(JobKind, $"{JobKind}:{invitation}:{sending}", string.Create(CultureInfo.InvariantCulture, $$"""{"id": "{{invitation}}", "sending": {{sending}}}"""), now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = System.Text.Json.JsonDocument.Parse(job.Payload);
        await using var connection = await database.OpenAsync(cancel);
        if (await MemberStore.FindInvitationAsync(connection, payload.RootElement.GetProperty("id").GetGuid()) is not { } invitation
            || invitation.Sendings != payload.RootElement.GetProperty("sending").GetInt32()) return;
        await sender.SendAsync(mails.Invitation(invitation, link.Make(invitation)), job.Key, cancel);
    }
}
