using System.Globalization;
using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Mails;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Mails;

/// <summary>
/// At 18:00 [choice] one mail to everybody who chose so, with all that happened to their applications. What a person's mail tells and that it is told
/// is written in one transaction: a repeat of this job, or two at once, tells nothing twice.
/// </summary>
public sealed class ApplicantDigestJob(Database database, TimeProvider clock, IOptions<PortalOptions> portal) : IJobHandler
{
    public const string JobKind = "applicant-digest";

    private const int People = 200;

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var until = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var items = await Digests.WaitingForUpdateAsync(connection, People, until);
            if (items.Count == 0) return;
            await Digests.FinishAsync(connection, items, [.. items.GroupBy(i => i.UserId).Select(g => Mail([.. g], until))], until);
            await transaction.CommitAsync(cancel);
        }
    }

    private Job Mail(IReadOnlyList<DigestItem> items, DateTimeOffset now)
    {
        var name = portal.Value.Name;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{items[0].Name} 様\n\n前回のお知らせのあとにあったことを、まとめてお知らせします（{items.Count}件）。\n");
        for (var i = 0; i < items.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"\n――――――――――――――――――――\n{i + 1}．{items[i].Subject.Replace($"【{name}】", "", StringComparison.Ordinal)}\n\n{items[i].Body.Trim()}\n");
        text.Append(CultureInfo.InvariantCulture, $"\n――――――――――――――――――――\nこのまとめのメールは、1日1回お送りしています。受け取り方は、次のページで変更できます。\n{new Uri(portal.Value.PublicUrl, "/account/notices")}\n");
        // The last thing told says which mail it is.
        return new Mail(items[0].Email, $"【{name}】本日のお知らせ（{items.Count}件）", text.ToString()).ToJob(string.Create(CultureInfo.InvariantCulture, $"digest:{items[0].UserId}:{items[^1].Id}"), now);
    }
}
