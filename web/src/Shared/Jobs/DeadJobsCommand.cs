using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;

namespace GrantPortal.Web.Shared.Jobs;

/// <summary><c>dead-jobs</c>: lists the jobs that were given up. <c>dead-jobs again ID…</c> or <c>again all</c>: tries them again at once.</summary>
public static class DeadJobsCommand
{
    private const int Page = 500;

    /// <returns>0; 1 where a job named is not a dead one; 2 where it was not understood.</returns>
    public static async Task<int> RunAsync(string[] arguments, Database database, TimeProvider clock, TextWriter output)
    {
        await using var connection = await database.OpenAsync();
        if (arguments.Length == 0) return await ListAsync();
        if (arguments is not ["again", .. { Length: > 0 } named]) return await NotUnderstoodAsync();
        if (named is ["all"])
        {
            var revived = await JobStore.ReviveAsync(connection, null, clock.GetUtcNow());
            return await SayAsync(string.Create(CultureInfo.InvariantCulture, $"{revived} jobs are tried again"), 0);
        }
        var result = 0;
        foreach (var name in named)
        {
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return await NotUnderstoodAsync();
            if (await JobStore.ReviveAsync(connection, id, clock.GetUtcNow()) == 1) await output.WriteLineAsync($"{name} is tried again");
            else result = await SayAsync($"{name} is no dead job", 1);
        }
        return result;

        async Task<int> ListAsync()
        {
            var count = 0;
            long? before = null;
            while (true)
            {
                var page = await JobStore.DeadAsync(connection, before, Page);
                foreach (var job in page)
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{job.Id} {job.Kind} {job.Key} given up {job.FinishedAt:yyyy-MM-ddTHH:mmZ}: {job.LastError?.Split('\n')[0]}"));
                count += page.Count;
                if (page.Count < Page) return await SayAsync(string.Create(CultureInfo.InvariantCulture, $"dead jobs: {count}"), 0);
                before = page[^1].Id;
            }
        }

        Task<int> NotUnderstoodAsync() => SayAsync("usage: dead-jobs | dead-jobs again ID… | dead-jobs again all", 2);

        async Task<int> SayAsync(string words, int code)
        {
            await output.WriteLineAsync(words);
            return code;
        }
    }
}
