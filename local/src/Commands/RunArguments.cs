using System.Globalization;

namespace GrantPortal.Local;

/// <summary>The command line of <c>./run</c>.</summary>
/// <param name="Command">The operator's command with its own arguments; empty to serve.</param>
public sealed record RunArguments(IReadOnlyList<string> Command, int Port, string DataDirectory, bool Demo, DateTimeOffset? Clock)
{
    public const string Usage = """
        usage: ./run [options]                  serve the portal
               ./run import PATH... [options]   import the office master
               ./run admin MAIL [options]       make the first administrators; prints a one-time link
               ./run reconcile [--hashes]       compare database and blob store; --hashes reads every file
               ./run retention --dry-run        what the next run would delete, and why

        options:
          --port N      the port on localhost (default 8080)
          --data DIR    where everything is kept (default .data in the repository)
          --empty       no demo accounts and applications
          --clock ISO   start the portal's clock at this time, e.g. 2026-11-02T09:00 (Japan time unless an offset is given)
        """;

    private static readonly TimeSpan JapanOffset = TimeSpan.FromHours(9);

    private static readonly string[] ClockFormats =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Reads the words; relative paths are meant from the current directory.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public static RunArguments Parse(IReadOnlyList<string> words)
    {
        var command = new List<string>();
        var result = new RunArguments(command, 8080, Path.Combine(RepositoryRoot.Find(), ".data"), true, null);
        for (var i = 0; i < words.Count; i++)
        {
            string Value() => ++i < words.Count ? words[i] : throw new UsageException($"{words[i - 1]} needs a value.");
            switch (words[i])
            {
                case "--port":
                    result = result with { Port = PortFrom(Value()) };
                    break;
                case "--data":
                    result = result with { DataDirectory = Path.GetFullPath(Value()) };
                    break;
                case "--empty":
                    result = result with { Demo = false };
                    break;
                case "--clock":
                    result = result with { Clock = ClockFrom(Value()) };
                    break;
                case "--hashes" or "--dry-run":
                    command.Add(words[i]);
                    break;
                case var option when option.StartsWith('-'):
                    throw new UsageException($"Unknown option {option}.");
                case var word:
                    command.Add(word);
                    break;
            }
        }

        CheckCommand(command);
        return result;
    }

    private static void CheckCommand(List<string> command)
    {
        switch (command)
        {
            case [] or ["admin", _] or ["reconcile"] or ["reconcile", "--hashes"] or ["retention", "--dry-run"]:
                break;
            case ["import", _, ..]:
                // The web executable runs in another directory.
                for (var i = 1; i < command.Count; i++)
                    command[i] = Path.GetFullPath(command[i]);
                break;
            default:
                throw new UsageException($"This cannot be run: {string.Join(' ', command)}");
        }
    }

    private static int PortFrom(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw new UsageException($"--port needs a number from 1 to 65535, not {text}.");

    private static DateTimeOffset ClockFrom(string text)
    {
        if (!DateTime.TryParseExact(text, ClockFormats, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
            throw new UsageException($"--clock needs a time such as 2026-11-02T09:00 or 2026-11-02T00:00:00Z, not {text}.");
        return time.Kind == DateTimeKind.Unspecified ? new(time, JapanOffset) : new(time);
    }
}

/// <summary>The command line makes no sense; its message is shown above the usage.</summary>
public sealed class UsageException : Exception
{
    public UsageException(string message) : base(message) { }

    public UsageException(string message, Exception inner) : base(message, inner) { }

    public UsageException() { }
}
