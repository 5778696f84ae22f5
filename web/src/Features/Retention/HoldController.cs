using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Retention;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Retention;

/// <summary>法的保全 of one application.</summary>
/// <param name="Holds">All there were, the latest first.</param>
/// <param name="Reason">As typed.</param>
public sealed record HoldPage(Application Application, IReadOnlyList<LegalHold> Holds, string? Reason)
{
    public LegalHold? Open => Holds.FirstOrDefault(hold => hold.LiftedAt is null);
}

/// <summary>法的保全: a 管理者 keeps an application's records whatever their age, until one lifts it.</summary>
[Route("review/{id:guid}/hold")]
[Permit(Permission.HoldRecords)]
public sealed class HoldController(Database database, HoldApplication hold, TimeProvider clock) : PortalController
{
    private const int LongestReason = 500;

    [HttpGet("")]
    public async Task<IActionResult> Index(Guid id, CancellationToken cancel) => await PageAsync(id, null, cancel) is { } page ? View("Hold", page) : NotFound();

    [HttpPost("")]
    public Task<IActionResult> Set(Guid id, string? reason, CancellationToken cancel) =>
        AnswerAsync(id, reason, said => hold.SetAsync(id, said, Actor, HttpContext.Address(), cancel), "法的保全をはじめました。この申請の記録は、保存期間が過ぎても削除しません。", cancel);

    [HttpPost("lift")]
    public Task<IActionResult> Lift(Guid id, string? reason, CancellationToken cancel) =>
        AnswerAsync(id, reason, said => hold.LiftAsync(id, said, Actor, HttpContext.Address(), cancel), "法的保全を終えました。", cancel);

    private async Task<IActionResult> AnswerAsync(Guid id, string? reason, Func<string, Task<ChangeResult>> change, string banner, CancellationToken cancel)
    {
        if (await PageAsync(id, reason, cancel) is not { } page) return NotFound();
        var said = reason?.Trim() ?? "";
        if (said.Length == 0) return Invalid("Hold", page, [new Problem("Reason", "理由を入力してください。")]);
        if (said.Length > LongestReason) return Invalid("Hold", page, [new Problem("Reason", $"理由は{LongestReason}文字までで入力してください。")]);
        switch (await change(said))
        {
            case ChangeResult.Done:
                Banner(banner);
                return Redirect($"/review/{id}/hold");
            case ChangeResult.Refused refused:
                return Refused("Hold", await PageAsync(id, reason, cancel) ?? page, refused.Reason);
            default:
                return NotFound();
        }
    }

    private async Task<HoldPage?> PageAsync(Guid id, string? reason, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await DossierStore.LoadAsync(connection, id, Actor, clock.GetUtcNow()) is { } dossier ? new HoldPage(dossier.Application, await connection.AskAsync(LegalHolds.Of(id), cancel), reason) : null;
    }
}
