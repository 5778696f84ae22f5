using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>審査: the list of cases in the order of reception (要綱 §15-2), and the next one to take.</summary>
[Route("review")]
[Permit(Permission.ReadReviews)]
public sealed class QueueController(Database database, TimeProvider clock, ClaimApplication claim) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Queue([FromQuery] QueueAddress address, CancellationToken cancel)
    {
        ModelState.Clear(); // an address somebody mistyped is no form to correct
        var today = JapanTime.DateOf(clock.GetUtcNow());
        var filter = address.Filter(Actor, today);
        await using var connection = await database.OpenAsync(cancel);
        var (lines, bounded) = await ReviewQueries.QueueAsync(connection, filter, address.Order, address.Position, QueuePage.Size + 1);
        var counts = await ReviewQueries.CountAsync(connection, QueueAddress.Open, reviewer: null);
        var mine = await ReviewQueries.CountAsync(connection, QueueAddress.Open, Actor.UserId);
        var around = await QueueSurroundings.LoadAsync(connection, Actor.UserId);
        return View("Queue", new QueuePage(
            address, address.Only(Actor), [.. lines.Take(QueuePage.Size)], lines.Count > QueuePage.Size, counts, mine.Sum(c => c.Count), Actor, today, around)
        {
            MayMiss = bounded && lines.Count < QueuePage.Size + 1,
        });
    }

    [HttpPost("next")]
    [Permit(Permission.Claim)]
    public async Task<IActionResult> Next(CancellationToken cancel)
    {
        if (await claim.NextAsync(Actor, cancel) is CommandResult.Done done)
        {
            Banner($"受付番号 {done.Application.ReceiptNumber} の担当になりました。");
            return Redirect($"/review/{done.Application.Id}");
        }
        Banner("いま審査を待っている案件はありません。");
        return Redirect("/review");
    }
}
