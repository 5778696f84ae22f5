using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Documents;

namespace GrantPortal.Web.Shared.Health;

/// <summary>Whether what the portal cannot work without answers in time.</summary>
public sealed class Readiness(Database database, BlobContainerClient container)
{
    /// <summary>For an answer; what takes longer does not work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public Task<bool> DatabaseAsync(CancellationToken cancel) => WorksAsync(
        async stop =>
        {
            await using var connection = await database.OpenAsync(stop);
            await connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: stop));
        },
        cancel);

    public Task<bool> StorageAsync(CancellationToken cancel) => WorksAsync(stop => container.GetPropertiesAsync(cancellationToken: stop), cancel);

    /// <summary>Whether every file is there and whole as far as the last comparison knows, or written off.</summary>
    public Task<bool> FilesAsync(CancellationToken cancel) => WorksAsync(
        async stop =>
        {
            await using var connection = await database.OpenAsync(stop);
            if (await FileFaults.AnyAsync(connection, stop)) throw new FileNotFoundException("A file is missing or altered.");
        },
        cancel);

    /// <summary>Whatever it is that goes wrong: the answer is no.</summary>
    public static async Task<bool> WorksAsync(Func<CancellationToken, Task> ask, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            await ask(deadline.Token);
            return true;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
