using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Jobs;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>
/// A mail with a link, asked for by anybody for any address. The request only writes this down, so it takes the same way and time whether there is
/// an account or not; the worker looks, and makes the link when it sends the mail, so that no table holds one.
/// </summary>
/// <param name="Email">Whom it goes to.</param>
/// <param name="Subject">The registration or the change of mail address; null: the account of the address.</param>
/// <param name="ReturnUrl">Where to go in the end; an address of the portal.</param>
public sealed record LinkMail(LinkPurpose Purpose, string Email, Guid? Subject = null, string? ReturnUrl = null)
{
    public const string JobKind = "link-mail";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Job ToJob(DateTimeOffset now) => new(JobKind, $"{JobKind}:{Guid.NewGuid():N}", JsonSerializer.Serialize(this, Json), now);

    public static LinkMail From(string payload) => JsonSerializer.Deserialize<LinkMail>(payload, Json) ?? throw new JsonException("null is no mail.");
}

/// <summary>Makes links and sends them. To who has no account goes no mail, save that a registration is answered in any case.</summary>
public sealed class LinkMailHandler(Database database, AccountMails mails, MailHandler sender, TimeProvider clock) : IJobHandler
{
    public string Kind => LinkMail.JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        if (await MakeAsync(LinkMail.From(job.Payload), cancel) is { } mail) await sender.SendAsync(mail, job.Key, cancel);
    }

    private async Task<Mail?> MakeAsync(LinkMail asked, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var user = await UserStore.FindByEmailAsync(connection, asked.Email);
        if (asked.Purpose == LinkPurpose.Register)
        {
            if (await RegistrationStore.FindAsync(connection, asked.Subject!.Value, now) is not { } registration) return null;
            return user is null
                ? mails.Confirm(registration.Email, await AccountLinkStore.IssueAsync(connection, LinkPurpose.Register, registration.Id, registration.Until))
                : mails.AlreadyRegistered(user.Email, registration.ReturnUrl);
        }
        if (asked.Purpose is LinkPurpose.MailChangeOld or LinkPurpose.MailChangeNew)
        {
            if (await MailChangeStore.FindAsync(connection, asked.Subject!.Value, now) is not { } change) return null;
            // Only who reads the new address's mails learns that it has an account.
            if (asked.Purpose == LinkPurpose.MailChangeNew && user is not null) return mails.AlreadyRegistered(user.Email, null);
            return mails.AgreeToChange(asked.Email, change, await AccountLinkStore.IssueAsync(connection, asked.Purpose, change.Id, change.Until));
        }
        if (user is null || user.LockoutEnd > now) return null;
        if (asked.Purpose == LinkPurpose.SignIn)
            return mails.SignIn(user.Email, await AccountLinkStore.IssueAsync(connection, LinkPurpose.SignIn, user.Id, now + LoginLinkController.Lifetime), asked.ReturnUrl);
        return mails.Reset(user.Email, await AccountLinkStore.IssueAsync(connection, LinkPurpose.Reset, user.Id, now + ResetController.Lifetime));
    }
}
