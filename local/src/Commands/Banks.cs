using System.Security.Cryptography;

namespace GrantPortal.Local;

/// <summary>Banks and their branches, imported again only when the list has changed.</summary>
internal static class Banks
{
    public static async Task ImportWhenChangedAsync(string dataDirectory, PortalSettings settings, CancellationToken cancel)
    {
        var stamp = Path.Combine(dataDirectory, "banks.sha256");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(RepositoryRoot.Banks, cancel)));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancel) == hash)
            return;

        await Console.Error.WriteLineAsync("importing banks and branches");
        await Tool.RunAsync(
            [.. PortalCommand.Executable(), "import-banks", RepositoryRoot.Banks],
            settings.ToEnvironment(),
            RepositoryRoot.PublishedWeb,
            cancel);
        StateFile.WriteText(stamp, hash);
    }
}
