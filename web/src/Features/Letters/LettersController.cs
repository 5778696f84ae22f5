using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Letters;
using GrantPortal.Domain.Documents;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Errors;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Features.Letters;

/// <summary>The applicant's letters, latest first.</summary>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record LetterList(IReadOnlyList<StoredLetter> Letters, string? Next);

/// <summary>通知書: as a page, and as the PDF printed from it.</summary>
[Route("letters")]
[Permit(Permission.ReadLetter)]
public sealed class LettersController(Database database, IBlobStore blobs, AuditLog audit, ILogger<LettersController> log) : PortalController
{
    private const int PageSize = 50;

    [HttpGet("")]
    [Permit(Permission.ReadApplications)]
    public async Task<IActionResult> Index(string? after, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var letters = await LetterStore.OfUserAsync(connection, Actor.UserId, Position(after), PageSize + 1);
        var last = letters.Count > PageSize ? letters[PageSize - 1] : null;
        return View(new LetterList([.. letters.Take(PageSize)], last is null ? null : string.Create(CultureInfo.InvariantCulture, $"{last.IssuedAt.UtcTicks}_{last.Id}")));
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Letter(Guid id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } letter) return NotFound();
        await LookedAtAsync(letter, "view-letter", cancel);
        return View("Letter", letter);
    }

    /// <summary>The PDF, streamed. 409 with words until it is printed.</summary>
    /// <param name="download">Anything: save it instead of showing it.</param>
    [HttpGet("{id:guid}/pdf")]
    [HttpHead("{id:guid}/pdf")]
    public async Task<IActionResult> Pdf(Guid id, string? download, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } letter) return NotFound();
        if (letter.BlobId is not { } blob)
        {
            ErrorPages.Say(HttpContext, "この通知書のPDFは作成中です。しばらくしてから、もう一度お試しください。通知書の内容は、通知書のページでご覧いただけます。");
            return Conflict();
        }
        await LookedAtAsync(letter, "view-letter-pdf", cancel);
        if (await blobs.OpenReadAsync(blob, cancel) is not { } bytes)
        {
            // Never meant to happen: rows follow blobs. `./run reconcile` lists what is missing.
            log.LogError("The blob {Blob} of letter {Letter} is missing.", blob, id);
            ErrorPages.Say(HttpContext, "この通知書のPDFを開けませんでした。通知書の内容は、通知書のページでご覧いただけます。時間をおいても開けないときは、窓口にお知らせください。");
            return StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        var headers = Response.Headers;
        headers.ContentSecurityPolicy = SecurityHeaders.FramedByOurPages;
        headers.CacheControl = "private, no-store";
        var disposition = new ContentDispositionHeaderValue(download is null ? "inline" : "attachment");
        disposition.SetHttpFileName(letter.Content.FileName);
        headers.ContentDisposition = disposition.ToString();
        return File(bytes, FileType.Pdf.MediaType(), lastModified: null, new EntityTagHeaderValue($"\"{letter.Sha256}\""), enableRangeProcessing: true);
    }

    private async Task<StoredLetter?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await LetterStore.FindVisibleAsync(connection, id, Actor);
    }

    private Task LookedAtAsync(StoredLetter letter, string action, CancellationToken cancel) => !Actor.IsStaff
        ? Task.CompletedTask
        : audit.AppendAsync(new AuditEntry(Actor, action, "letter", letter.Id.ToString(), HttpContext.Address(), new { application = letter.ApplicationId }), cancel);

    private static LetterPosition? Position(string? after) =>
        after?.Split('_') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks
            && Guid.TryParse(id, out var guid) ? new LetterPosition(new DateTimeOffset(at, TimeSpan.Zero), guid) : null;
}
