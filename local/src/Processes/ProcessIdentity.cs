using System.Globalization;
using System.Text.Json.Serialization;

namespace GrantPortal.Local;

/// <summary>One process and no other: process ids are reused, a pid together with its start time is not.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTime">Field 22 of <c>/proc/PID/stat</c>: clock ticks since boot.</param>
public sealed record ProcessIdentity(int Pid, long StartTime)
{
    /// <summary>This very process.</summary>
    public static ProcessIdentity Own { get; } = Of(Environment.ProcessId)!;

    /// <summary>The identity of a running process; null when there is none, or only a zombie.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // The second field, the command in parentheses, may itself hold blanks and parentheses.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new(pid, long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether exactly this process still runs.</summary>
    [JsonIgnore]
    public bool IsAlive => Of(Pid) == this;
}
