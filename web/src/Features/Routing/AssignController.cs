using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Routing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Routing;

/// <summary>What became of the cases that were selected.</summary>
/// <param name="Where">As in 「審査 一郎さん」.</param>
public sealed record AssignedPage(IReadOnlyList<AssignedCase> Cases, string Where, string Back)
{
    public int Done => Cases.Count(c => c.Refused is null);
}

/// <summary>Cases selected on the queue.</summary>
public static class Selection
{
    /// <summary>So many at once.</summary>
    public const int Most = 200;

    /// <summary>Reads <c>{id}:{version}</c>; what is no such thing is left out.</summary>
    public static IReadOnlyList<(Guid Id, int Version)> Read(IEnumerable<string>? ids) =>
    [
        .. (ids ?? []).Select(text => text.Split(':'))
            .Where(parts => parts.Length == 2 && Guid.TryParse(parts[0], out _) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(parts => (Guid.Parse(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture))).DistinctBy(c => c.Item1).Take(Most),
    ];
}

/// <summary>割り振る: one or many cases to a clerk's or a team's list.</summary>
[Route("review/assign")]
[Permit(Permission.AssignCases)]
public sealed class AssignController(Database database, AssignCases assign) : PortalController
{
    /// <param name="ids"><c>{id}:{version}</c> of each selected case.</param>
    /// <param name="to"><c>clerk:ID</c>, <c>team:ID</c>, or <c>team</c> for the list of the team the case has.</param>
    /// <param name="back">The queue's query to come back to.</param>
    [HttpPost("")]
    public async Task<IActionResult> Assign([FromForm] string[]? ids, [FromForm] string? to, [FromForm] string? back, CancellationToken cancel)
    {
        var home = $"/review{(string.IsNullOrEmpty(back) ? "" : $"?{back}")}";
        var cases = Selection.Read(ids);
        if (cases.Count == 0) return Nothing("割り振る案件が選ばれていません。一覧に戻り、案件の左の欄にチェックを入れてください。");
        if (await TargetAsync(to, cancel) is not { } target) return Nothing("割り振り先が選ばれていません。一覧に戻り、担当者か班を選んでください。");
        var results = await assign.RunAsync(cases, target.To, Actor, HttpContext.Address(), cancel);
        var page = new AssignedPage(results, target.Name, home);
        if (page.Done < results.Count)
        {
            Response.StatusCode = StatusCodes.Status409Conflict;
            return View("Assigned", page);
        }
        Banner($"{page.Done}件を{target.Name}に割り振りました。");
        return Redirect(home);

        ViewResult Nothing(string words)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            ViewData["Refusal"] = words;
            return View("Assigned", new AssignedPage([], "", home));
        }
    }

    private async Task<(ListTarget To, string Name)?> TargetAsync(string? to, CancellationToken cancel)
    {
        if (to == "team") return (new ListTarget(null, null), "班の一覧");
        if (to?.Split(':') is not [var kind, var text] || !Guid.TryParse(text, out var id)) return null;
        await using var connection = await database.OpenAsync(cancel);
        return kind switch
        {
            "clerk" when (await ClerkStore.ReviewersAsync(connection)).FirstOrDefault(c => c.Id == id) is { } clerk => (new ListTarget(null, id), $"{clerk.Name}さん"),
            "team" when await TeamStore.FindAsync(connection, id) is { } team => (new ListTarget(id, null), $"「{team.Name}」の一覧"),
            _ => null,
        };
    }
}
