using GrantPortal.Data;
using GrantPortal.Data.Offices;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Import;

/// <summary>Imports of the office master, the latest first.</summary>
/// <param name="Before">Where this page of the list begins; null: at the latest.</param>
/// <param name="More">There are older ones.</param>
public sealed record ImportsPage(IReadOnlyList<StoredImport> Imports, Guid? Before, bool More, bool MayImport);

/// <summary>事業所台帳の取り込み: upload the published lists, and what came of each import.</summary>
[Route("admin/import")]
[Permit(Permission.ImportOffices)]
public sealed class ImportController(Database database, OfficeUploads uploads) : PortalController
{
    /// <summary>Bytes of all lists of an upload with what stands around them.</summary>
    private const long LargestUpload = 1024L * 1024 * 1024;

    private const int Size = 20;

    [HttpGet("")]
    [Permit(Permission.ReadImports)]
    public async Task<IActionResult> Index(Guid? before, CancellationToken cancel) => View("Imports", await PageAsync(before, cancel));

    [HttpPost("")]
    [StreamedForm]
    [UploadLimit]
    [RequestSizeLimit(LargestUpload)]
    public async Task<IActionResult> Upload(CancellationToken cancel)
    {
        var uploaded = await uploads.ReadAsync(HttpContext, Actor, cancel);
        if (uploaded.Id is not { } id) return Invalid("Imports", await PageAsync(null, cancel), uploaded.Problems);
        Banner("ファイルを受け取りました。取り込みが終わると、この画面に結果を表示します。");
        return Redirect($"/admin/import/{id}");
    }

    [HttpGet("{id:guid}")]
    [Permit(Permission.ReadImports)]
    public async Task<IActionResult> One(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await ImportStore.FindAsync(connection, id, cancel) is { } import ? View("Import", import) : NotFound();
    }

    private async Task<ImportsPage> PageAsync(Guid? before, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var imports = await ImportStore.PageAsync(connection, before, Size + 1, cancel);
        return new ImportsPage([.. imports.Take(Size)], before, imports.Count > Size, Permissions.Allows(Permission.ImportOffices, Actor));
    }
}
