using System.Diagnostics;

namespace GrantPortal.Local;

/// <summary>The web executable as an operator's one-shot command, on this terminal.</summary>
internal static class PortalCommand
{
    /// <summary>How the published web executable is called.</summary>
    public static string[] Executable()
    {
        var program = Path.Combine(RepositoryRoot.PublishedWeb, "GrantPortal.Web.dll");
        return File.Exists(program) ? ["dotnet", program] : throw new LocalException($"{program} is missing: ./run and ./test make it.");
    }

    /// <summary>Runs it to its end; the result is its exit code.</summary>
    public static async Task<int> RunAsync(PortalSettings settings, IReadOnlyList<string> arguments)
    {
        var executable = Executable();
        var start = new ProcessStartInfo(executable[0], [.. executable.Skip(1), .. arguments])
        {
            WorkingDirectory = RepositoryRoot.PublishedWeb,
        };
        foreach (var (name, value) in settings.ToEnvironment())
            start.Environment[name] = value;

        // Ctrl-C reaches it too, and it decides; waiting here cannot be cancelled.
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
