using System.Diagnostics;

namespace GrantPortal.Local;

/// <summary>Short commands that are waited for.</summary>
internal static class Tool
{
    /// <summary>Runs to the end and gives what was written on stdout.</summary>
    /// <exception cref="LocalException">It ended with another exit code than 0; the message holds what it wrote.</exception>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null,
        CancellationToken cancel = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? RepositoryRoot.Find(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new LocalException($"{Path.GetFileName(command[0])} failed (exit code {process.ExitCode}).\n{await output}{await errors}");
        return await output;
    }

    /// <summary>Where a program of the system is: on the PATH, or where servers lie, which is not on everybody's.</summary>
    /// <param name="package">Debian's.</param>
    /// <exception cref="LocalException">It is not installed.</exception>
    public static string Find(string program, string package) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new LocalException($"{program} is not installed (Debian: {package}); ./test and ./bench install it where they may.");
}
