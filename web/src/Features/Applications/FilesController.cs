using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Uploads of ④ by script, one file a request: the body is the file, so it streams and shows its progress.</summary>
[Permit(Permission.Apply)]
[Route("applications/{id:guid}/files")]
public sealed class FilesController(UploadDocument upload) : PortalController
{
    /// <summary>A little more than the largest file, so that it is this action that says what is wrong.</summary>
    private const long MostBytes = FileContent.LargestBytes + 1024 * 1024;

    [HttpPost("")]
    [UploadLimit]
    [RequestSizeLimit(MostBytes)]
    public async Task<IActionResult> Upload(Guid id, string? kind, int? slot, Guid uploadId, CancellationToken cancel)
    {
        if (DocumentKinds.FromCode(kind) is not { } known || uploadId == Guid.Empty) return NotFound();
        // Said before a byte is read where the browser tells the length.
        if (Request.ContentLength > FileContent.LargestBytes) return Answer(StatusCodes.Status400BadRequest, FileContent.TooLarge);
        var name = Uri.UnescapeDataString(Request.Headers["X-File-Name"].ToString());
        return await upload.RunAsync(new Upload(id, known, slot, uploadId, name, Request.ContentLength), Request.Body, Actor, cancel) switch
        {
            UploadResult.Stored stored => Json(new { id = stored.Document.Id, name = stored.Document.FileName, size = stored.Document.Size, sha256 = stored.Document.Sha256 }),
            UploadResult.Unacceptable unacceptable => Answer(StatusCodes.Status400BadRequest, unacceptable.Message),
            UploadResult.Refused refused => Answer(StatusCodes.Status409Conflict, refused.Reason.Message),
            UploadResult.Forbidden => Forbid(),
            _ => NotFound(),
        };
    }

    private JsonResult Answer(int status, string message) => new(new { message }) { StatusCode = status };
}
