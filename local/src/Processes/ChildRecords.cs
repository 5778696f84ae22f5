namespace GrantPortal.Local;

/// <summary>A child as it stands in <c>children.json</c>.</summary>
public sealed record ChildRecord(string Name, ProcessIdentity Process, EndSignal Signal);

/// <summary>
/// The children of one data directory, on disk, so that whoever comes after a runner that was killed can end what it left.
/// Only the holder of the directory's <see cref="DataLock"/> touches them.
/// </summary>
public sealed class ChildRecords
{
    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "children.json";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly List<ChildRecord> _children;

    /// <summary>Reads what a former runner left in the directory.</summary>
    public ChildRecords(string dataDirectory)
    {
        _file = Path.Combine(dataDirectory, FileName);
        _children = StateFile.Read<List<ChildRecord>>(_file) ?? [];
        StateFile.Write(_file, _children);
    }

    internal void Add(ChildRecord child) => Change(children => children.Add(child));

    internal void Remove(ProcessIdentity process) => Change(children => children.RemoveAll(c => c.Process == process));

    /// <summary>
    /// Ends the recorded children that still live, the last started first, and forgets them all.
    /// A process is ended only when pid and start time both match: never by its name.
    /// </summary>
    public async Task EndLeftoversAsync(CancellationToken cancel = default)
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            if (!child.Process.IsAlive)
                continue;
            Posix.Send(child.Process.Pid, child.Signal);
            if (await EndedAsync(child, cancel))
                continue;
            Posix.Send(child.Process.Pid, EndSignal.Kill);
            if (!await EndedAsync(child, cancel))
                throw new LocalException($"{child.Name} (process {child.Process.Pid}), left by a former run, cannot be ended.");
        }

        Change(children => children.Clear());
    }

    private static Task<bool> EndedAsync(ChildRecord child, CancellationToken cancel)
        => Poll.UntilAsync(() => Task.FromResult(!child.Process.IsAlive), Patience, cancel);

    private void Change(Action<List<ChildRecord>> change)
    {
        lock (_gate)
        {
            change(_children);
            StateFile.Write(_file, _children);
        }
    }
}
