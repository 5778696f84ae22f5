using GrantPortal.Data;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>The name a filter is kept under, as typed.</summary>
public sealed record FilterPage(QueueAddress Address, string? Name);

/// <summary>Filters of the queue under a name, each person's own.</summary>
[Route("review/filters")]
[Permit(Permission.KeepFilters)]
public sealed class FiltersController(Database database, TimeProvider clock) : PortalController
{
    private const int LongestName = 40;
    private const int LongestQuery = 1000;

    /// <param name="address">The filter, as the queue has it in its address.</param>
    /// <param name="filterName">Of a filter of the same name this one takes the place.</param>
    [HttpPost("")]
    public async Task<IActionResult> Save([FromForm] QueueAddress address, [FromForm] string? filterName, CancellationToken cancel)
    {
        ModelState.Clear();
        var kept = address with { After = null };
        var problems = new Problems();
        var name = problems.Text("FilterName", filterName, "条件の名前", LongestName);
        if (kept.Query.Length > LongestQuery) problems.Add("FilterName", "条件が長すぎるため保存できません。検索の文字を短くしてください。");
        if (problems.Any) return Invalid("Filter", new FilterPage(kept, filterName), problems.Errors);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (!await SavedFilters.SaveAsync(connection, new SavedFilter(Guid.CreateVersion7(now), name, kept.Query), Actor.UserId, now))
            return Invalid("Filter", new FilterPage(kept, filterName), [new Problem("FilterName", $"保存できる条件は{SavedFilters.Most}件までです。使わない条件を削除してください。")]);
        Banner($"条件「{name}」を保存しました。");
        return Redirect(kept.ToString());
    }

    [HttpPost("{id:guid}/remove")]
    public async Task<IActionResult> Remove(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (!await SavedFilters.RemoveAsync(connection, id, Actor.UserId)) return NotFound();
        Banner("保存した条件を削除しました。");
        return Redirect("/review");
    }
}
