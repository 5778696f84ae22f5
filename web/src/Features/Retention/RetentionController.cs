using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Retention;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Retention;

/// <summary>記録の保存と削除: what the next run deletes, what is held, what was deleted.</summary>
/// <param name="Due">One page of the applications the next run deletes.</param>
/// <param name="Next">Where its next page begins; null: this is the last.</param>
/// <param name="Drafts">How many drafts, counted up to <see cref="MostDrafts"/>. Whose they are is nobody's business here.</param>
/// <param name="Older">Id the next page of deletions begins after; null: this is the last.</param>
public sealed record RetentionPage(
    DateOnly Run, IReadOnlyList<EndedApplication> Due, string? Next, int Drafts, IReadOnlyList<HeldApplication> Held, IReadOnlyList<Deletion> Deletions, long? Older, bool IsFirst)
{
    public const int MostDrafts = 1000;
    public const int MostHeld = 200;

    public static string WhyOf(Deletion deletion) => deletion.Why switch
    {
        "five-fiscal-years" => "5年度の保存期間が過ぎた",
        "untouched-draft" => "12か月保存されなかった",
        _ => deletion.Why,
    };
}

/// <summary>管理者 and 監査 read what retention does; nobody does anything here.</summary>
[Route("admin/retention")]
[Permit(Permission.ReadRetention)]
public sealed class RetentionController(Database database, TimeProvider clock) : PortalController
{
    private const int Size = 50;

    /// <param name="after">Where the page of what is due begins.</param>
    /// <param name="before">Where the page of what was deleted begins.</param>
    [HttpGet("")]
    public async Task<IActionResult> Index(string? after, long? before, CancellationToken cancel)
    {
        var run = NextRun.After(clock.GetUtcNow());
        await using var connection = await database.OpenAsync(cancel);
        var reads = new RoundTrip(connection);
        var (applications, drafts) = (reads.Ask(RetentionQueries.Due(run, Position(after), Size + 1, Actor)), reads.Ask(RetentionQueries.DraftsDue(run, after: null, RetentionPage.MostDrafts)));
        var (held, deleted) = (reads.Ask(LegalHolds.All(Actor, RetentionPage.MostHeld)), reads.Ask(RetentionQueries.Deletions(before, Size + 1)));
        await reads.SendAsync(cancel);
        var (due, deletions) = (applications.Value, deleted.Value);
        return View("Retention", new RetentionPage(
            run, [.. due.Take(Size)], due.Count > Size ? string.Create(CultureInfo.InvariantCulture, $"{due[Size - 1].EndedAt.UtcTicks}_{due[Size - 1].Id}") : null, drafts.Value.Count, held.Value,
            [.. deletions.Take(Size)], deletions.Count > Size ? deletions[Size - 1].Id : null, after is null && before is null));
    }

    private static (DateTimeOffset EndedAt, Guid Id)? Position(string? after)
    {
        var parts = after?.Split('_') ?? [];
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks && Guid.TryParse(parts[1], out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }
}
