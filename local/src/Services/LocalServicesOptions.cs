namespace GrantPortal.Local;

/// <summary>Where services keep their data, and how carefully.</summary>
public sealed record LocalServicesOptions
{
    private readonly string _dataDirectory = "";

    /// <summary>Everything lies below this folder; it is made where needed.</summary>
    public required string DataDirectory
    {
        get => _dataDirectory;
        init => _dataDirectory = Path.GetFullPath(value);
    }

    /// <summary>False gives up what protects committed data from a crash of the machine, for tests' sake.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Folder of the database's files; null: below <see cref="DataDirectory"/>.</summary>
    public string? DatabaseDirectory { get; init; }

    /// <summary>Takes what a person should know while services start.</summary>
    public Action<string> Report { get; init; } = _ => { };

    internal string LogFile(string name) => Path.Combine(StateFile.PrivateFolder(Path.Combine(DataDirectory, "logs")), name + ".log");
}
