using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Programmes;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>Mails to the members of returned applications, 7 and 1 days before the date an answer is asked by, once each.</summary>
public sealed class ReturnReminderJob(Database database, ApplicationMails mails, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "return-reminders";

    private const int Page = 1000;

    /// <summary>Days before the date [choice].</summary>
    private static readonly int[] DaysBefore = [7, 1];

    public string Kind => JobKind;

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var years = (await ProgrammeYearStore.AllAsync(connection, cancel)).ToDictionary(y => y.Id, StringComparer.Ordinal);
        foreach (var days in DaysBefore)
        {
            WaitingReturn? last = null;
            while (true)
            {
                var returned = await ReturnReminders.PageAsync(connection, JapanTime.DateOf(now).AddDays(days), last, Page);
                // The version says which return: a repeat of this job mails nobody twice, and the next return is reminded of again.
                await JobQueue.EnqueueAsync(connection, [.. returned.Select(r => mails
                    .ReturnReminder(r.Email, years[r.YearId], r.ReceiptNumber, r.Name, r.ApplicationId, r.AnswerBy, r.ReturnedItems)
                    .ToJob($"return-reminder:{r.ApplicationId}:{r.Version}:{days}:{r.UserId}", now))]);
                if (returned.Count < Page) break;
                last = returned[^1];
            }
        }
    }
}
