using System.Globalization;
using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Mails;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Mails;

/// <summary>On working days at 8:30 [choice] a mail to every reviewer and approver for whom something waits: how much, and where.</summary>
public sealed class StaffDigestJob(Database database, TimeProvider clock, IOptions<PortalOptions> portal) : IJobHandler
{
    public const string JobKind = "staff-digest";

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var today = JapanTime.DateOf(now);
        await using var connection = await database.OpenAsync(cancel);
        if (!await Digests.IsWorkingDayAsync(connection, today)) return;
        await JobQueue.EnqueueAsync(connection, [.. (await Digests.StaffAsync(connection, today, now)).Where(d => !d.IsEmpty).Select(d => Mail(d, today)
            .ToJob(string.Create(CultureInfo.InvariantCulture, $"staff-digest:{d.UserId}:{today:yyyy-MM-dd}"), now))]);
    }

    private Mail Mail(StaffDay day, DateOnly today)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{day.Name} さん\n\n{today:M月d日}朝の状況をお知らせします。\n\n");
        void Line(string what, int count, string? path)
        {
            if (count == 0) return;
            text.Append(CultureInfo.InvariantCulture, $"・{what}：{(count >= StaffDay.MostCounted ? $"{StaffDay.MostCounted:#,0}件以上" : $"{count}件")}\n");
            if (path is not null) text.Append(CultureInfo.InvariantCulture, $"　{new Uri(portal.Value.PublicUrl, path)}\n");
        }

        if (day.Reviews)
        {
            Line("審査中の案件", day.Mine, "/review?status=reviewing&mine=true");
            Line("自分の一覧で審査を待っている案件", day.Listed, "/review?status=received&mine=true");
            Line("このうち、目安の日を過ぎた案件", day.Late, null);
            Line("差し戻して、回答期限を過ぎた案件", day.Unanswered, "/review?status=returned&mine=true");
            Line("班で担当者が決まっていない案件", day.Team, "/review?status=received");
        }
        if (day.Decides) Line("決裁を待っている案件", day.ToDecide, "/review?status=awaiting-decision");
        return new Mail(day.Email, $"【{portal.Value.Name}】審査の状況（{today:M月d日}）", text.ToString());
    }
}
