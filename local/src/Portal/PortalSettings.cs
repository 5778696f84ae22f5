using System.Globalization;

namespace GrantPortal.Local;

/// <summary>What the web executable is told, to serve or to run one operator's command.</summary>
public sealed record PortalSettings
{
    public required string ConnectionString { get; init; }

    public required string StorageConnectionString { get; init; }

    public required string SmtpHost { get; init; }

    public required int SmtpPort { get; init; }

    /// <summary>How people reach the portal: links in mails begin with it.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>Whether the demo's accounts and applications are wanted.</summary>
    public bool Demo { get; init; }

    /// <summary>The time at which the portal's clock starts to tick; null leaves the choice to the portal.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>The settings of a portal on these services.</summary>
    /// <param name="services">Running services.</param>
    /// <param name="connectionString">A migrated database of theirs.</param>
    /// <param name="publicUrl">See <see cref="PublicUrl"/>.</param>
    public static PortalSettings For(LocalServices services, string connectionString, string publicUrl)
        => new()
        {
            ConnectionString = connectionString,
            StorageConnectionString = services.StorageConnectionString,
            SmtpHost = services.SmtpHost,
            SmtpPort = services.SmtpPort,
            PublicUrl = publicUrl,
        };

    /// <summary>The same as environment variables of the web executable.</summary>
    public IReadOnlyDictionary<string, string> ToEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Portal"] = ConnectionString,
            ["Storage__ConnectionString"] = StorageConnectionString,
            ["Smtp__Host"] = SmtpHost,
            ["Smtp__Port"] = SmtpPort.ToString(CultureInfo.InvariantCulture),
            ["Portal__PublicUrl"] = PublicUrl,
            ["Demo__Enabled"] = Demo ? "true" : "false",
        };
        if (Clock is { } clock)
            variables["Clock__Start"] = clock.ToString("O", CultureInfo.InvariantCulture);
        return variables;
    }
}
