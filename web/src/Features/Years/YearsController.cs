using GrantPortal.Data;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Public;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Years;

/// <summary>事業年度: period, budget and settings of each programme year; stop and reopen reception (要綱 §15); the next year.</summary>
[Route("admin/years")]
[Permit(Permission.ManageYears)]
public sealed class YearsController(Database database, ChangeYear change, TimeProvider clock) : PortalController
{
    private const int MostEvents = 100;

    private bool MayChange => Permissions.Allows(Permission.ManageYears, Actor);

    private DateOnly Today => JapanTime.DateOf(clock.GetUtcNow());

    [HttpGet("")]
    [Permit(Permission.ReadYears)]
    public async Task<IActionResult> Index(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var years = await ProgrammeYearStore.AllAsync(connection, cancel);
        var budgets = await ProgrammeYearStore.BudgetsAsync(connection, cancel);
        return View("Years", new YearsPage(
            [.. years.Select(year => (Year: year, Budget: budgets.GetValueOrDefault(year.Id))).Select(y => new YearLine(y.Year, y.Budget, Intake.StateOf(y.Year, y.Budget, now)))],
            [.. years.GroupBy(y => y.Programme).Select(of => of.MaxBy(y => y.Closes)!).Where(y => YearChanges.Next(y) is not null).OrderBy(y => y.Programme)],
            MayChange));
    }

    [HttpGet("{id}")]
    [Permit(Permission.ReadYears)]
    public async Task<IActionResult> Edit(string id, CancellationToken cancel) => await PageAsync(id, form: null, cancel) is { } page ? View("Year", page) : NotFound();

    [HttpPost("{id}")]
    public async Task<IActionResult> Change(string id, YearForm form, CancellationToken cancel)
    {
        if (await PageAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        form.Read(page.Year, Today, problems);
        var reason = form.ReadReason(problems);
        if (problems.Any) return Invalid("Year", page, problems.Errors);
        return await SaveAsync(
            page, Act("year-changed", reason), (year, now) => form.Read(year, JapanTime.DateOf(now), new Problems()) ?? year, _ => null, $"{page.Year.FullName}の設定を保存しました。", cancel);
    }

    /// <summary>受付を停止する.</summary>
    [HttpPost("{id}/stop")]
    public Task<IActionResult> Stop(string id, YearForm form, CancellationToken cancel) =>
        TurnAsync(id, form, "year-stopped", (year, reason) => year with { StoppedBecause = reason }, YearChanges.RefuseStop, "新しい申請の受付を停止しました。", cancel);

    /// <summary>受付を再開する.</summary>
    [HttpPost("{id}/reopen")]
    public Task<IActionResult> Reopen(string id, YearForm form, CancellationToken cancel) =>
        TurnAsync(id, form, "year-reopened", (year, _) => year with { StoppedBecause = null }, YearChanges.RefuseReopening, "受付の停止を解除しました。", cancel);

    /// <summary>お知らせ by itself.</summary>
    [HttpPost("{id}/announcement")]
    public async Task<IActionResult> Announce(string id, YearForm form, CancellationToken cancel)
    {
        if (await PageAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        var announcement = YearForm.ReadWords(nameof(form.Words), form.Words, clock.GetUtcNow(), problems);
        if (problems.Any) return Invalid("Year", page, problems.Errors);
        return await SaveAsync(
            page, Act("year-announced", ""), (year, _) => year.Announcement?.Text == announcement?.Text ? year : year with { Announcement = announcement }, _ => null,
            announcement is null ? "お知らせをトップページから消しました。" : "お知らせをトップページに表示しました。", cancel);
    }

    [HttpGet("{id}/next")]
    public async Task<IActionResult> New(string id, CancellationToken cancel) => await NextAsync(id, form: null, cancel) is { } page ? View("Next", page) : NotFound();

    /// <summary>The next year on the model of this one.</summary>
    [HttpPost("{id}/next")]
    public async Task<IActionResult> Add(string id, YearForm form, CancellationToken cancel)
    {
        if (await NextAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        form.Read(page.Year, Today, problems);
        var reason = form.ReadReason(problems);
        if (problems.Any) return Invalid("Next", page, problems.Errors);
        switch (await change.AddNextAsync(id, Act("year-added", reason), copy => form.Read(copy, Today, new Problems()) ?? copy, cancel))
        {
            case ChangeResult.Refused refused:
                return Refused("Next", page, refused.Reason);
            case ChangeResult.Done:
                Banner($"{page.Year.FullName}を追加しました。限度額などは、最初の申請を受け付けるまで変更できます。");
                return Redirect($"/admin/years/{page.Year.Id}");
            default:
                return NotFound();
        }
    }

    private YearAct Act(string action, string reason) => new(Actor, HttpContext.Address(), action, reason);

    private async Task<IActionResult> TurnAsync(
        string id, YearForm form, string action, Func<ProgrammeYear, string, ProgrammeYear> turn, Func<ProgrammeYear, Refusal?> refuse, string banner, CancellationToken cancel)
    {
        if (await PageAsync(id, form, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        var reason = form.ReadStopReason(problems);
        var announcement = YearForm.ReadWords(nameof(form.StopWords), form.StopWords, clock.GetUtcNow(), problems);
        if (problems.Any) return Invalid("Year", page, problems.Errors);
        return await SaveAsync(page, Act(action, reason), (year, _) => turn(year, reason) with { Announcement = announcement ?? year.Announcement }, refuse, banner, cancel);
    }

    private async Task<IActionResult> SaveAsync(
        YearPage page, YearAct act, Func<ProgrammeYear, DateTimeOffset, ProgrammeYear> next, Func<ProgrammeYear, Refusal?> refuse, string banner, CancellationToken cancel)
    {
        switch (await change.RunAsync(page.Year.Id, page.Form.Seen, act, next, refuse, cancel))
        {
            case ChangeResult.Refused refused:
                // As it stands now, for somebody may have been faster.
                return Refused("Year", await PageAsync(page.Year.Id, page.Form, cancel) ?? page, refused.Reason);
            case ChangeResult.Done:
                Banner(banner);
                return Redirect($"/admin/years/{page.Year.Id}");
            default:
                return NotFound();
        }
    }

    private async Task<YearPage?> PageAsync(string id, YearForm? form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await ProgrammeYearStore.FindAsync(connection, id, cancel) is not { } year) return null;
        var reads = new RoundTrip(connection);
        var (budget, inUse, history) = (reads.Ask(ProgrammeYearStore.Budget(id)), reads.Ask(YearEdits.InUse(year)), reads.Ask(YearEdits.History(id, MostEvents)));
        await reads.SendAsync(cancel);
        return new YearPage(
            year, budget.Value, new Intake(year, Intake.StateOf(year, budget.Value, now), JapanTime.DateOf(now)), inUse.Value, history.Value,
            form ?? YearForm.Of(year), MayChange);
    }

    private async Task<NextYearPage?> NextAsync(string id, YearForm? form, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await ProgrammeYearStore.FindAsync(connection, id, cancel) is { } year && YearChanges.Next(year) is { } next ? new NextYearPage(year, next, form ?? YearForm.Of(next)) : null;
    }
}
