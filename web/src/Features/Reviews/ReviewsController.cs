using System.Globalization;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Letters;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Receipts;
using GrantPortal.Data.Retention;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One case on the desk: what was applied for, its documents, and what this person can do with it.</summary>
[Route("review/{id:guid}")]
[Permit(Permission.ReadReviews)]
public sealed class ReviewsController(
    Database database, TimeProvider clock, AuditLog audit, DocumentAccess documents, PdfPrinter printer,
    ClaimApplication claim, ReviewApplication review, DecideApplication decide, WithdrawByStaff withdraw) : PortalController
{
    /// <param name="version">An earlier submitted version to look at; null: the latest.</param>
    /// <param name="against">The version to compare with; null: the one before.</param>
    [HttpGet("")]
    public async Task<IActionResult> Case(Guid id, int? version, int? against, CancellationToken cancel)
    {
        ModelState.Clear();
        if (await FindAsync(id, await ParkedFormAsync(), version, cancel, against: against) is not { } page) return NotFound();
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
        if (form.Back is not null) return await AgainAsync(page, cancel);
        if (form.ReadReturn(page.Dossier.Year, page.Reasons, page.Today, problems) is not { } reading) return await InvalidAsync(page, problems, cancel);
        if (form.IsUnconfirmed)
            return await AskAsync(page, form, page.Application.Return(reading.Items, reading.AnswerBy, Actor, page.Now), Question.Return(page, reading), cancel);
        var result = await review.ReturnAsync(id, form.Seen, reading.Items, reading.AnswerBy, Actor, cancel);
        return await AnswerAsync(id, form, result, "差し戻しました。申請者にメールでお知らせします。", cancel);
    }

    [HttpPost("decision")]
    [Permit(Permission.Decide)]
    public async Task<IActionResult> Decide(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.Back is not null) return await AgainAsync(page, cancel);
        if (form.ReadVerdict(page.Application.Applied, problems) is not { } reading) return await InvalidAsync(page, problems, cancel);
        if (form.IsUnconfirmed)
        {
            return reading is { Verdict: Verdict.Grant, Amount: { } asked }
                ? await AskAsync(page, form, page.Application.Grant(asked, reading.Reason, page.Dossier.Year, page.Dossier.Budget, Actor, page.Now), Question.Grant(page, asked, reading.Reason), cancel)
                : await AskAsync(page, form, page.Application.Refuse(reading.Reason!, Actor, page.Now), Question.Refuse(page, reading.Reason!), cancel);
        }
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

    /// <summary>書類の確認: who holds the case says that a document shows what it must, or takes that back.</summary>
    [HttpPost("documents/{document:guid}/confirm")]
    [Permit(Permission.Review)]
    public async Task<IActionResult> ConfirmDocument(Guid id, Guid document, bool confirmed, CancellationToken cancel)
    {
        await using (var connection = await database.OpenAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            var now = clock.GetUtcNow();
            if (await DossierStore.LoadForUpdateAsync(connection, id, Actor, now) is not { Application: var application }) return NotFound();
            if (application.ReviewRefusal(Actor) is { } refused)
                return await AnswerAsync(id, new ReviewForm(), new CommandResult.Refused(refused), "", cancel);
            if (!await Confirmations.SetAsync(connection, id, application.Submissions, document, confirmed, Actor.UserId, Actor.Name, now)) return NotFound();
            await transaction.CommitAsync(cancel);
        }
        if (!Request.IsFromScript()) return Redirect($"/review/{id}#document-{document}");
        return await FindAsync(id, typed: null, version: null, cancel) is { } page ? PartialView("_CaseConfirmation", (page, page.Version.Documents.First(d => d.Id == document))) : NotFound();
    }

    /// <summary>内部メモ.</summary>
    [HttpPost("notes")]
    [Permit(Permission.NoteCase)]
    public async Task<IActionResult> AddNote(Guid id, ReviewForm form, CancellationToken cancel)
    {
        if (await FindAsync(id, form.Verdict is null ? null : form, version: null, cancel) is not { } page) return NotFound();
        var problems = new Problems();
        if (form.ReadNote(problems) is not { } words) return await InvalidAsync(page with { Form = page.Form with { Note = form.Note } }, problems, cancel);
        await using (var connection = await database.OpenAsync(cancel))
            await CaseNotes.AddAsync(connection, id, Actor.UserId, Actor.Name, words, clock.GetUtcNow());
        Banner("メモを残しました。");
        return Redirect($"/review/{id}#notes");
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

    /// <summary>Asks once more, or says at once why the act is not possible.</summary>
    private async Task<IActionResult> AskAsync(CasePage page, ReviewForm form, Outcome would, Question question, CancellationToken cancel)
    {
        await LookedAtAsync(page, cancel);
        var refused = form.Seen != page.Application.Version ? Refusal.Stale : (would as Outcome.Refused)?.Reason;
        return refused is null ? View("Case", page with { Question = question }) : Refused("Case", page, refused);
    }

    /// <summary>戻って直す: the forms with what was typed.</summary>
    private async Task<IActionResult> AgainAsync(CasePage page, CancellationToken cancel)
    {
        await LookedAtAsync(page, cancel);
        return View("Case", page);
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
    private async Task<CasePage?> FindAsync(Guid id, ReviewForm? typed, int? version, CancellationToken cancel, bool accountShown = false, int? against = null)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await DossierStore.LoadAsync(connection, id, Actor, now) is not { } dossier) return null;
        var application = dossier.Application;
        var number = version ?? application.Submissions;
        var earlier = against is { } asked && asked != number ? asked : number - 1;
        var reads = new RoundTrip(connection);
        var (shown, previous) = (reads.Ask(ApplicationQueries.Version(id, number)), reads.Ask(ApplicationQueries.Version(id, earlier)));
        var (confirmations, contents) = (reads.Ask(Confirmations.Of(id)), reads.Ask(Confirmations.Contents(id, number)));
        var (facts, history) = (reads.Ask(ReviewQueries.Facts(application)), reads.Ask(ApplicationQueries.History(id)));
        var (known, bank) = (reads.Ask(OfficeQueries.Find(application.Programme, application.Number!)), reads.Ask(BankQueries.NamesOf(id, number)));
        var (reasons, notes) = (reads.Ask(ReturnReasons.Active()), reads.Ask(CaseNotes.Of(id)));
        var (keys, letters) = (reads.Ask(DeskSettings.LetterKeys(Actor.UserId)), reads.Ask(LetterStore.OfApplication(id, Actor)));
        var (claims, same) = (reads.Ask(NumberClaims.About(application.Programme, application.Number!)), reads.Ask(NumberClaims.SameCorporation(application.ApplicantId)));
        var (readings, reused) = (reads.Ask(ReceiptReadings.OfVersion(id, number)), reads.Ask(ReceiptReuse.Of(id, number, Actor)));
        var (held, parts) = (reads.Ask(LegalHolds.Open(id)), reads.Ask(ReceiptParts.OthersOfVersion(id, number, Actor)));
        await reads.SendAsync(cancel);
        if (shown.Value is not { } submitted) return null;
        var mayHold = Permissions.Allows(Permission.HoldRecords, Actor);
        if (submitted.Content.Number != application.Number)
        {
            // An earlier version may have named another institution.
            reads = new RoundTrip(connection);
            (known, claims) = (reads.Ask(OfficeQueries.Find(application.Programme, submitted.Content.Number)), reads.Ask(NumberClaims.About(application.Programme, submitted.Content.Number)));
            await reads.SendAsync(cancel);
        }
        return new CasePage(
            dossier, submitted, previous.Value, facts.Value, history.Value, known.Value, bank.Value, typed ?? Fresh(application, JapanTime.DateOf(now)), Actor, now, accountShown)
        {
            Reasons = reasons.Value,
            Confirmations = confirmations.Value,
            Contents = new Dictionary<int, ApplicationContent>(contents.Value) { [number] = submitted.Content },
            Notes = notes.Value,
            LetterKeys = keys.Value,
            Claims = claims.Value,
            OpenUnchecked = documents.OpenUnchecked,
            Readings = readings.Value,
            Reused = reused.Value,
            OtherParts = parts.Value,
            SameCorporation = same.Value,
            Letters = new LetterSection(letters.Value, ForStaff: true, printer.IsThere),
            Hold = held.Value is not null || mayHold ? new HoldSection(id, held.Value, mayHold) : null,
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
