using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Offices;
using GrantPortal.Web.Shared.Jobs;

namespace GrantPortal.Web.Features.Import;

/// <summary>
/// Imports the lists that were uploaded, as the command <c>import</c> does. They come from the blob store into a folder of their own, so any instance can do it
/// and memory stays flat. A list that cannot be read is told on the page and not tried again; a store that is away is.
/// </summary>
public sealed class OfficeImportJob(Database database, IBlobStore blobs, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "office-import";

    public string Kind => JobKind;

    public static Job For(Guid import, DateTimeOffset now) => new(JobKind, $"{JobKind}:{import}", JsonSerializer.Serialize(new { import }), now);

    public async Task RunAsync(ClaimedJob job, CancellationToken cancel)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var id = payload.RootElement.GetProperty("import").GetGuid();
        StoredImport import;
        await using (var connection = await database.OpenAsync(cancel))
            import = await ImportStore.FindAsync(connection, id, cancel) ?? throw new InvalidOperationException($"There is no import {id}.");
        if (import.FinishedAt is not null) return;
        var folder = Directory.CreateTempSubdirectory("office-import-").FullName;
        try
        {
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (file, place) in import.Files.Select((file, place) => (file, place)))
                names[await FetchAsync(file, Path.Combine(folder, place.ToString(System.Globalization.CultureInfo.InvariantCulture)), cancel)] = file.Name;
            await ImportAsync(id, names, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ImportAsync(Guid id, Dictionary<string, string> names, CancellationToken cancel)
    {
        try
        {
            await new OfficeImport(database, clock).RunAsync(
                [.. names.Keys], (connection, report) => ImportStore.FinishAsync(connection, id, ImportSummary.Of(report, path => names[path]), clock.GetUtcNow()), cancel);
        }
        catch (ImportException unreadable)
        {
            // In the operator's words: as the file was called, not where it lay.
            var words = names.Aggregate(unreadable.Message, (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal));
            await using var connection = await database.OpenAsync(cancel);
            await ImportStore.FailAsync(connection, id, words, clock.GetUtcNow());
        }
    }

    /// <summary>Under its own name, for the name of a care list says which service it is about.</summary>
    private async Task<string> FetchAsync(ImportFile file, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, file.Name);
        await using var source = await blobs.OpenReadAsync(file.Id, cancel) ?? throw new InvalidOperationException($"The blob of list {file.Id} is missing.");
        await using var target = File.Create(path);
        await source.CopyToAsync(target, cancel);
        return path;
    }
}
