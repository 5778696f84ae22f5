using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One case on the desk: what was applied for, its documents, and what this person can do with it.</summary>
[Route("review/{id:guid}")]
[Permit(Permission.ReadReviews)]
public sealed class ReviewsController(
    Database database, TimeProvider clock, OfficeQueries offices, BankQueries banks, AuditLog audit,
    ClaimApplication claim, ReviewApplication review, DecideApplication decide, WithdrawByStaff withdraw) : PortalController
{
    /// <param name="version">An earlier submitted version to look at; null: the latest.</param>
    [HttpGet("")]
    public async Task<IActionResult> Case(Guid id, int? version, CancellationToken cancel)
    {
        ModelState.Clear();
        if (await FindAsync(id, await ParkedFormAsync(), version, cancel) is not { } page) return NotFound();
        await LookedAtAsync(page, cancel);
        return View("Case", page);
    }

    /// <summary>口座番号を表示する: the same page with the account number of this version, to compare with the passbook. Every time stands in the audit.</summary>
    [HttpPost("account")]
    [Permit(Permission.ReadAccountNumber)]
    public async Task<IActionResult> ShowAccount(Guid id, ReviewForm form, int? shown, CancellationToken cancel)
    {
        ModelState.Clear();
        if (await FindAsync(id, form.Verdict is null ? null : form, shown, cancel, accountShown: true) is not { } page) return NotFound();
        await audit.AppendAsync(
            new AuditEntry(Actor, "account-number-read", "application", id.ToString(), HttpContext.Address(), new { version = page.Version.Version }), cancel);
        return View("Case", page);
    }

    [HttpPost("claim")]
    [Permit(Permission.Claim)]
    public async Task<IActionResult> Claim(Guid id, ReviewForm form, CancellationToken cancel) =>
        await AnswerAsync(id, form, await claim.RunAsync(id, form.Seen, Actor, cancel), "この申請の担当になりました。", cancel);

    [HttpPost("release")]
    [Permit(Permission.Release)]
    public async Task<IActionResult> Release(Guid id, ReviewForm form, CancellationToken cancel) =>
        await AnswerAsync(id, form, await claim.ReleaseAsync(id, form.Seen, Actor, cancel), "担当を外しました。申請は審査を待つ案件に戻りました。", cancel);

    [HttpPost("first-review")]
    [Permit(Permission.Review)]
    public async Task<IActionResult> FirstReview(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadVerdict(page.Application.Applied, problems) is not { } reading) return await InvalidAsync(page, problems, cancel);
        var result = await review.RunAsync(id, form.Seen, reading.Verdict, reading.Amount, reading.Reason, Actor, cancel);
        return await AnswerAsync(id, form, result, "一次審査を完了しました。決裁者の決定を待ちます。", cancel);
    }

    [HttpPost("return")]
    [Permit(Permission.Review)]
    public async Task<IActionResult> Return(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadReturn(page.Dossier.Year, page.Reasons, page.Today, problems) is not { } reading) return await InvalidAsync(page, problems, cancel);
        var result = await review.ReturnAsync(id, form.Seen, reading.Items, reading.AnswerBy, Actor, cancel);
        return await AnswerAsync(id, form, result, "差し戻しました。申請者にメールでお知らせします。", cancel);
    }

    [HttpPost("decision")]
    [Permit(Permission.Decide)]
    public async Task<IActionResult> Decide(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadVerdict(page.Application.Applied, problems) is not { } reading) return await InvalidAsync(page, problems, cancel);
        return reading is { Verdict: Verdict.Grant, Amount: { } amount }
            ? await AnswerAsync(id, form, await decide.GrantAsync(id, form.Seen, amount, reading.Reason, Actor, cancel), "交付を決定しました。申請者にメールでお知らせします。", cancel)
            : await AnswerAsync(id, form, await decide.RefuseAsync(id, form.Seen, reading.Reason!, Actor, cancel), "不交付を決定しました。申請者にメールでお知らせします。", cancel);
    }

    [HttpPost("hand-back")]
    [Permit(Permission.Decide)]
    public async Task<IActionResult> HandBack(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadHandBack(problems) is not { } reason) return await InvalidAsync(page, problems, cancel);
        return await AnswerAsync(id, form, await decide.HandBackAsync(id, form.Seen, reason, Actor, cancel), "審査に戻しました。", cancel);
    }

    [HttpPost("withdraw")]
    [Permit(Permission.WithdrawForThem)]
    public async Task<IActionResult> Withdraw(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadWithdrawal(problems) is not { } reason) return await InvalidAsync(page, problems, cancel);
        return await AnswerAsync(id, form, await withdraw.RunAsync(id, form.Seen, reason, Actor, cancel), "申請を取り下げました。申請者にメールでお知らせします。", cancel);
    }

    /// <summary>Done: the case as it is now. Refused: the same page with the reason, what was typed, and the current state.</summary>
    private async Task<IActionResult> AnswerAsync(Guid id, ReviewForm form, CommandResult result, string banner, CancellationToken cancel)
    {
        switch (result)
        {
            case CommandResult.Done:
                Banner(banner);
                return Redirect($"/review/{id}");
            case CommandResult.Refused refused when await FindAsync(id, form, version: null, cancel) is { } page:
                await LookedAtAsync(page, cancel);
                return Refused("Case", page, refused.Reason);
            case CommandResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            default:
                return NotFound();
        }
    }

    private async Task<IActionResult> InvalidAsync(CasePage page, Problems problems, CancellationToken cancel)
    {
        await LookedAtAsync(page, cancel);
        return Invalid("Case", page, problems.Errors);
    }

    private Task LookedAtAsync(CasePage page, CancellationToken cancel) => audit.AppendAsync(
        new AuditEntry(Actor, "view-case", "application", page.Application.Id.ToString(), HttpContext.Address(), new { version = page.Version.Version }), cancel);

    /// <summary>The case as it is now; null when it does not exist or is a draft.</summary>
    /// <param name="typed">Null: a fresh form.</param>
    private async Task<CasePage?> FindAsync(Guid id, ReviewForm? typed, int? version, CancellationToken cancel, bool accountShown = false)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await DossierStore.LoadAsync(connection, id, Actor, now) is not { } dossier) return null;
        var application = dossier.Application;
        var number = version ?? application.Submissions;
        if (await ApplicationQueries.VersionAsync(connection, id, number) is not { } shown) return null;
        var previous = number > 1 ? await ApplicationQueries.VersionAsync(connection, id, number - 1) : null;
        var facts = await ReviewQueries.FactsAsync(connection, application);
        var history = await ApplicationQueries.HistoryAsync(connection, id);
        var known = await offices.FindAsync(application.Programme, shown.Content.Number, cancel);
        var bank = await banks.NamesAsync(shown.Content.Account.BankCode, shown.Content.Account.BranchCode, cancel);
        return new CasePage(dossier, shown, previous, facts, history, known, bank, typed ?? Fresh(application, JapanTime.DateOf(now)), Actor, now, accountShown)
        {
            Reasons = await ReturnReasons.ActiveAsync(connection),
            Claims = await NumberClaims.AboutAsync(connection, application.Programme, shown.Content.Number),
            SameCorporation = await NumberClaims.SameCorporationAsync(connection, application.ApplicantId),
        };
    }

    private static ReviewForm Fresh(Application application, DateOnly today) => new()
    {
        // What most clean applications come to; changing it is one key.
        Verdict = "grant",
        Amount = (application.Recommended ?? application.Applied).ToString(),
        AnswerBy = today.AddDays(ReviewForm.DaysToAnswer).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    /// <summary>What was typed before the session expired.</summary>
    private async Task<ReviewForm?> ParkedFormAsync()
    {
        if (await ParkedPosts.TakeAsync(HttpContext) is not { } parked) return null;
        var form = new ReviewForm();
        await TryUpdateModelAsync(form, "", new FormValueProvider(BindingSource.Form, parked, CultureInfo.InvariantCulture));
        return form;
    }
}
