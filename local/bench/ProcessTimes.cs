using System.Globalization;
using GrantPortal.Local;

namespace GrantPortal.Bench;

/// <summary>How much processor time and memory the portal, its services and the load itself take, each with all its children; from /proc.</summary>
internal sealed class ProcessTimes(IReadOnlyDictionary<string, int> roots)
{
    /// <summary>/proc counts in hundredths of a second on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>The portal, its services, and this process as <c>load</c>.</summary>
    public static ProcessTimes Of(LocalServices services, PortalProcess portal) => new(
        new Dictionary<string, int>(services.Processes, StringComparer.Ordinal) { ["portal"] = portal.Pid, ["load"] = Environment.ProcessId }
            .ToDictionary(p => Short(p.Key), p => p.Value, StringComparer.Ordinal));

    /// <summary>Seconds of processor time so far, by name.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        var processes = All();
        return roots.ToDictionary(root => root.Key, root => Tree(processes, root.Value).Sum(p => p.Ticks) / TicksPerSecond, StringComparer.Ordinal);
    }

    /// <summary>What was taken since, milliseconds for each of <paramref name="count"/>, by name.</summary>
    public IReadOnlyDictionary<string, double> Each(IReadOnlyDictionary<string, double> before, int count) =>
        Read().ToDictionary(p => p.Key, p => Math.Round((p.Value - before[p.Key]) * 1000 / Math.Max(1, count), 1), StringComparer.Ordinal);

    /// <summary>Resident memory of one process and its children, MiB.</summary>
    public double ResidentMiB(string name) => Tree(All(), roots[name]).Sum(p => Resident(p.Id)) / 1024.0;

    /// <summary>The most one process ever held, MiB.</summary>
    public double PeakMiB(string name) => Status(roots[name], "VmHWM:") / 1024.0;

    /// <summary>Resident memory of one process without its children, MiB.</summary>
    public double OwnMiB(string name) => Resident(roots[name]) / 1024.0;

    /// <summary>From now on <see cref="PeakMiB"/> is the most since now.</summary>
    public void ForgetPeak(string name) => File.WriteAllText($"/proc/{roots[name]}/clear_refs", "5");

    private static string Short(string name) => name switch { "The blob store" or "Azurite" => "blobs", "PostgreSQL" => "postgres", "portal" or "load" => name, _ => "mail" };

    /// <summary>A process with all that descend from it; of ourselves only ourselves, for everything we measure is our child.</summary>
    private static IEnumerable<(int Id, int Parent, long Ticks)> Tree(IReadOnlyList<(int Id, int Parent, long Ticks)> all, int root)
    {
        var children = all.ToLookup(p => p.Parent);
        var open = new Stack<(int Id, int Parent, long Ticks)>(all.Where(p => p.Id == root));
        while (open.TryPop(out var process))
        {
            yield return process;
            if (process.Id == Environment.ProcessId) continue;
            foreach (var child in children[process.Id]) open.Push(child);
        }
    }

    private static List<(int Id, int Parent, long Ticks)> All()
    {
        var found = new List<(int, int, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                // The second field, the command in parentheses, may itself hold blanks and parentheses. Children that ended count with their parent.
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                found.Add((id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture))));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return found;
    }

    private static long Resident(int id) => Status(id, "VmRSS:");

    /// <summary>KiB; 0 where the process has ended.</summary>
    private static long Status(int id, string field)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal)) is { } line
                ? long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
