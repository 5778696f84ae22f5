using System.Diagnostics;

namespace GrantPortal.Local;

/// <summary>What to start, and how.</summary>
internal sealed record ChildCommand(string Name, IReadOnlyList<string> Arguments, string LogFile)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? WorkingDirectory { get; init; }

    public EndSignal Signal { get; init; } = EndSignal.Terminate;
}

/// <summary>
/// A process we started. It has a session of its own, so that Ctrl-C reaches only the runner, which then ends its children in order;
/// and it writes straight to its log file, so that it outlives no pipe when the runner is killed.
/// </summary>
internal sealed class Child : IAsyncDisposable
{
    // Nothing is executed before the line arrives, which is after the process stands in children.json:
    // a runner killed in between leaves no child unrecorded.
    private const string Launcher = """read -r go || exit 1; log=$1; shift; exec setsid "$@" </dev/null >"$log" 2>&1""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly ProcessIdentity _identity;
    private readonly ChildCommand _command;
    private readonly ChildRecords _records;
    private Task? _stop;

    private Child(Process process, ChildCommand command, ChildRecords records)
    {
        _process = process;
        _command = command;
        _records = records;
        _identity = ProcessIdentity.Of(process.Id) ?? throw new LocalException($"{command.Name} could not be started.");
        Exited = WaitAsync();
    }

    public string Name => _command.Name;

    public int Pid => _identity.Pid;

    /// <summary>Completes when the process has ended, whoever ended it.</summary>
    public Task Exited { get; }

    /// <summary>Known once <see cref="Exited"/> has completed.</summary>
    public int ExitCode { get; private set; }

    public string Log => File.Exists(_command.LogFile) ? File.ReadAllText(_command.LogFile) : "";

    public static Child Start(ChildCommand command, ChildRecords records)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Launcher, "sh", command.LogFile, .. command.Arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = command.WorkingDirectory ?? RepositoryRoot.Find(),
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;

        File.Delete(command.LogFile);
        var child = new Child(Process.Start(start)!, command, records);
        records.Add(new(command.Name, child._identity, command.Signal));
        child._process.StandardInput.WriteLine("go");
        child._process.StandardInput.Close();
        return child;
    }

    /// <summary>Waits until the probe says yes.</summary>
    /// <exception cref="LocalException">The process ended first, or the deadline passed.</exception>
    public async Task ReadyAsync(Func<Task<bool>> probe, TimeSpan deadline, CancellationToken cancel)
    {
        var ready = await Poll.UntilAsync(async () => Exited.IsCompleted || await probe(), deadline, cancel);
        if (Exited.IsCompleted)
            throw new LocalException(Report());
        if (!ready)
            throw new LocalException($"{Name} was not ready within {deadline.TotalSeconds:0} seconds.\n{LogTail()}");
    }

    /// <summary>In words: how it ended, and the end of what it wrote.</summary>
    public string Report() => $"{Name} ended unexpectedly (exit code {ExitCode}).\n{LogTail()}";

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Posix.Send(Pid, EndSignal.Kill);
        await Exited;
        await DisposeAsync();
    }

    /// <summary>Asks the process to end, waits, and kills it when it does not. Asking again changes nothing.</summary>
    public Task StopAsync() => _stop ??= StopOnceAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        await _process.WaitForExitAsync();
        ExitCode = _process.ExitCode;
    }

    private async Task StopOnceAsync()
    {
        if (!Exited.IsCompleted)
            Posix.Send(Pid, _command.Signal);
        try
        {
            await Exited.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Posix.Send(Pid, EndSignal.Kill);
            await Exited;
        }

        _records.Remove(_identity);
    }

    private string LogTail()
        => $"The end of {_command.LogFile}:\n{string.Join('\n', Log.TrimEnd().Split('\n').TakeLast(15).Select(line => "  " + line))}";
}
