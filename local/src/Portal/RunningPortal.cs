namespace GrantPortal.Local;

/// <summary>What a serving <c>run</c> leaves in <c>services.json</c>, so that operator's commands find its services.</summary>
/// <param name="Runner">The process that started them; once it is gone the rest means nothing.</param>
/// <param name="Started">When the portal's clock, if it was given one, began to tick.</param>
/// <param name="Settings">What the portal was told.</param>
internal sealed record RunningPortal(ProcessIdentity Runner, DateTimeOffset Started, PortalSettings Settings)
{
    /// <summary>The portal that serves from a data directory now, if any.</summary>
    public static RunningPortal? Find(string dataDirectory)
        => StateFile.Read<RunningPortal>(FileIn(dataDirectory)) is { Runner.IsAlive: true } running ? running : null;

    public static void Announce(string dataDirectory, PortalSettings settings)
        => StateFile.Write(FileIn(dataDirectory), new RunningPortal(ProcessIdentity.Own, TimeProvider.System.GetUtcNow(), settings));

    public static void Withdraw(string dataDirectory) => File.Delete(FileIn(dataDirectory));

    /// <summary>The settings for a command beginning now: its clock shows what the portal's shows.</summary>
    public PortalSettings SettingsNow()
        => Settings with { Clock = Settings.Clock + (TimeProvider.System.GetUtcNow() - Started) };

    private static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, "services.json");
}
