using GrantPortal.Testing;

namespace GrantPortal.E2E;

/// <summary>Files on disk for the browser to choose.</summary>
public sealed class SampleFiles : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("grantportal-files-").FullName;

    public string Pdf(string name) => Write($"{name}.pdf", TestFiles.Pdf(name));

    /// <summary>A PDF with a page for each line.</summary>
    public string Pages(string name, params string[] lines) => Write($"{name}.pdf", TestFiles.Pages(lines));

    public string Png(string name) => Write($"{name}.png", TestFiles.Png(640, 400));

    public string Jpeg(string name) => Write($"{name}.jpg", TestFiles.Jpeg());

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
