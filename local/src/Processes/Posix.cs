using System.Runtime.InteropServices;

namespace GrantPortal.Local;

/// <summary>The signals that end a child; the numbers are Linux's.</summary>
public enum EndSignal
{
    /// <summary>SIGINT: PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>SIGQUIT: PostgreSQL's immediate shutdown, for data nobody keeps.</summary>
    Quit = 3,

    /// <summary>SIGKILL: for what does not end when asked.</summary>
    Kill = 9,

    /// <summary>SIGTERM: the polite default.</summary>
    Terminate = 15,
}

/// <summary>The few calls of libc that .NET has no name for.</summary>
internal static class Posix
{
    /// <summary>Sends a signal; a process that is already gone is no error.</summary>
    public static void Send(int pid, EndSignal signal) => _ = Kill(pid, (int)signal);

    /// <summary>SIGSTOP: the process stands still, whatever it is in the middle of.</summary>
    public static void Pause(int pid) => _ = Kill(pid, 19);

    /// <summary>SIGCONT: it goes on.</summary>
    public static void Resume(int pid) => _ = Kill(pid, 18);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
