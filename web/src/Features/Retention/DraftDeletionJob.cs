using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Retention;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;
using Rules = GrantPortal.Domain.Applications.Retention;

namespace GrantPortal.Web.Features.Retention;

/// <summary>Mails to the members of drafts that nobody touched for nearly 12 months, 30 days before they are deleted. Saving anything begins the 12 months anew.</summary>
public sealed class DraftDeletionJob(Database database, TimeProvider clock, IOptions<PortalOptions> portal) : IJobHandler
{
    public const string JobKind = "draft-deletion-notices";

    private const int Page = 500;

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var today = JapanTime.DateOf(now);
        await using var connection = await database.OpenAsync(cancel);
        UntouchedDraft? last = null;
        while (true)
        {
            var drafts = await RetentionQueries.DraftsToNoticeAsync(connection, today, last?.Id, Page);
            foreach (var draft in drafts.Where(d => Rules.DraftNoticeOn(d.TouchedOn) <= today))
            {
                var day = Rules.DraftDeletedOn(draft.TouchedOn, today);
                // The notice and its mails are one: what was told of is deleted, and nothing else.
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await RetentionStore.NoticeAsync(connection, draft, day, now);
                var people = await RetentionStore.PeopleOfAsync(connection, draft.Id);
                await JobQueue.EnqueueAsync(connection, [.. people.Select(p => Mail(p.Email, draft, day).ToJob(string.Create(CultureInfo.InvariantCulture, $"draft-deletion:{draft.Id}:{day:yyyy-MM-dd}:{p.UserId}"), now))]);
                await transaction.CommitAsync(cancel);
            }
            if (drafts.Count < Page) return;
            last = drafts[^1];
        }
    }

    private Mail Mail(string to, UntouchedDraft draft, DateOnly day) => new(to, $"【{portal.Value.Name}】下書きの申請を{day:M月d日}に削除します",
        $"""
        長く保存されていない下書きの申請があります。そのままの場合、次の日に削除します。

        　申請の種類　：{(draft.Programme == Programme.Care ? "介護事業所の助成金" : "医療機関の助成金")}
        　名称　　　　：{(string.IsNullOrWhiteSpace(draft.Name) ? "（未入力）" : draft.Name)}
        　最後の保存　：{draft.TouchedOn:yyyy年M月d日}
        　削除する日　：{day:yyyy年M月d日}

        残す場合は、削除する日の前日までに次のページを開き、「一時保存する」を押してください。その日から{Rules.DraftMonths}か月、保存されます。
        {new Uri(portal.Value.PublicUrl, $"/applications/{draft.Id}")}

        不要な場合は、このメールに対応していただく必要はありません。入力した内容とファイルを削除し、元に戻すことはできません。
        """);
}
