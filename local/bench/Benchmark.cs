using System.Globalization;
using GrantPortal.Local;

namespace GrantPortal.Bench;

/// <param name="Usage">Name and words, for the list.</param>
/// <param name="Run">Progress to stderr, <see cref="Report"/> lines to stdout; <see cref="LocalException"/> for what a person can mend.</param>
internal sealed record Benchmark(string Name, string Usage, string Summary, Func<BenchArguments, CancellationToken, Task> Run);

/// <summary>The command line of <c>./bench</c>: a name, words of its own, options.</summary>
/// <param name="Quick">As small as still shows that it works.</param>
/// <param name="DataDirectory">Where services keep their data, and leave it; null: below the temporary folder, and gone afterwards.</param>
internal sealed record BenchArguments(string Name, IReadOnlyList<string> Words, bool Quick, string? DataDirectory)
{
    /// <summary>Null where no benchmark is named.</summary>
    /// <exception cref="LocalException">The words make no sense.</exception>
    public static BenchArguments? Parse(IReadOnlyList<string> args)
    {
        var (words, quick, data) = (new List<string>(), false, (string?)null);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--quick") quick = true;
            else if (args[i] == "--data" && i + 1 < args.Count) data = Path.GetFullPath(args[++i]);
            else if (args[i].StartsWith('-')) throw new LocalException($"{args[i]} is no option, or lacks its value.");
            else words.Add(args[i]);
        }
        return words.Count == 0 ? null : new BenchArguments(words[0], words[1..], quick, data);
    }

    /// <summary>The count among the words, or a default.</summary>
    public int Count(int whole, int quick)
    {
        if (Words.Count == 0) return Quick ? quick : whole;
        return int.TryParse(Words[0].Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new LocalException($"{Words[0]} is no count.");
    }
}
