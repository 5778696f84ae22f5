using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Retention;
using GrantPortal.Domain;

namespace GrantPortal.Web.Features.Retention;

/// <summary><c>retention --dry-run</c>: what the next nightly run deletes, and why. Deletes nothing.</summary>
public sealed class RetentionCommand(Database database, TimeProvider clock)
{
    private const int Page = 1000;

    /// <returns>0; 2 where it was not understood.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, CancellationToken cancel = default)
    {
        if (arguments is not ["--dry-run"])
        {
            await output.WriteLineAsync("usage: retention --dry-run    (the deleting is the nightly job's)");
            return 2;
        }
        var day = NextRun.After(clock.GetUtcNow());
        await using var connection = await database.OpenAsync(cancel);
        var applications = await EachAsync<EndedApplication>(
            last => connection.AskAsync(RetentionQueries.Due(day, last is null ? null : (last.EndedAt, last.Id), Page), cancel),
            a => string.Create(CultureInfo.InvariantCulture, $"application {a.ReceiptNumber}: {Codes.Of(a.Status)} on {a.EndedOn:yyyy-MM-dd}, kept until {a.KeptUntil:yyyy-MM-dd}, {a.Documents} files"));
        var drafts = await EachAsync<UntouchedDraft>(
            last => connection.AskAsync(RetentionQueries.DraftsDue(day, last?.Id, Page), cancel),
            d => string.Create(CultureInfo.InvariantCulture, $"draft {d.Id}: untouched since {d.TouchedOn:yyyy-MM-dd}, its people were told"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"the run of {day:yyyy-MM-dd} would delete: applications {applications}, drafts {drafts}"));
        return 0;

        async Task<int> EachAsync<T>(Func<T?, Task<IReadOnlyList<T>>> read, Func<T, string> line)
            where T : class
        {
            var count = 0;
            for (T? last = null; ;)
            {
                var page = await read(last);
                foreach (var one in page) await output.WriteLineAsync(line(one));
                count += page.Count;
                if (page.Count < Page) return count;
                last = page[^1];
            }
        }
    }
}

/// <summary>When the nightly run comes next.</summary>
public static class NextRun
{
    /// <summary>JST.</summary>
    public static readonly TimeOnly At = new(2, 0);

    /// <summary>Its day in Japan.</summary>
    public static DateOnly After(DateTimeOffset now) => JapanTime.DateOf(now + (TimeSpan.FromDays(1) - At.ToTimeSpan()));
}
