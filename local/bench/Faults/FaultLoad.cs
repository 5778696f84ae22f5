using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dapper;
using GrantPortal.Bench.Submit;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Faults;

/// <summary>Applicants at work: one journey after the other each, whatever happens; what fails they try again.</summary>
/// <param name="random">For the bytes of their files.</param>
internal sealed partial class FaultLoad(FaultSystem system, IReadOnlyList<PortalBrowser> browsers, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int last;

    private readonly CancellationTokenSource over = new();
    private readonly List<Task> clients = [];

    public ConcurrentQueue<JourneyEnd> Ends { get; } = [];

    /// <summary>Answers other than hoped for, by status; 0 is none at all.</summary>
    public ConcurrentDictionary<int, int> Errors { get; } = [];

    /// <summary>Error pages without a reference number or with what only programmers read, and answers nobody should get.</summary>
    public ConcurrentQueue<string> Offences { get; } = [];

    public void Begin()
    {
        foreach (var browser in browsers)
        {
            var dice = new Random(random.Next());
            clients.Add(Task.Run(() => WorkAsync(browser, dice)));
        }
    }

    /// <summary>No new journeys; those under way come to their end.</summary>
    public async Task EndAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(clients);
        clients.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        over.Dispose();
    }

    private async Task WorkAsync(PortalBrowser browser, Random dice)
    {
        while (!over.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetTimestamp();
            var end = await new Journey(browser, Journey.NumberOf(Interlocked.Increment(ref last)), Journey.FilesFor(dice), async (what, answer) =>
            {
                Errors.AddOrUpdate(answer.Status, 1, (_, n) => n + 1);
                if (Offence(answer) is { } offence) Offences.Enqueue($"{what}: {offence}");
                await Task.Delay(Pause);
                // What is no outage is a fault of ours: told above, and not tried again.
                return answer.Failed && TimeProvider.System.GetElapsedTime(began) < Patience;
            }).RunAsync();
            Ends.Enqueue(end);
            if (end.Refused) await RaiseBudgetAsync();
        }
    }

    /// <summary>Intake is closed: an operator gives money for ten more.</summary>
    private async Task RaiseBudgetAsync()
    {
        try
        {
            await using var connection = await system.Database.OpenAsync();
            await connection.ExecuteAsync("update programme_years set budget_yen = budget_yen + @more, version = version + 1 where id = 'R8-care'", new { more = 10 * Journey.Yen });
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // Next time.
        }
    }

    private static string? Offence(PortalAnswer answer)
    {
        if (answer.Status == 0) return null; // the connection broke: there is no page
        if (answer.Status is not (409 or 429 or >= 500)) return $"unexpected {answer.Status} {answer.Location} {Start(answer.Body)}";
        if (Programmers().IsMatch(answer.Body)) return $"a stack trace: {Start(answer.Body)}";
        return Reference().IsMatch(answer.Body) ? null : $"no reference number: {answer.Status} {Start(answer.Body)}";
    }

    private static string Start(string text) => text.Length <= 300 ? text : text[..300];

    [GeneratedRegex(@"お問い合わせ番号[^0-9A-Za-z]*(?:</?[a-z]+>\s*)*[0-9A-Za-z-]{11,36}<|""reference"":\s*""[0-9A-F]{5}-[0-9A-F]{5}""", RegexOptions.None, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\w+Exception\b|\n\s+at \w+\.", RegexOptions.None, 1000)]
    private static partial Regex Programmers();
}
