using GrantPortal.Domain;
using GrantPortal.Web.Features.Routing;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>The selected cases: what would be granted, or what became of each.</summary>
/// <param name="Ran">False: nothing was done yet.</param>
/// <param name="Home">The queue they were selected on.</param>
/// <param name="Back">Its query.</param>
public sealed record BatchPage(IReadOnlyList<BatchCase> Cases, bool Ran, string Home, string? Back)
{
    /// <summary>Those that can be granted; when it ran, those that were.</summary>
    public IReadOnlyList<BatchCase> Good { get; } = [.. Cases.Where(c => Ran ? c.IsDone : c is { Against: null, IsDone: false })];

    public IReadOnlyList<BatchCase> Bad { get; } = [.. Cases.Where(c => c.Against is not null)];

    /// <summary>Granted before, by the same click sent again.</summary>
    public IReadOnlyList<BatchCase> Before { get; } = [.. Cases.Where(c => !Ran && c.IsDone)];

    /// <summary>Of <see cref="Good"/>.</summary>
    public Yen Sum => new(Good.Sum(c => c.Amount?.Amount ?? 0));
}

/// <summary>選んだ案件をまとめて決裁する: first what would be granted, then, asked once more, the grants with the result of each.</summary>
[Route("review/batch")]
[Permit(Permission.Decide)]
public sealed class BatchController(DecideBatch batch) : PortalController
{
    /// <param name="ids"><c>{id}:{version}</c> of each selected case.</param>
    /// <param name="confirmed">Anything: the question was answered.</param>
    /// <param name="back">The queue's query to come back to.</param>
    [HttpPost("")]
    public async Task<IActionResult> Batch([FromForm] string[]? ids, [FromForm] string? confirmed, [FromForm] string? back, CancellationToken cancel)
    {
        var home = $"/review{(string.IsNullOrEmpty(back) ? "" : $"?{back}")}";
        if (ids is { Length: > Selection.Most }) return Nothing($"一度に決裁できるのは{Selection.Most}件までです。一覧に戻り、選ぶ件数を減らしてください。");
        var cases = Selection.Read(ids);
        if (cases.Count == 0) return Nothing("決裁する案件が選ばれていません。一覧に戻り、案件の左の欄にチェックを入れてください。");
        if (string.IsNullOrEmpty(confirmed)) return View("Batch", new BatchPage(await batch.LookAsync(cases, Actor, cancel), Ran: false, home, back));
        var page = new BatchPage(await batch.RunAsync(cases, Actor), Ran: true, home, back);
        if (page.Bad.Count > 0) Response.StatusCode = StatusCodes.Status409Conflict;
        return View("Batch", page);

        ViewResult Nothing(string words)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            ViewData["Refusal"] = words;
            return View("Batch", new BatchPage([], Ran: false, home, back));
        }
    }
}
