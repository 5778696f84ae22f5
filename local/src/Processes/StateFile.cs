using System.Security.Cryptography;
using System.Text.Json;

namespace GrantPortal.Local;

/// <summary>Small files of a data directory. They hold passwords and process ids: the owner alone may read them.</summary>
internal static class StateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>The file's value; null when it is absent or was cut short.</summary>
    public static T? Read<T>(string file) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public static void Write<T>(string file, T value) => WriteText(file, JsonSerializer.Serialize(value, Json));

    /// <summary>Replaces the file in one step, so that a reader sees the old or the new one, never half.</summary>
    public static void WriteText(string file, string text)
    {
        var fresh = file + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var writer = new StreamWriter(fresh, options))
            writer.Write(text);
        File.Move(fresh, file, overwrite: true);
    }

    /// <summary>A secret made on first use and kept: 32 random bytes in base 64.</summary>
    public static string Secret(string file)
    {
        if (!File.Exists(file))
            WriteText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return File.ReadAllText(file);
    }

    /// <summary>A folder for the owner alone: what applicants upload lies below.</summary>
    public static string PrivateFolder(string path)
        => Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute).FullName;
}
