using GrantPortal.Data;
using GrantPortal.Data.Letters;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Letters;

/// <summary>通知書 of one application, on the applicant's and on the staff's page of it: <c>&lt;vc:letters-of-application id="…" /&gt;</c>. Nothing where there are none.</summary>
public sealed class LettersOfApplication(Database database, PdfPrinter printer) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Guid id)
    {
        var actor = HttpContext.Features.Get<Actor>() ?? throw new InvalidOperationException("Nobody is signed in.");
        await using var connection = await database.OpenAsync(HttpContext.RequestAborted);
        var letters = await LetterStore.OfApplicationAsync(connection, id, actor);
        return letters.Count == 0 ? Content("") : View("/Features/Letters/_Letters.cshtml", new LetterSection(letters, actor.IsStaff, printer.IsThere));
    }
}

/// <param name="CanPrint">Whether this instance has a Chromium; told to staff where a PDF waits.</param>
public sealed record LetterSection(IReadOnlyList<StoredLetter> Letters, bool ForStaff, bool CanPrint);
