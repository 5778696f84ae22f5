namespace GrantPortal.Local;

/// <summary>Held by the one process that runs services on a data directory. The kernel drops it with the process, however it ends.</summary>
public sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, making the directory where needed.</summary>
    /// <exception cref="LocalException">Another process holds it.</exception>
    public static DataLock Take(string dataDirectory)
        => TryTake(dataDirectory)
            ?? throw new LocalException(
                $"The data directory {dataDirectory} is in use by another portal or operator's command. Stop that one, or give another --data.");

    /// <summary>The lock, or null when another process holds it.</summary>
    public static DataLock? TryTake(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        try
        {
            // FileShare.None is an flock: gone with the process, inherited by no child.
            return new(new(Path.Combine(dataDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LocalException($"The data directory {dataDirectory} cannot be written: {e.Message}", e);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
