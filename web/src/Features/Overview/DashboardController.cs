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
        var today = JapanTime.DateOf(now);
        var (latest, teams, budgets, reasons) = await database.ReadAsync(
            async connection =>
            {
                var reads = new RoundTrip(connection);
                var (kept, named) = (reads.Ask(Figures.Latest()), reads.Ask(Figures.Teams()));
                var (years, labels) = (reads.Ask(Figures.Budgets(today)), reads.Ask(Figures.Reasons()));
                await reads.SendAsync(cancel);
                return (kept.Value, named.Value, years.Value, labels.Value);
            },
            cancel);
        var counted = await FreshAsync(latest, now, cancel);
        var chosen = team == DashboardPage.NoTeam || (Guid.TryParse(team, out var id) && teams.ContainsKey(id)) ? team : "";
        return View("Dashboard", new DashboardPage(counted, budgets, teams, reasons, Codes.From<Programme>(programme), chosen, today));
    }

    /// <summary>The figures kept, counted anew where they are too old to be shown, or soon will be.</summary>
    private async Task<CountedFigures> FreshAsync(CountedFigures? kept, DateTimeOffset now, CancellationToken cancel)
    {
        if (kept is not null && now - kept.At <= FiguresJob.Fresh) return kept;
        await using var connection = await database.OpenAsync(cancel);
        if (kept is null || now - kept.At > FiguresJob.Stale) return await Figures.CountAsync(connection, now);
        await FiguresJob.EnqueueAsync(connection, now);
        return kept;
    }
}
