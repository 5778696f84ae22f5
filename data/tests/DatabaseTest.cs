using GrantPortal.Testing;

namespace GrantPortal.Data.Tests;

/// <summary>Tests on a database of their own, with the schema and nothing else.</summary>
public abstract class DatabaseTest(PortalServices services) : IAsyncLifetime
{
    private Database? database;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected Database Database => database ?? throw new InvalidOperationException("The test has not been initialised.");

    protected string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await services.NewDatabaseAsync();
        database = Database.At(ConnectionString);
        await PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await EndAsync();
        if (database is not null) await database.DisposeAsync();
        await services.DropDatabaseAsync(ConnectionString);
    }

    /// <summary>What stands in the database before each test.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected virtual Task EndAsync() => Task.CompletedTask;
}
