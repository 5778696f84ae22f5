using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Offices;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Claims;

/// <summary>A page of claims.</summary>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ClaimList(bool Open, IReadOnlyList<ClaimLine> Lines, string? Next);

/// <summary>The decision as typed.</summary>
public sealed record ClaimForm
{
    /// <summary><c>uphold</c> or <c>decline</c>.</summary>
    public string? Verdict { get; init; }

    public string? Reason { get; init; }

    /// <summary>取り下げる: the application of the side that does not get the number.</summary>
    public bool Withdraw { get; init; }

    /// <summary>The version of the claim the page showed. What is no number is stale.</summary>
    public string? Version { get; init; }

    /// <summary>Versions of the two sides' withdrawable applications the page showed, as <c>id:version</c>.</summary>
    public List<string> Seen { get; init; } = [];

    public int SeenClaim => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    public int SeenApplication(Guid id) =>
        Seen.Select(s => s.Split(':')).Where(s => s.Length == 2 && Guid.TryParse(s[0], out var of) && of == id && int.TryParse(s[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(s => int.Parse(s[1], CultureInfo.InvariantCulture)).FirstOrDefault(-1);
}

/// <summary>One claim with what both say, and the decision.</summary>
public sealed record ClaimPage(ClaimDetail Detail, KnownInstitution? Known, ClaimForm Form, Actor Actor)
{
    public NumberClaim Claim => Detail.Claim;
    public bool IsCare => Claim.Programme == Programme.Care;

    /// <summary>Why the person cannot decide although their role may; null where nothing stands against it.</summary>
    public Refusal? Conflict => Claim.State == ClaimState.Open ? Claim.AgainstDeciding(Actor, Claim.Version) : null;

    public bool MayDecide => Claim.State == ClaimState.Open && Permissions.Allows(Permission.DecideClaim, Actor) && Conflict is null;

    /// <summary>The side's application that can be withdrawn together with the decision.</summary>
    public static ClaimedApplication? Withdrawable(ClaimParty party) => party.Applications.FirstOrDefault(a => Transitions.Next(a.Status, Act.Withdraw) is not null);
}

/// <summary>番号の申し出: second claims to numbers, decided once (rule 2).</summary>
[Route("review/claims")]
[Permit(Permission.ReadClaims)]
public sealed class ClaimsController(Database database, OfficeQueries offices, DecideClaim decide, AuditLog audit) : PortalController
{
    private const int PageSize = 50;
    private const int LongestReason = 1000;

    [HttpGet("")]
    public async Task<IActionResult> Index(string? state, string? after, CancellationToken cancel)
    {
        ModelState.Clear(); // an address somebody mistyped is no form to correct
        var open = state != "decided";
        await using var connection = await database.OpenAsync(cancel);
        var lines = await NumberClaims.PageAsync(connection, open, Position(after), PageSize + 1);
        var last = lines.Count > PageSize ? lines[PageSize - 1] : null;
        return View(new ClaimList(open, [.. lines.Take(PageSize)], last is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(last.DecidedAt ?? last.ClaimedAt).UtcTicks}_{last.Id}")));
    }

    [HttpGet("{id:long}")]
    public async Task<IActionResult> Show(long id, CancellationToken cancel)
    {
        if (await FindAsync(id, new ClaimForm(), cancel) is not { } page) return NotFound();
        await audit.AppendAsync(new AuditEntry(Actor, "view-claim", "claim", id.ToString(CultureInfo.InvariantCulture), HttpContext.Address()), cancel);
        return View(page);
    }

    [HttpPost("{id:long}")]
    [Permit(Permission.DecideClaim)]
    public async Task<IActionResult> Decide(long id, ClaimForm form, CancellationToken cancel)
    {
        ModelState.Clear();
        if (await FindAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.Verdict is not ("uphold" or "decline")) problems.Add(nameof(form.Verdict), "「認める」か「認めない」を選んでください。");
        var reason = problems.Text(nameof(form.Reason), form.Reason, "理由", LongestReason);
        if (problems.Any) return Invalid(nameof(Show), page, problems.Errors);
        var upheld = form.Verdict == "uphold";
        var withdraw = form.Withdraw ? ClaimPage.Withdrawable(upheld ? page.Detail.Holder : page.Detail.Claimant) : null;
        if (form.Withdraw && withdraw is null)
            return Refused(nameof(Show), page, new Refusal(RefusalCode.WrongState, "番号を得ない側の申請は、いま取り下げられる状態ではありません。取り下げの選択を外すか、案件の画面で状態をご確認ください。"));
        var decision = new ClaimDecision(upheld, reason, withdraw?.Id, withdraw is null ? 0 : form.SeenApplication(withdraw.Id));
        switch (await decide.RunAsync(id, form.SeenClaim, decision, Actor, HttpContext.Address(), cancel))
        {
            case ChangeResult.Done:
                Banner(upheld ? "申し出を認めました。双方にメールでお知らせします。" : "申し出を認めませんでした。双方にメールでお知らせします。");
                return Redirect($"/review/claims/{id}");
            case ChangeResult.Refused refused when await FindAsync(id, form, cancel) is { } now:
                return Refused(nameof(Show), now, refused.Reason);
            case ChangeResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }

    private async Task<ClaimPage?> FindAsync(long id, ClaimForm form, CancellationToken cancel)
    {
        ClaimDetail? detail;
        await using (var connection = await database.OpenAsync(cancel)) detail = await NumberClaims.DetailAsync(connection, id);
        return detail is null ? null : new ClaimPage(detail, await offices.FindAsync(detail.Claim.Programme, detail.Claim.Number, cancel), form, Actor);
    }

    private static ClaimPosition? Position(string? after)
    {
        var parts = after?.Split('_') ?? [];
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new ClaimPosition(new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;
    }
}
