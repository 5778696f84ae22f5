namespace GrantPortal.Data.Tools;

/// <summary>A folder for the files of one piece of work with tools; gone with it.</summary>
public sealed class WorkFolder : IDisposable
{
    private WorkFolder(string path) => Path = path;

    public string Path { get; }

    public static WorkFolder Create()
    {
        var folder = Directory.CreateTempSubdirectory("grantportal-work-");
        // Tools run as nobody where the portal is root; their files are then theirs.
        if (BoundedTool.Demotes) File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        return new WorkFolder(folder.FullName);
    }

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that tools can read.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> SaveAsync(string name, Stream bytes, CancellationToken cancel)
    {
        var path = this[name];
        await using var file = File.Create(path);
        await bytes.CopyToAsync(file, cancel);
        if (BoundedTool.Demotes) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
