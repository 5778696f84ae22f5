using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Testing;

/// <summary>
/// Real services for one test assembly: <c>[assembly: AssemblyFixture(typeof(PortalServices))]</c>. Data lie below <c>.build/tests</c>;
/// what a killed test process leaves is ended and deleted by the next one.
/// </summary>
public sealed class PortalServices : IAsyncLifetime
{
    private const string Template = "portal_template";

    private LocalServices? _services;
    private NpgsqlDataSource? _server;

    /// <summary>The services themselves, for <see cref="PortalProcess"/>.</summary>
    public LocalServices Services => _services ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <inheritdoc cref="LocalServices.StorageConnectionString"/>
    public string StorageConnectionString => Services.StorageConnectionString;

    /// <inheritdoc cref="LocalServices.SmtpHost"/>
    public string SmtpHost => Services.SmtpHost;

    /// <inheritdoc cref="LocalServices.SmtpPort"/>
    public int SmtpPort => Services.SmtpPort;

    /// <inheritdoc cref="LocalServices.MailUrl"/>
    public string MailUrl => Services.MailUrl;

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".build", "tests");
        await LocalServices.SweepAsync(folder);
        _services = await LocalServices.StartAsync(new() { DataDirectory = Path.Combine(folder, NewName("run")), Durable = false });
        try
        {
            await Migrations.ApplyAsync(_services.ConnectionString(Template));
            _server = NpgsqlDataSource.Create(_services.ConnectionString("postgres"));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_services is null)
            return;
        await _services.DisposeAsync();
        Directory.Delete(_services.DataDirectory, recursive: true);
        _services = null;
    }

    /// <summary>A migrated, empty database of the caller's own; the result is its connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = NewName("test");
        await ExecuteAsync($"create database {name} template {Template}");

        // Many databases share one server: their pools must not keep its connections for long.
        return new NpgsqlConnectionStringBuilder(Services.ConnectionString(name))
        {
            MaxPoolSize = 20,
            ConnectionIdleLifetime = 10,
            ConnectionPruningInterval = 5,
        }.ConnectionString;
    }

    /// <summary>Drops a database of <see cref="NewDatabaseAsync"/>, with whatever is still connected to it.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(connection);
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync($"drop database if exists {name} with (force)");
    }

    /// <summary>A name for a blob container nobody else uses; the container is not made.</summary>
    public string NewContainerName() => NewName("test").Replace('_', '-');

    private static string NewName(string purpose) => $"{purpose}_{Guid.NewGuid():N}";

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _server!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
