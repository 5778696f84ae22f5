using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Offices;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Claims;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Offices;

/// <summary>An office as typed.</summary>
public sealed record OfficeForm
{
    /// <summary><c>care</c> or <c>medical</c>.</summary>
    public string? Programme { get; init; } = "care";

    public string? Number { get; init; }

    /// <summary>申し出: why the number is theirs.</summary>
    public string? Words { get; init; }
}

/// <summary>The offices of an applicant.</summary>
/// <param name="Own">All applicants of the person, to choose from.</param>
/// <param name="Known">Institutions of the corporation in the master that are not in the list yet.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
/// <param name="Held">Numbers that were to be added and could not be: they can be claimed.</param>
public sealed record OfficesPage(
    OwnApplicant Applicant, IReadOnlyList<OwnApplicant> Own, IReadOnlyList<OfficeLine> Lines, IReadOnlyList<KnownInstitution> Known, string? Next, OfficeForm Form,
    IReadOnlyList<NewOffice> Held)
{
    public bool MayEdit => Applicant.Role != MemberRole.Viewer;
}

/// <summary>事業所・医療機関: added by number or all of a corporation at once, each with what became of its application and the button to start one.</summary>
[Route("offices")]
[Permit(Permission.ReadOffices)]
public sealed class OfficesController(Database database, OfficeQueries master, ManageOffices manage, FileClaim claims) : PortalController
{
    private const int PageSize = 100;

    [HttpGet("")]
    public async Task<IActionResult> Index(Guid? applicant, string? after, CancellationToken cancel)
    {
        if (applicant is null && Actor.Memberships.Count == 0) return Redirect("/profile");
        ModelState.Clear();
        return await PageAsync(applicant, new OfficeForm(), after, cancel) is { } page ? View(nameof(Index), page) : NotFound();
    }

    [HttpPost("{applicant:guid}")]
    [Permit(Permission.EditOffices)]
    public async Task<IActionResult> Add(Guid applicant, OfficeForm form, CancellationToken cancel)
    {
        var (page, denied) = await EditableAsync(applicant, form, cancel);
        if (page is null) return denied;
        var problems = new Problems();
        if (Read(form, problems) is not { } number) return Invalid(nameof(Index), page, problems.Errors);
        var known = await master.FindAsync(number.Programme, number.Value, cancel);
        return await AddAsync(page, [new NewOffice(number.Programme, number.Value, known?.Name ?? "")], cancel);
    }

    /// <summary>まとめて追加する: institutions the master lists under the corporation's number.</summary>
    /// <param name="offices"><c>care:1399900016</c> …</param>
    [HttpPost("{applicant:guid}/known")]
    [Permit(Permission.EditOffices)]
    public async Task<IActionResult> AddKnown(Guid applicant, List<string> offices, CancellationToken cancel)
    {
        var (page, denied) = await EditableAsync(applicant, new OfficeForm(), cancel);
        if (page is null) return denied;
        var chosen = page.Known.Where(k => offices.Contains($"{Codes.Of(k.Programme)}:{k.Number}", StringComparer.Ordinal)).Select(k => new NewOffice(k.Programme, k.Number, k.Name)).ToList();
        return chosen.Count == 0
            ? Invalid(nameof(Index), page, [new Problem("offices", "追加する事業所・医療機関を選んでください。")])
            : await AddAsync(page, chosen, cancel);
    }

    [HttpPost("{applicant:guid}/remove")]
    [Permit(Permission.EditOffices)]
    public async Task<IActionResult> Remove(Guid applicant, OfficeForm form, CancellationToken cancel)
    {
        var (page, denied) = await EditableAsync(applicant, new OfficeForm(), cancel);
        if (page is null) return denied;
        if (Codes.From<Programme>(form.Programme) is not { } programme) return Invalid(nameof(Index), page, [new Problem(nameof(form.Programme), "「介護事業所」か「医療機関」を選んでください。")]);
        switch (await manage.RemoveAsync(applicant, programme, form.Number ?? "", Actor, HttpContext.Address(), cancel))
        {
            case ChangeResult.Done:
                Banner("一覧から外しました。");
                return Redirect($"/offices?applicant={applicant}");
            case ChangeResult.Refused refused:
                ModelState.Clear();
                return Refused(nameof(Index), page, refused.Reason);
            default:
                Banner("この番号は、すでに一覧にありません。");
                return Redirect($"/offices?applicant={applicant}");
        }
    }

    /// <summary>自分の番号として申し出る: staff decide. The answer is the same whether anybody holds the number.</summary>
    [HttpPost("{applicant:guid}/claims")]
    [Permit(Permission.EditOffices)]
    public async Task<IActionResult> Claim(Guid applicant, OfficeForm form, CancellationToken cancel)
    {
        var (page, denied) = await EditableAsync(applicant, form, cancel);
        if (page is null) return denied;
        var problems = new Problems();
        var number = Read(form, problems);
        var words = problems.Text(nameof(form.Words), form.Words, "申し出の内容", 1000);
        if (number is null || problems.Any)
            return Invalid(nameof(Index), page with { Held = number is null ? [] : [new NewOffice(number.Programme, number.Value, "")] }, problems.Errors);
        await claims.RunAsync(applicant, number.Programme, number.Value, ClaimSource.Listed, null, words, Actor, HttpContext.Address(), cancel);
        Banner("申し出を受け付けました。審査担当が確認し、結果をメールでお知らせします。");
        return Redirect($"/offices?applicant={applicant}");
    }

    /// <summary>What the holder of a number tells staff about another's claim.</summary>
    [HttpPost("claims/{id:long}/statement")]
    [Permit(Permission.EditOffices)]
    public async Task<IActionResult> Say(long id, string? statement, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (await NumberClaims.DetailAsync(connection, id) is not { } detail || !Actor.BelongsTo(detail.Claim.HolderId)) return NotFound();
        var applicant = detail.Claim.HolderId;
        if (!Actor.MayApplyFor(applicant)) return Forbid();
        var problems = new Problems();
        var words = problems.Text("statement", statement, "お伝えになりたいこと", 1000);
        if (problems.Any) return await PageAsync(applicant, new OfficeForm(), null, cancel) is { } page ? Invalid(nameof(Index), page, problems.Errors) : NotFound();
        if (!await NumberClaims.StateAsync(connection, id, [applicant], words))
            return await PageAsync(applicant, new OfficeForm(), null, cancel) is { } decided
                ? Refused(nameof(Index), decided, new Refusal(RefusalCode.Stale, "この番号の確認は終わっています。結果はメールでお知らせしました。"))
                : NotFound();
        Banner("審査担当にお伝えしました。");
        return Redirect($"/offices?applicant={applicant}");
    }

    private async Task<IActionResult> AddAsync(OfficesPage page, IReadOnlyList<NewOffice> offices, CancellationToken cancel)
    {
        var result = await manage.AddAsync(page.Applicant.Id, offices, Actor, cancel);
        if (result.Held.Count == 0)
        {
            Banner(result.Added == 0 ? "すでに一覧にあります。" : offices.Count == 1 && offices[0].Name.Length > 0 ? $"「{offices[0].Name}」を追加しました。" : $"{result.Added}件を追加しました。");
            return Redirect($"/offices?applicant={page.Applicant.Id}");
        }
        ModelState.Clear();
        var now = (await PageAsync(page.Applicant.Id, page.Form, null, cancel) ?? page) with { Held = result.Held };
        var words = string.Join("、", result.Held.Select(h => h.Number));
        return Refused(nameof(Index), now, new Refusal(RefusalCode.NumberHeld,
            (result.Added > 0 ? $"{result.Added}件を追加しました。" : "") + $"次の番号は、追加できませんでした：{words}。番号をご確認のうえ、ご自身のものである場合は、下の欄から申し出てください。"));
    }

    private static InstitutionNumber? Read(OfficeForm form, Problems problems)
    {
        if (Codes.From<Programme>(form.Programme) is not { } programme)
        {
            problems.Add(nameof(form.Programme), "「介護事業所」か「医療機関」を選んでください。");
            return null;
        }
        if (InstitutionNumber.TryParse(programme, form.Number, out var number, out var wrong)) return number;
        problems.Add(nameof(form.Number), wrong);
        return null;
    }

    /// <summary>The page of an applicant the person may write for; without one the answer.</summary>
    private async Task<(OfficesPage? Page, IActionResult Denied)> EditableAsync(Guid applicant, OfficeForm form, CancellationToken cancel) =>
        await PageAsync(applicant, form, null, cancel) is not { } page ? (null, NotFound()) : page.MayEdit ? (page, Ok()) : (null, Forbid());

    private async Task<OfficesPage?> PageAsync(Guid? applicant, OfficeForm form, string? after, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var own = await ApplicantStore.OfUserAsync(connection, Actor.UserId);
        if ((applicant is { } id ? own.FirstOrDefault(a => a.Id == id) : own.Count > 0 ? own[0] : null) is not { } chosen) return null;
        var reads = new RoundTrip(connection);
        var page = reads.Ask(ApplicantOffices.Page(chosen.Id, Actor.UserId, Position(after), PageSize + 1));
        var all = reads.Ask(ApplicantOffices.OfApplicant(chosen.Id, 2 * OfficeQueries.MostOfCorporation));
        var listed = chosen.CorporateNumber is { } corporate && chosen.Role != MemberRole.Viewer ? reads.Ask(OfficeQueries.OfCorporation(corporate)) : null;
        await reads.SendAsync(cancel);
        var (lines, mine, known) = (page.Value, all.Value.Select(o => (o.Programme, o.Number)).ToHashSet(), listed?.Value ?? []);
        var last = lines.Count > PageSize ? lines[PageSize - 1] : null;
        return new OfficesPage(
            chosen, own, [.. lines.Take(PageSize)], [.. known.Where(k => !mine.Contains((k.Programme, k.Number)))], last is null ? null : $"{Codes.Of(last.Programme)}_{last.Number}", form, []);
    }

    private static OfficePosition? Position(string? after)
    {
        var parts = after?.Split('_') ?? [];
        return parts.Length == 2 && Codes.From<Programme>(parts[0]) is { } programme ? new OfficePosition(programme, parts[1]) : null;
    }
}
