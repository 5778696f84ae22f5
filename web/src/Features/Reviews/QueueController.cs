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
        var (lines, bounded, counts, mine, around) = await database.ReadAsync(
            async connection =>
            {
                var page = await ReviewQueries.QueueAsync(connection, filter, address.Order, address.Position, QueuePage.Size + 1);
                var reads = new RoundTrip(connection);
                var (all, own) = (reads.Ask(ReviewQueries.Count(QueueAddress.Open, reviewer: null)), reads.Ask(ReviewQueries.Count(QueueAddress.Open, Actor.UserId)));
                var surroundings = reads.Ask(QueueSurroundings.Of(Actor.UserId));
                await reads.SendAsync(cancel);
                return (page.Lines, page.Bounded, all.Value, own.Value, surroundings.Value);
            },
            cancel);
        return View("Queue", new QueuePage(
            address, address.Only(Actor), [.. lines.Take(QueuePage.Size)], lines.Count > QueuePage.Size, counts, mine.Sum(c => c.Count), Actor, today, around)
        {
            MayMiss = bounded && lines.Count < QueuePage.Size + 1,
        });
    }

    /// <summary>次の決裁: the next application that awaits a decision, from the oldest; behind the one looked at, where there is one.</summary>
    /// <param name="after">Reception of the one looked at: <c>ticks_id</c>.</param>
    [HttpPost("next-decision")]
    [Permit(Permission.Decide)]
    public async Task<IActionResult> NextDecision([FromForm] string? after, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var behind = DecisionPosition.Read(after);
        var next = await ReviewQueries.NextDecisionAsync(connection, Actor, behind);
        if (next is null && behind is not null) next = await ReviewQueries.NextDecisionAsync(connection, Actor, after: null);
        if (next is { } id && id != behind?.Id) return Redirect($"/review/{id}");
        Banner(next is null ? "いま決裁を待っている案件はありません。" : "ほかに決裁を待っている案件はありません。");
        return Redirect("/review?status=awaiting-decision");
    }

    /// <summary>Switches the single-letter keys of the desk on or off for this account.</summary>
    /// <param name="back">A page of ours to come back to.</param>
    [HttpPost("keys")]
    [Permit(Permission.SetKeys)]
    public async Task<IActionResult> Keys([FromForm] bool on, [FromForm] string? back, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await DeskSettings.SetLetterKeysAsync(connection, Actor.UserId, on, clock.GetUtcNow());
        Banner(on ? "1文字のキー操作を使えるようにしました。" : "1文字のキー操作を使わないようにしました。");
        return Redirect(Url.IsLocalUrl(back) ? back : "/review");
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

/// <summary>Where an approver stands in the order of reception.</summary>
public static class DecisionPosition
{
    public static string Of(DateTimeOffset receivedAt, Guid id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{receivedAt.UtcTicks}_{id}");

    /// <summary>Null: what is no position.</summary>
    public static (DateTimeOffset ReceivedAt, Guid Id)? Read(string? text) =>
        text?.Split('_') is [var ticks, var id] && long.TryParse(ticks, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var received)
        && received <= DateTime.MaxValue.Ticks && Guid.TryParse(id, out var guid)
            ? (new DateTimeOffset(received, TimeSpan.Zero), guid)
            : null;
}
