using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Offices;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Features.Import;

/// <summary>What became of an upload of lists.</summary>
/// <param name="Id">Of the import that waits; null with at least one problem.</param>
public sealed record UploadedLists(Guid? Id, IReadOnlyList<Problem> Problems);

/// <summary>
/// Takes lists of offices: each goes from the socket to the blob store without being held in memory, then the import with its job is written down. All of
/// them or none: with one that cannot be taken nothing is imported.
/// </summary>
public sealed class OfficeUploads(Database database, IBlobStore blobs, IAntiforgery antiforgery, JobSignal signal, TimeProvider clock)
{
    /// <summary>The name of the page's field.</summary>
    public const string Field = "Files";

    /// <summary>Bytes of one list. The ministry's largest has about 20 MiB.</summary>
    public const long LargestList = 200L * 1024 * 1024;

    /// <summary>All lists of the country are 36.</summary>
    public const int MostLists = 100;

    private const int MostFieldBytes = 8 * 1024;
    private const int LongestName = 200;
    private const string TooLarge = "200MiBを超えるファイルは取り込めません。都道府県やサービスの種類ごとのファイルに分けてください。";

    public async Task<UploadedLists> ReadAsync(HttpContext context, Actor actor, CancellationToken cancel)
    {
        var request = context.Request;
        var problems = new Problems();
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            await antiforgery.ValidateRequestAsync(context);
            problems.Add(Field, "取り込むCSVファイルを選んでください。");
            return new UploadedLists(null, problems.Errors);
        }
        var stored = new List<ImportFile>();
        try
        {
            await ReadFormAsync(context, new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16 }, stored, problems, cancel);
            if (stored.Count == 0 && !problems.Any) problems.Add(Field, "取り込むCSVファイルを選んでください。");
            if (!problems.Any) return new UploadedLists(await KeepAsync(stored, actor, context.Address(), cancel), []);
        }
        catch
        {
            await RemoveAsync(stored);
            throw;
        }
        await RemoveAsync(stored);
        return new UploadedLists(null, problems.Errors);
    }

    private async Task ReadFormAsync(HttpContext context, MultipartReader reader, List<ImportFile> stored, Problems problems, CancellationToken cancel)
    {
        var validated = false;
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (!disposition.IsFileDisposition())
            {
                // The token comes first in the form; nothing else is of interest.
                if (name == "__RequestVerificationToken") context.Request.Headers["RequestVerificationToken"] = await FieldAsync(section.Body, cancel);
                continue;
            }
            if (!validated) await antiforgery.ValidateRequestAsync(context);
            validated = true;
            if (NameOf(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value) is not { } fileName) continue;
            if (stored.Count == MostLists) problems.Add(Field, $"一度に取り込めるのは{MostLists}ファイルまでです。分けて取り込んでください。");
            else if (!fileName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                problems.Add(Field, $"「{fileName}」はCSVファイルではありません。圧縮されたファイルは展開し、Excelのファイルは公表されたCSVのまま選んでください。");
            else if (await StoreAsync(fileName, section.Body, problems, cancel) is { } file) stored.Add(file);
            if (problems.Errors.Count >= MostLists) break;
        }
        if (!validated) await antiforgery.ValidateRequestAsync(context);
    }

    private async Task<ImportFile?> StoreAsync(string name, Stream bytes, Problems problems, CancellationToken cancel)
    {
        var id = Guid.NewGuid();
        try
        {
            var stored = await blobs.WriteListAsync(id, bytes, LargestList, TooLarge, cancel);
            return new ImportFile(id, name, stored.Size, stored.Sha256);
        }
        catch (UnacceptableFileException unacceptable)
        {
            problems.Add(Field, $"「{name}」：{unacceptable.Message}");
            return null;
        }
    }

    private async Task<Guid> KeepAsync(List<ImportFile> files, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ImportStore.AddAsync(connection, id, actor.UserId, actor.Name, files, now);
        await JobQueue.EnqueueAsync(connection, [OfficeImportJob.For(id, now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "offices-imported", "office-import", id.ToString(), address, new { files = files.Select(f => new { f.Name, f.Size, f.Sha256 }) }), now);
        await transaction.CommitAsync(cancel);
        signal.Wake();
        return id;
    }

    private async Task RemoveAsync(List<ImportFile> stored)
    {
        foreach (var file in stored) await blobs.DeleteAsync(file.Id, CancellationToken.None);
    }

    /// <summary>The last part of whatever the browser sent, without control characters; null: no file was chosen.</summary>
    private static string? NameOf(string? sent)
    {
        var name = new string([.. (sent ?? "").Split('/', '\\')[^1].Where(c => !char.IsControl(c))]).Trim();
        return name.Length == 0 ? null : name.Length <= LongestName ? name : name[^LongestName..];
    }

    private static async Task<string> FieldAsync(Stream body, CancellationToken cancel)
    {
        using var reader = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        var buffer = new char[MostFieldBytes];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancel));
    }
}
