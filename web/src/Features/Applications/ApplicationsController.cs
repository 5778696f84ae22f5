using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Letters;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Applications;

/// <summary>The applicant's list.</summary>
/// <param name="Known">Institutions of the applicant's corporation in the master: one is chosen instead of typed.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record ApplicationList(
    IReadOnlyList<OwnApplicant> Applicants, IReadOnlyList<ApplicationLine> Lines, IReadOnlyList<KnownInstitution> Known, string? Next, IReadOnlyDictionary<Programme, ProgrammeYear> Years, DateTimeOffset Now);

/// <summary>One application as its applicant sees it after submission.</summary>
/// <param name="Latest">The latest submitted version.</param>
/// <param name="CanWrite">The person may edit and withdraw for this applicant.</param>
public sealed record ApplicationPage(Dossier Dossier, SubmittedVersion Latest, IReadOnlyList<HistoryLine> History, LetterSection Letters, bool CanWrite, int Shown)
{
    public Application Application => Dossier.Application;
    public bool IsCare => Application.Programme == Programme.Care;
}

/// <summary>The applicant's side: list, start, status, 受付票, edit and withdraw.</summary>
[Permit(Permission.ReadApplications)]
[Route("applications")]
public sealed class ApplicationsController(Database database, TimeProvider clock, EditApplication edit, KnownOffices knownOffices) : PortalController
{
    private const int PageSize = 50;

    [HttpGet("")]
    public async Task<IActionResult> Index(string? after, CancellationToken cancel)
    {
        var model = await ListAsync(after, cancel);
        return model.Applicants.Count == 0 ? Redirect("/profile") : View(model);
    }

    /// <summary>介護事業所の申請をはじめる / 医療機関の申請をはじめる.</summary>
    [HttpPost("")]
    [Permit(Permission.Start)]
    public async Task<IActionResult> Start(string? programme, string? number, Guid? applicant, CancellationToken cancel)
    {
        if (Codes.From<Programme>(programme) is not { } chosen) return NotFound();
        IReadOnlyList<OwnApplicant> own;
        await using (var connection = await database.OpenAsync(cancel)) own = await ApplicantStore.OfUserAsync(connection, Actor.UserId);
        if (own.Count == 0) return applicant is null ? Redirect("/profile") : NotFound();
        var writable = own.Where(a => Actor.MayApplyFor(a.Id)).ToList();
        if (writable.Count == 0) return Forbid();
        if ((applicant is { } id ? writable.FirstOrDefault(a => a.Id == id) : writable[0]) is not { } by) return NotFound();
        var prefilled = new OfficeAnswers { Number = string.IsNullOrWhiteSpace(number) ? null : number, ContactName = by.ContactName };
        if (prefilled.Number is not null) prefilled = await knownOffices.FillAsync(chosen, prefilled) ?? prefilled;
        var started = await edit.StartAsync(by.Id, chosen, prefilled, Actor, cancel);
        return Redirect(Steps.Address(started, Step.Office));
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, int? version, CancellationToken cancel)
    {
        var (page, draft) = await PageAsync(id, version, cancel);
        if (draft is { } applicant) return Actor.MayApplyFor(applicant) ? Redirect(Steps.Address(id, Step.Office)) : Forbid();
        return page is null ? NotFound() : View(page);
    }

    /// <summary>受付票, printable.</summary>
    [HttpGet("{id:guid}/slip")]
    public async Task<IActionResult> Slip(Guid id, CancellationToken cancel)
    {
        var (page, _) = await PageAsync(id, null, cancel);
        return page is null ? NotFound() : View(page);
    }

    /// <summary>ファイルを確かめる: whether a file the holder has is one of the 受付票's, found out in the browser. Nothing is sent.</summary>
    [HttpGet("{id:guid}/verify")]
    public async Task<IActionResult> Verify(Guid id, CancellationToken cancel)
    {
        var (page, _) = await PageAsync(id, null, cancel);
        return page is null ? NotFound() : View(page);
    }

    /// <summary>変更する / 修正する: opens a working copy; the submitted version stands.</summary>
    [HttpPost("{id:guid}/edit")]
    [Permit(Permission.Apply)]
    public Task<IActionResult> Edit(Guid id, CancellationToken cancel) => AnswerAsync(id, edit.BeginAsync(id, Actor, cancel), Steps.Address(id, Step.Office), null, cancel);

    /// <summary>Drops an edit, or deletes a draft.</summary>
    [HttpPost("{id:guid}/discard")]
    [Permit(Permission.Apply)]
    public Task<IActionResult> Discard(Guid id, CancellationToken cancel) =>
        AnswerAsync(id, edit.DiscardAsync(id, Actor, cancel), "/applications", "保存していた入力内容を削除しました。", cancel);

    /// <summary>取り下げる: asks once more.</summary>
    [HttpGet("{id:guid}/withdraw")]
    [Permit(Permission.Apply)]
    public async Task<IActionResult> ConfirmWithdrawal(Guid id, CancellationToken cancel)
    {
        var (page, _) = await PageAsync(id, null, cancel);
        if (page is null) return NotFound();
        if (!page.CanWrite) return Forbid();
        return page.Application.IsEditable ? View("Withdraw", page) : Redirect($"/applications/{id}");
    }

    /// <summary>取り下げる.</summary>
    [HttpPost("{id:guid}/withdraw")]
    [Permit(Permission.Apply)]
    public Task<IActionResult> Withdraw(Guid id, int version, CancellationToken cancel) =>
        AnswerAsync(id, edit.WithdrawAsync(id, version, null, Actor, cancel), $"/applications/{id}", "申請を取り下げました。", cancel);

    private async Task<IActionResult> AnswerAsync(Guid id, Task<CommandResult> running, string goOn, string? banner, CancellationToken cancel)
    {
        switch (await running)
        {
            case CommandResult.Done:
                if (banner is not null) Banner(banner);
                return Redirect(goOn);
            case CommandResult.Forbidden:
                return Forbid();
            case CommandResult.Refused refused:
                ModelState.Clear();
                var (page, _) = await PageAsync(id, null, cancel);
                return page is null ? NotFound() : Refused(nameof(Show), page, refused.Reason);
            default:
                return NotFound();
        }
    }

    /// <returns>The page; for a draft, which has none yet, whose it is instead.</returns>
    private async Task<(ApplicationPage? Page, Guid? DraftOf)> PageAsync(Guid id, int? version, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (await DossierStore.LoadAsync(connection, id, Actor, clock.GetUtcNow()) is not { } dossier) return (null, null);
        var application = dossier.Application;
        if (application.Status == Status.Draft) return (null, application.ApplicantId);
        var reads = new RoundTrip(connection);
        var (latest, history) = (reads.Ask(ApplicationQueries.Version(id, version ?? application.Submissions)), reads.Ask(ApplicationQueries.History(id)));
        var letters = reads.Ask(LetterStore.OfApplication(id, Actor));
        await reads.SendAsync(cancel);
        if (latest.Value is not { } submitted) return (null, null);
        return (new ApplicationPage(dossier, submitted, history.Value, new LetterSection(letters.Value, ForStaff: false, CanPrint: true), Actor.MayApplyFor(application.ApplicantId), version ?? application.Submissions), null);
    }

    private async Task<ApplicationList> ListAsync(string? after, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var reads = new RoundTrip(connection);
        var (own, page) = (reads.Ask(ApplicantStore.OfUser(Actor.UserId)), reads.Ask(ApplicationQueries.OfUser(Actor.UserId, Position(after), PageSize + 1)));
        var (years, known) = (reads.Ask(ProgrammeYearStore.All()), reads.Ask(OfficeQueries.OfUser(Actor.UserId)));
        await reads.SendAsync(cancel);
        var (lines, now) = (page.Value, clock.GetUtcNow());
        var next = lines.Count > PageSize ? lines[PageSize - 1] : null;
        return new ApplicationList(own.Value, [.. lines.Take(PageSize)], known.Value,
            next is null ? null : string.Create(CultureInfo.InvariantCulture, $"{next.UpdatedAt.UtcTicks}_{next.Id}"),
            years.Value.GroupBy(y => y.Programme).ToDictionary(g => g.Key, g => ProgrammeYearStore.Current([.. g], now)!), now);
    }

    private static ListPosition? Position(string? after)
    {
        var parts = after?.Split('_') ?? [];
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks && Guid.TryParse(parts[1], out var id) ? new ListPosition(new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;
    }
}
