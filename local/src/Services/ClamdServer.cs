using System.Globalization;
using System.Net.Sockets;

namespace GrantPortal.Local;

/// <summary>
/// ClamAV's clamd on a loopback port. Its settings: <c>local/clamd.conf</c>; it knows the signatures of <c>local/clamd.ndb</c> alone, which has the EICAR test file.
/// </summary>
public sealed class ClamdServer : IAsyncDisposable
{
    private readonly Child _process;

    private ClamdServer(Child process, int port)
    {
        _process = process;
        Port = port;
    }

    public string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="port">Null: one that is free.</param>
    /// <exception cref="LocalException">It is not installed, or did not start.</exception>
    public static async Task<ClamdServer> StartAsync(LocalServices services, int? port = null, CancellationToken cancel = default)
    {
        var at = port ?? FreePort.Next();
        var name = string.Create(CultureInfo.InvariantCulture, $"clamd-{at}");
        var folder = StateFile.PrivateFolder(Path.Combine(services.DataDirectory, name));
        var database = StateFile.PrivateFolder(Path.Combine(folder, "database"));
        var local = Path.Combine(RepositoryRoot.Find(), "local");
        File.Copy(Path.Combine(local, "clamd.ndb"), Path.Combine(database, "portal.ndb"), overwrite: true);
        var settings = Path.Combine(folder, "clamd.conf");
        StateFile.WriteText(settings, (await File.ReadAllTextAsync(Path.Combine(local, "clamd.conf"), cancel))
            .Replace("@PORT@", at.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@DATABASE@", database, StringComparison.Ordinal)
            .Replace("@TEMPORARY@", StateFile.PrivateFolder(Path.Combine(folder, "temporary")), StringComparison.Ordinal));
        var process = Child.Start(new("clamd", [Tool.Find("clamd", "clamav-daemon"), "--config-file", settings], services.Options.LogFile(name)), services.Children);
        try
        {
            await process.ReadyAsync(() => AnswersAsync(at, cancel), TimeSpan.FromSeconds(30), cancel);
            return new(process, at);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL; files it was scanning get no answer.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancel);
            await using var connection = client.GetStream();
            await connection.WriteAsync("zPING\0"u8.ToArray(), cancel);
            using var answer = new StreamReader(connection);
            return (await answer.ReadToEndAsync(cancel)).StartsWith("PONG", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
