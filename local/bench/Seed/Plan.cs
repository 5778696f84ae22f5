using GrantPortal.Domain.Applications;

namespace GrantPortal.Bench.Seed;

/// <summary>One application to be told: how it ends, whose it is, when it came and under which serial.</summary>
/// <param name="Serial">Of its receipt number; 0 for a draft.</param>
internal readonly record struct Planned(int Index, Status Ending, int Phase, DateTimeOffset Submission, long Serial, Institution Institution);

/// <summary>Decides for every application how it ends and for which institution it is: at most one live one each.</summary>
internal static class Plan
{
    /// <summary>How applications of a phase end, in percent: last year's are decided, the latest wait.</summary>
    private static readonly (Status Ending, int Percent)[][] Mix =
    [
        [(Status.Granted, 93), (Status.Refused, 3), (Status.Withdrawn, 4)],
        [(Status.Granted, 80), (Status.Refused, 2), (Status.Withdrawn, 4), (Status.AwaitingDecision, 3), (Status.Returned, 3), (Status.Reviewing, 2), (Status.Received, 1), (Status.Draft, 5)],
        [(Status.Received, 55), (Status.Reviewing, 12), (Status.AwaitingDecision, 8), (Status.Returned, 7), (Status.Granted, 5), (Status.Withdrawn, 3), (Status.Draft, 10)],
    ];

    public static Status[] Endings(int count, ulong seed)
    {
        var endings = new Status[count];
        for (var i = 0; i < count; i++)
        {
            var at = Dice.For(seed, i).Below(100);
            foreach (var (ending, percent) in Mix[Calendar.Phase(i, count)])
            {
                endings[i] = ending;
                if ((at -= percent) < 0) break;
            }
        }
        return endings;
    }

    public static Planned[] Make(Status[] endings, Country country, Dice dice)
    {
        // Whole corporations apply, each institution at its own time.
        var live = Math.Max(1, endings.Count(e => e.IsLive()));
        dice.Shuffle(country.Owners);
        var applying = country.Owners.SelectMany(o => o.Institutions).Take(live).ToArray();
        dice.Shuffle(applying);
        var (planned, next, serial) = (new Planned[endings.Length], 0, 0L);
        for (var i = 0; i < endings.Length; i++)
        {
            planned[i] = new Planned(
                i, endings[i], Calendar.Phase(i, endings.Length), Calendar.Submission(i, endings.Length), endings[i] == Status.Draft ? 0 : ++serial,
                endings[i].IsLive() ? applying[next++] : dice.Pick(applying));
        }
        return planned;
    }
}
