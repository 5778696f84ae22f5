using GrantPortal.Data;
using GrantPortal.Data.Overview;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Overview;

/// <summary>集計: how the work stands, by team and programme.</summary>
[Route("review/dashboard")]
[Permit(Permission.ReadReviews)]
public sealed class DashboardController(Database database, TimeProvider clock) : PortalController
{
    /// <param name="programme"><c>care</c> or <c>medical</c>; anything else: both.</param>
    /// <param name="team">A team's id, or <see cref="DashboardPage.NoTeam"/>; anything else: all.</param>
    [HttpGet("")]
    public async Task<IActionResult> Dashboard(string? programme, string? team, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var counted = await Figures.LatestAsync(connection);
        if (counted is null || now - counted.At > FiguresJob.Stale) counted = await Figures.CountAsync(connection, now);
        else if (now - counted.At > FiguresJob.Fresh) await FiguresJob.EnqueueAsync(connection, now);
        var today = JapanTime.DateOf(now);
        var teams = await Figures.TeamsAsync(connection);
        var chosen = team == DashboardPage.NoTeam || (Guid.TryParse(team, out var id) && teams.ContainsKey(id)) ? team : "";
        return View("Dashboard", new DashboardPage(
            counted, await Figures.BudgetsAsync(connection, today), teams, await Figures.ReasonsAsync(connection), Codes.From<Programme>(programme), chosen, today));
    }
}
