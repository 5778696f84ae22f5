namespace GrantPortal.Domain.Tests;

/// <summary>Files of the repository and the real data beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The folder of the real data; the test is skipped where it is absent, as in a plain checkout.</summary>
    public static string SharedData(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "../shared/data", folder));
        Assert.SkipUnless(Directory.Exists(path), $"The real data is not here: {path}");
        return path;
    }

    /// <summary>Rows of a CSV file, quoted fields and line breaks within them included, without its heading.</summary>
    public static IEnumerable<string[]> Csv(string path)
    {
        var (text, row, field, quoted) = (File.ReadAllText(path), new List<string>(), new System.Text.StringBuilder(), false);
        var rows = new List<string[]>();
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c == '"') quoted = !quoted;
            else if (quoted || c is not (',' or '\n')) field.Append(c);
            else
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == ',') continue;
                rows.Add([.. row]);
                row.Clear();
            }
        }
        return rows.Skip(1);
    }

    private static string Up(DirectoryInfo? folder) => folder is null
        ? throw new DirectoryNotFoundException("GrantPortal.sln is in no folder above the tests.")
        : File.Exists(Path.Combine(folder.FullName, "GrantPortal.sln")) ? folder.FullName : Up(folder.Parent);
}
