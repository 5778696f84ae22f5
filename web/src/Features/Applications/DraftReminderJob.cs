using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Mails to the members of drafts not yet submitted, 14 and 3 days before the period ends, once each.</summary>
public sealed class DraftReminderJob(Database database, ApplicationMails mails, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "draft-reminders";

    private const int Page = 1000;

    /// <summary>Days before the last day of the period.</summary>
    private static readonly int[] DaysBefore = [14, 3];

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var today = JapanTime.DateOf(now);
        await using var connection = await database.OpenAsync(cancel);
        foreach (var year in await ProgrammeYearStore.AllAsync(connection, cancel))
        {
            if (!year.IsOpen(now) || !DaysBefore.Contains(year.Closes.DayNumber - today.DayNumber)) continue;
            WaitingDraft? last = null;
            while (true)
            {
                var drafts = await DraftReminders.PageAsync(connection, year.Programme, last, Page);
                // The key says the reminder once, so a repeat of this job mails nobody twice.
                await JobQueue.EnqueueAsync(connection, [.. drafts.Select(d => mails.DraftReminder(d.Email, year, d.Name, d.ApplicationId)
                    .ToJob($"draft-reminder:{d.ApplicationId}:{year.Closes:yyyy-MM-dd}:{year.Closes.DayNumber - today.DayNumber}:{d.UserId}", now))]);
                if (drafts.Count < Page) break;
                last = drafts[^1];
            }
        }
    }
}
