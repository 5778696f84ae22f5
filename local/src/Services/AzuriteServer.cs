using System.Globalization;
using System.Text.RegularExpressions;

namespace GrantPortal.Local;

/// <summary>Azurite's blob service on a loopback port, with an account key of this data directory's own.</summary>
internal sealed partial class AzuriteServer : IAsyncDisposable
{
    private const string Account = "portal";

    private readonly Child _process;

    private AzuriteServer(Child process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
    }

    public Child Process => _process;

    public string ConnectionString { get; }

    public int Port => new Uri(Listens().Match(_process.Log).Groups["endpoint"].Value).Port;

    /// <param name="port">Where it listened before; null: a free port.</param>
    public static async Task<AzuriteServer> StartAsync(LocalServicesOptions options, ChildRecords records, CancellationToken cancel, int? port = null)
    {
        var key = StateFile.Secret(Path.Combine(options.DataDirectory, "storage-key"));
        string[] command =
        [
            "node", RepositoryRoot.NodeModule("azurite/dist/src/blob/main.js"),
            "--blobHost", "127.0.0.1", "--blobPort", (port ?? 0).ToString(CultureInfo.InvariantCulture), "--location", StateFile.PrivateFolder(Path.Combine(options.DataDirectory, "blobs")),
            "--silent", "--skipApiVersionCheck", "--disableTelemetry",
        ];

        // SIGTERM, never SIGKILL: it writes what it knows every 5 seconds, and when it is asked to end.
        var process = Child.Start(
            new("Azurite", command, options.LogFile("azurite"))
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AZURITE_ACCOUNTS"] = $"{Account}:{key}" },
            },
            records);
        try
        {
            // Given port 0 it takes a free one, and says which once it listens.
            await process.ReadyAsync(() => Task.FromResult(Listens().IsMatch(process.Log)), TimeSpan.FromSeconds(60), cancel);
            var endpoint = Listens().Match(process.Log).Groups["endpoint"].Value;
            return new(process, $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint={endpoint}/{Account};");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"successfully listens on (?<endpoint>http://[\d.]+:\d+)\s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listens();
}
