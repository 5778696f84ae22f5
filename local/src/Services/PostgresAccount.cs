using System.Globalization;

namespace GrantPortal.Local;

/// <summary>
/// The account PostgreSQL runs under. It refuses to run as root; then it runs as <c>postgres</c>, or as <c>nobody</c> where that does not exist.
/// </summary>
internal sealed class PostgresAccount
{
    private const int DacOverride = 1;
    private const int DacReadSearch = 2;

    private readonly string? _owner;
    private readonly string[] _prefix;

    private PostgresAccount(string? owner, string[] prefix)
    {
        _owner = owner;
        _prefix = prefix;
    }

    /// <summary>The account for these folders: our own, unless we are root.</summary>
    public static PostgresAccount For(params string[] folders)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(null, []);

        var (uid, gid) = Find("postgres") ?? Find("nobody") ?? ("65534", "65534");
        return new(
            $"{uid}:{gid}",
            ["setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", .. PassageTo(folders), "--"]);
    }

    /// <summary>The command, run under the account.</summary>
    public IReadOnlyList<string> Run(params string[] command) => [.. _prefix, .. command];

    /// <summary>Hands a file or a folder with all below it to the account.</summary>
    public Task OwnAsync(string path, CancellationToken cancel)
        => _owner is null ? Task.CompletedTask : Tool.RunAsync(["chown", "-R", _owner, path], cancel: cancel);

    // A clone below /root (0700) cannot be entered by another user. One ambient capability lets the account pass:
    // reading and searching where the kernel still grants us that, otherwise (in many containers) overriding permissions.
    // The secure bit keeps it in force for access(2) too, by which PostgreSQL's programs look for each other.
    private static string[] PassageTo(string[] folders)
    {
        var closed = folders.FirstOrDefault(folder => !IsOpenToAll(folder));
        if (closed is null)
            return [];
        var name = Holds(DacReadSearch) ? "dac_read_search"
            : Holds(DacOverride) ? "dac_override"
            : throw new LocalException($"PostgreSQL cannot run as root, and its user may not enter {closed}. Give a --data elsewhere.");
        return [$"--inh-caps=+{name}", $"--ambient-caps=+{name}", "--securebits=+no_setuid_fixup"];
    }

    private static bool IsOpenToAll(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    private static bool Holds(int capability)
    {
        const string Effective = "CapEff:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Effective, StringComparison.Ordinal));
        var held = ulong.Parse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (held & (1UL << capability)) != 0;
    }

    private static (string Uid, string Gid)? Find(string user)
        => File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length > 3 && fields[0] == user)
            .Select(fields => ((string, string)?)(fields[2], fields[3]))
            .FirstOrDefault();
}
