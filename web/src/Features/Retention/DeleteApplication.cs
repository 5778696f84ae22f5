using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Retention;
using GrantPortal.Domain;
using Npgsql;

namespace GrantPortal.Web.Features.Retention;

/// <summary>
/// Deletes one application or draft that is kept no longer: its rows with their line in the record in one transaction, then its blobs. What a crash leaves between
/// the two are blobs without a row, which the sweep removes.
/// </summary>
public sealed class DeleteApplication(Database database, IBlobStore blobs, TimeProvider clock)
{
    /// <returns>False: it must stay after all.</returns>
    public Task<bool> RunAsync(EndedApplication application, CancellationToken cancel) =>
        RunAsync((connection, today, now) => RetentionStore.DeleteApplicationAsync(connection, application.Id, today, now), cancel);

    /// <inheritdoc cref="RunAsync(EndedApplication, CancellationToken)"/>
    public Task<bool> RunAsync(UntouchedDraft draft, CancellationToken cancel) =>
        RunAsync((connection, today, now) => RetentionStore.DeleteDraftAsync(connection, draft, today, now), cancel);

    private async Task<bool> RunAsync(Func<NpgsqlConnection, DateOnly, DateTimeOffset, Task<IReadOnlyList<Guid>?>> delete, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        IReadOnlyList<Guid>? files;
        await using (var connection = await database.OpenAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            files = await delete(connection, JapanTime.DateOf(now), now);
            if (files is null) return false;
            await transaction.CommitAsync(cancel);
        }
        await Parallel.ForEachAsync(files, cancel, async (file, stop) => await blobs.DeleteEverywhereAsync(file, stop));
        return true;
    }
}
