namespace GrantPortal.Local;

/// <summary>Where things stand in a clone of the repository.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds <c>GrantPortal.sln</c>, searched upwards from the running program.</summary>
    /// <exception cref="LocalException">The program runs outside a clone.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GrantPortal.sln")))
                return folder.FullName;
        }

        throw new LocalException($"{AppContext.BaseDirectory} is not inside a clone of the repository.");
    }

    /// <summary>The portal as <c>dotnet publish</c> left it.</summary>
    public static string PublishedWeb => Path.Combine(Find(), ".build", "web");

    /// <summary>Banks and branches as tab-separated lines, made from an npm package.</summary>
    public static string Banks => Path.Combine(Find(), ".build", "banks.tsv");

    /// <summary>The plain SQL files that dbmate applies.</summary>
    public static string Migrations => Path.Combine(Find(), "migrations");

    /// <summary>A file of a package that <c>npm ci</c> fetched into <c>local/</c>.</summary>
    public static string NodeModule(string path) => Path.Combine(Find(), "local", "node_modules", path);
}
