using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Errors;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Features.Documents;

/// <summary>A document by its id, through the portal and after authorisation: shown in the browser, or as a download.</summary>
[Permit(Permission.ReadDocument)]
public sealed class DocumentsController(Database database, IBlobStore blobs, AuditLog audit, DocumentAccess access, ILogger<DocumentsController> log) : PortalController
{
    /// <summary>Photos are shown upright and without what their camera wrote into them; what is saved is what was sent.</summary>
    /// <param name="download">Anything: save it instead of showing it.</param>
    [HttpGet("documents/{id:guid}")]
    [HttpHead("documents/{id:guid}")]
    public async Task<IActionResult> Read(Guid id, string? download, CancellationToken cancel)
    {
        DownloadableDocument? document;
        await using (var connection = await database.OpenAsync(cancel))
            document = await DocumentStore.FindVisibleAsync(connection, id, Actor);
        if (document is null) return NotFound();
        if (access.Against(document, Actor) is { } closed)
        {
            ErrorPages.Say(HttpContext, closed);
            return StatusCode(StatusCodes.Status409Conflict);
        }
        var (blob, sha256) = document.ViewId is { } view && download is null ? (view, document.ViewSha256!) : (id, document.Sha256);
        if (Actor.IsStaff)
        {
            var range = Request.Headers.Range.ToString();
            await audit.AppendAsync(
                new AuditEntry(Actor, "view-document", "document", id.ToString(), HttpContext.Address(), new { application = document.ApplicationId, range = range.Length > 0 ? range : null }), cancel);
        }
        if (await blobs.OpenReadAsync(blob, cancel) is not { } bytes)
        {
            // Never meant to happen: rows follow blobs. `./run reconcile` lists what is missing.
            log.LogError("The blob of document {Document} of application {Application} is missing.", id, document.ApplicationId);
            ErrorPages.Say(HttpContext, "この書類のファイルを開けませんでした。申請そのものは保管されています。時間をおいても開けないときは、窓口にお知らせください。");
            return StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        var headers = Response.Headers;
        headers.ContentSecurityPolicy = SecurityHeaders.FramedByOurPages;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, no-store";
        headers.ContentDisposition = Disposition(document, download is not null);
        return File(bytes, document.Type.MediaType(), lastModified: null, new EntityTagHeaderValue($"\"{sha256}\""), enableRangeProcessing: true);
    }

    /// <summary>The name it was uploaded under (RFC 5987), with an ending that fits what it is: what is saved opens as what it is.</summary>
    private static string Disposition(DownloadableDocument document, bool download)
    {
        var disposition = new ContentDispositionHeaderValue(download ? "attachment" : "inline");
        disposition.SetHttpFileName(FileName(document.FileName, document.Type));
        return disposition.ToString();
    }

    private static string FileName(string name, FileType type) => type.Endings().Contains(Path.GetExtension(name).ToLowerInvariant()) ? name : name + type.Endings()[0];
}
