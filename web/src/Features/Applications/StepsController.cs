using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Receipts;
using GrantPortal.Web.Features.Claims;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace GrantPortal.Web.Features.Applications;

/// <summary>The five steps ①事業所 ②金額 ③口座 ④書類 ⑤確認. A step is saved as typed before it is judged, so nothing is ever lost.</summary>
[Permit(Permission.Apply)]
[Route("applications/{id:guid}")]
public sealed class StepsController(
    Database database, TimeProvider clock, SaveStep save, SubmitApplication submit, StepUploads uploads, KnownOffices offices, BankQueries banks,
    RecentSignIn recent, FileClaim file) : PortalController
{
    /// <summary>All files an application may carry at once, and room for the fields.</summary>
    private const long MostBytes = 20 * FileContent.LargestBytes;

    [HttpGet("{step:regex(^(office|amount|account|documents|confirm)$)}")]
    public async Task<IActionResult> Show(Guid id, Step step, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is not { } dossier) return NotFound();
        if (!Actor.MayApplyFor(dossier.Application.ApplicantId)) return Forbid();
        if (!dossier.IsBeingEdited) return Redirect($"/applications/{id}");
        if (step == Step.Account && await AskedAgainAsync(dossier)) return new EmptyResult();
        if (step != Step.Confirm && await ParkedForm.TakeAsync(this) is { } form)
        {
            ViewData["Notice"] = "もう一度ログインしたため、入力していた内容を戻しました。まだ保存されていません。「次へ」か「一時保存する」を押すと保存されます。選んだファイルは、もう一度選んでください。";
            return View(step.ToString(), await ViewOfAsync(step, dossier, form.Put(step, dossier.Answers), form.Revision));
        }
        return View(step.ToString(), await ViewOfAsync(step, dossier, dossier.Answers));
    }

    [HttpPost("office")]
    public Task<IActionResult> SaveOffice(Guid id, StepForm form, CancellationToken cancel) => SaveAsync(id, Step.Office, form, cancel);

    [HttpPost("amount")]
    public Task<IActionResult> SaveAmount(Guid id, StepForm form, CancellationToken cancel) => SaveAsync(id, Step.Amount, form, cancel);

    [HttpPost("account")]
    public async Task<IActionResult> SaveAccount(Guid id, StepForm form, CancellationToken cancel)
    {
        if (!recent.Holds(HttpContext) && await LoadAsync(id, cancel) is { } dossier && await AskedAgainAsync(dossier)) return new EmptyResult();
        var (resolved, problems) = form.Act == "autosave" ? (form, []) : await ResolveBanksAsync(form, cancel);
        return await SaveAsync(id, Step.Account, resolved, cancel, problems);
    }

    /// <summary>④ comes as multipart: files stream into the blob store while the request is read; fields are bound afterwards.</summary>
    [HttpPost("documents")]
    [StreamedForm]
    [UploadLimit]
    [RequestSizeLimit(MostBytes)]
    public async Task<IActionResult> SaveDocuments(Guid id, CancellationToken cancel)
    {
        StreamedStep? read;
        try
        {
            read = await uploads.ReadAsync(this, id, Actor, cancel);
        }
        catch (AntiforgeryValidationException)
        {
            return new AntiforgeryValidationFailedResult();
        }
        if (read is null) return NotFound();
        if (read.Refusal is { } refusal && await LoadAsync(id, cancel) is { } current)
            return Refused(nameof(Step.Documents), await ViewOfAsync(Step.Documents, current, read.Form.Put(Step.Documents, current.Answers), read.Form.Revision), refusal);
        return await SaveAsync(id, Step.Documents, read.Form, cancel, read.Problems);
    }

    [HttpPost("confirm")]
    public async Task<IActionResult> Submit(Guid id, bool confirmed, string? fingerprint, string? act, CancellationToken cancel)
    {
        if (act == "back") return Redirect(Steps.Address(id, Step.Documents));
        if (!confirmed)
        {
            if (await LoadAsync(id, cancel) is not { } dossier) return NotFound();
            if (!Actor.MayApplyFor(dossier.Application.ApplicantId)) return Forbid();
            if (dossier.IsBeingEdited)
                return Invalid(nameof(Step.Confirm), await ViewOfAsync(Step.Confirm, dossier, dossier.Answers),
                    [new Problem("confirmed", "内容をご確認のうえ、「申請内容に誤りがないことを確認しました」にチェックを入れてください。")]);
        }
        switch (await submit.RunAsync(id, fingerprint, Actor, cancel))
        {
            case SubmitResult.Submitted submitted:
                Banner(submitted.Already ? "この申請は、すでに受け付けています。" : "申請を受け付けました。確認のメールをお送りしました。");
                return Redirect($"/applications/{id}");
            case SubmitResult.Invalid invalid when await LoadAsync(id, cancel) is { } current:
                ViewData["ErrorLinks"] = ErrorLinks(id);
                return Invalid(nameof(Step.Confirm), await ViewOfAsync(Step.Confirm, current, current.Answers), invalid.Problems);
            case SubmitResult.Refused refused when await LoadAsync(id, cancel) is { } current:
                if (refused.Reason.Code == RefusalCode.NumberTaken) ViewData["NumberTaken"] = true;
                foreach (var problem in refused.Where) ModelState.AddModelError(problem.Field, problem.Message);
                ViewData["ErrorLinks"] = ErrorLinks(id);
                return Refused(nameof(Step.Confirm), await ViewOfAsync(Step.Confirm, current, current.Answers), refused.Reason);
            case SubmitResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }

    /// <summary>Rule 2: who came second reports the number as theirs; staff look at both.</summary>
    [HttpPost("report-number")]
    public async Task<IActionResult> ReportNumber(Guid id, string? words, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is not { } dossier || dossier.Application.Status != Status.Draft) return NotFound();
        if (!Actor.MayApplyFor(dossier.Application.ApplicantId)) return Forbid();
        var problems = new Problems();
        var said = problems.Text("words", words, "申し出の内容", 1000);
        if (!Domain.Offices.InstitutionNumber.TryParse(dossier.Year.Programme, dossier.Answers.Office.Number, out var number, out var wrong)) problems.Add("Office.Number", wrong);
        if (problems.Any)
        {
            ViewData["NumberTaken"] = true;
            return Invalid(nameof(Step.Confirm), await ViewOfAsync(Step.Confirm, dossier, dossier.Answers), problems.Errors);
        }
        await file.RunAsync(dossier.Application.ApplicantId, dossier.Year.Programme, number.Value, ClaimSource.Reported, id, said, Actor, HttpContext.Address(), cancel);
        Banner("申し出を受け付けました。審査担当が確認し、メールアドレスにご連絡します。入力した内容は下書きに保存されています。");
        return Redirect(Steps.Address(id, Step.Confirm));
    }

    /// <summary>Where the money of a submitted application goes is changed only by somebody who has just shown who they are.</summary>
    private async Task<bool> AskedAgainAsync(Dossier dossier)
    {
        var opensAccount = dossier.OpenItems is not { } open || open.Any(item => item.StartsWith(nameof(Section.Account), StringComparison.Ordinal));
        if (dossier.Application.Status == Status.Draft || !opensAccount || recent.Holds(HttpContext)) return false;
        await recent.AskAsync(HttpContext);
        return true;
    }

    private async Task<IActionResult> SaveAsync(Guid id, Step step, StepForm form, CancellationToken cancel, IReadOnlyList<Problem>? found = null)
    {
        var section = Steps.SectionOf(step);
        var quiet = form.Act == "autosave";
        switch (await save.RunAsync(id, section, stored => form.Put(step, stored), form.Revision, form.Editor, Actor, cancel))
        {
            case SaveStepResult.Saved saved:
                return quiet ? Quiet(saved, step) : await NextAsync(saved.Dossier, step, form, found ?? []);
            case SaveStepResult.Conflict conflict:
                if (quiet) return StatusCode(StatusCodes.Status409Conflict);
                var typed = form.Put(step, conflict.Dossier.Answers);
                ModelState.Clear();
                return Refused(step.ToString(),
                    (await ViewOfAsync(step, conflict.Dossier, typed)) with { Conflict = EditConflicts.Between(conflict.Dossier, typed, section) },
                    new Refusal(RefusalCode.Stale, "この画面を開いたあとに、ほかの方が同じ画面の内容を保存しました。下の違いをご確認ください。もう一度保存すると、あなたの入力内容になります。"));
            case SaveStepResult.Refused refused:
                if (quiet) return StatusCode(StatusCodes.Status409Conflict);
                ModelState.Clear();
                return Refused(step.ToString(), await ViewOfAsync(step, refused.Dossier, form.Put(step, refused.Dossier.Answers)), refused.Reason);
            case SaveStepResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }

    /// <summary>After a save: on to the next step if this one is whole, back, or the same page with what is wrong.</summary>
    private async Task<IActionResult> NextAsync(Dossier dossier, Step step, StepForm form, IReadOnlyList<Problem> found)
    {
        var id = dossier.Application.Id;
        ModelState.Clear();
        if (step == Step.Office && (form.Act == "lookup" || NeedsLookup(dossier.Answers.Office)) && await LookUpAsync(dossier) is { } filled) return filled;
        if (found.Count > 0) return Invalid(step.ToString(), await ViewOfAsync(step, dossier, dossier.Answers), found);
        if (form.Act == "back") return Redirect(step == Step.Office ? "/applications" : Steps.Address(id, step - 1));
        if (form.Act is "save" or "lookup" || form.Remove is not null)
        {
            if (form.Act == "save") Banner("入力した内容を保存しました。");
            return Redirect(Steps.Address(id, step));
        }
        var problems = new Problems();
        ApplicationReader.Check(Steps.SectionOf(step), dossier.Answers, dossier.ReadingOn(JapanTime.DateOf(clock.GetUtcNow())), problems);
        if (problems.Any) return Invalid(step.ToString(), await ViewOfAsync(step, dossier, dossier.Answers), problems.Errors);
        return step == Step.Documents && await SplitExceededAsync(dossier) is { } exceeded ? exceeded : Redirect(Steps.Address(id, step + 1));
    }

    /// <summary>④ says already what would be refused at the end: that is where it can be put right.</summary>
    private async Task<IActionResult?> SplitExceededAsync(Dossier dossier)
    {
        if (dossier.Answers.Receipts.Items.All(i => !i.Split)) return null;
        var view = await ViewOfAsync(Step.Documents, dossier, dossier.Answers);
        var problems = view.Splits.Select(s => s.Problem).OfType<Problem>().ToList();
        foreach (var problem in problems) ModelState.AddModelError(problem.Field, problem.Message);
        return problems.Count == 0 ? null : Refused(nameof(Step.Documents), view, Refusal.SplitExceeded);
    }

    private PartialViewResult Quiet(SaveStepResult.Saved saved, Step step)
    {
        Response.Headers["X-Revision"] = saved.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return PartialView("_Calculation", step == Step.Amount ? ApplicationReader.Preview(saved.Dossier.Answers, saved.Dossier.Year, saved.Dossier.Applicant) : null);
    }

    /// <summary>Somebody typed the number and nothing else: the master may know the rest.</summary>
    private static bool NeedsLookup(OfficeAnswers office) =>
        !string.IsNullOrWhiteSpace(office.Number) && string.IsNullOrWhiteSpace(office.Name) && string.IsNullOrWhiteSpace(office.Address);

    private async Task<IActionResult?> LookUpAsync(Dossier dossier)
    {
        if (await offices.FillAsync(dossier.Year.Programme, dossier.Answers.Office) is not { } office) return null;
        var answers = dossier.Answers with { Office = office };
        ViewData["Notice"] = "番号から、公開されている情報を入力しました。内容をご確認のうえ、違うところは直してください。";
        return View(nameof(Step.Office), await ViewOfAsync(Step.Office, dossier, ApplicationItems.Merge(dossier.Answers, answers, dossier.OpenItems)));
    }

    /// <summary>③: a bank or branch may be typed by name; one match is taken, several are named.</summary>
    private async Task<(StepForm Form, IReadOnlyList<Problem> Problems)> ResolveBanksAsync(StepForm form, CancellationToken cancel)
    {
        if (form.Account is not { Institution: not "yucho" } account) return (form, []);
        var problems = new List<Problem>();
        var bank = await ResolveAsync(account.BankCode, "Account.BankCode", "銀行", text => banks.SearchBanksAsync(text, cancel), problems);
        var branch = await ResolveAsync(account.BranchCode, "Account.BranchCode", "支店", text => banks.SearchBranchesAsync(bank ?? "", text, cancel), problems);
        return (form with { Account = account with { BankCode = bank, BranchCode = branch } }, problems);
    }

    private static async Task<string?> ResolveAsync(string? typed, string field, string what, Func<string, Task<IReadOnlyList<BankEntry>>> search, List<Problem> problems)
    {
        var code = JapaneseText.Code(typed);
        if (code.Length == 0 || code.All(char.IsAsciiDigit)) return typed;
        var matches = await search(typed!);
        var key = JapaneseText.SearchKey(typed);
        if (matches.Count == 1 || (matches.Count > 1 && (matches[0].Name == key || $"{matches[0].Name}{what}" == key))) return matches[0].Code;
        problems.Add(new Problem(field, matches.Count == 0
            ? $"「{typed}」に当てはまる{what}が見つかりません。{what}コードを数字で入力してください。通帳に書かれています。"
            : $"「{typed}」に当てはまる{what}が{matches.Count}件以上あります。コードで入力してください：{string.Join("、", matches.Take(8).Select(m => $"{m.Code} {m.Name}"))}"));
        return typed;
    }

    private async Task<Dossier?> LoadAsync(Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await DossierStore.LoadAsync(connection, id, Actor, clock.GetUtcNow());
    }

    private async Task<StepView> ViewOfAsync(Step step, Dossier dossier, ApplicationAnswers answers, int? revision = null)
    {
        var view = new StepView(step, dossier, answers, revision ?? dossier.RevisionOf(Steps.SectionOf(step)), Guid.NewGuid(), JapanTime.DateOf(clock.GetUtcNow()));
        if (step == Step.Documents) return await WithReadingsAsync(view);
        if (step is not (Step.Account or Step.Confirm) || string.IsNullOrWhiteSpace(answers.Account.BankCode) || answers.Account.Institution == "yucho") return view;
        var names = await banks.NamesAsync(answers.Account.BankCode, answers.Account.BranchCode ?? "");
        return view with { BankName = names?.Bank, BranchName = names?.Branch };
    }

    private async Task<StepView> WithReadingsAsync(StepView view)
    {
        var receipts = view.Of(DocumentKind.Receipt).Select(d => d.Id).ToList();
        if (receipts.Count == 0) return view;
        var parts = ReceiptPart.Of(ApplicationReader.TypedReceipts(view.Answers.Receipts, view.Context), view.Dossier.Attached);
        await using var connection = await database.OpenAsync();
        var reads = new RoundTrip(connection);
        var (ended, readings) = (reads.Ask(ReceiptReadings.Ended(receipts)), reads.Ask(ReceiptReadings.Of(receipts)));
        var others = parts.Count > 0 ? reads.Ask(ReceiptParts.Others(view.Id, view.Dossier.Application.ApplicantId, parts)) : null;
        await reads.SendAsync();
        return view with
        {
            Readings = readings.Value,
            Unread = ReceiptRecogniser.Missing.Count > 0 ? new HashSet<Guid>() : receipts.Where(r => !ended.Value.Contains(r)).ToHashSet(),
            Splits = SplitReceipt.Of(parts, others?.Value ?? []),
        };
    }

    private static Func<string, string?> ErrorLinks(Guid id) => field => $"{Steps.Address(id, Steps.Of(field))}#{Shared.Forms.FieldIds.Of(field)}";
}
