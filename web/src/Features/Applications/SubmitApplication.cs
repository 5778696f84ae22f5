using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Receipts;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Receipts;
using GrantPortal.Domain.Reviews;
using GrantPortal.Web.Features.Claims;

namespace GrantPortal.Web.Features.Applications;

/// <summary>How a submission ended.</summary>
public abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <param name="Already">It had been submitted before: a double click, another tab, a repeat after a lost answer.</param>
    public sealed record Submitted(Application Application, bool Already) : SubmitResult;

    /// <summary>Something is missing or wrong; nothing was changed.</summary>
    public sealed record Invalid(IReadOnlyList<Problem> Problems) : SubmitResult;

    /// <param name="Where">What the reason comes from, by field; empty: it is about the whole.</param>
    public sealed record Refused(Refusal Reason, IReadOnlyList<Problem> Where) : SubmitResult;

    public sealed record NotFound : SubmitResult;

    public sealed record Forbidden : SubmitResult;
}

/// <summary>
/// 申請する: the working copy becomes the next submitted version. Idempotent: whoever comes after the first finds it submitted and gets the
/// same receipt number.
/// </summary>
public sealed class SubmitApplication(ApplicationCommand command, FileClaim claims, TimeProvider clock)
{
    /// <param name="confirmed">The fingerprint of what stood on the confirmation page; something else is not submitted unseen.</param>
    public async Task<SubmitResult> RunAsync(Guid id, string? confirmed, Actor actor, CancellationToken cancel)
    {
        var problems = new Problems();
        IReadOnlyList<Problem> exceeded = [];
        Application? already = null;
        ApplicationContent? content = null;
        var result = await command.RunAsync(
            id, actor, seenVersion: null,
            (dossier, now) =>
            {
                var application = dossier.Application;
                if (application.Status == Status.Received && !dossier.IsBeingEdited)
                {
                    already = application;
                    return Refusal.Stale;
                }
                if (!application.IsEditable || !dossier.IsBeingEdited) return Refusal.WrongState(application.Status);
                if (confirmed != dossier.Fingerprint) return Changed;
                content = ApplicationReader.Read(dossier.Answers, dossier.ReadingOn(JapanTime.DateOf(now)), problems);
                if (content is null) return Refusal.Stale;
                return application.Submit(content, dossier.Year, dossier.Budget, dossier.Serial is { } serial ? ReceiptNumbers.Format(dossier.Year, serial) : "", actor, now);
            },
            async (connection, dossier, done) =>
            {
                var holds = await ApplicationStore.AddVersionAsync(connection, done.Next, dossier.Answers, content!, dossier.Attached, actor.UserId, done.Event.At);
                if (ReceiptPart.Of(content!.Receipts, dossier.Attached) is { Count: > 0 } parts)
                    await ReceiptParts.AddAsync(connection, done.Next.Id, done.Next.Submissions, done.Next.ApplicantId, parts);
                if (!holds) await claims.SubmittedAsync(connection, done.Next, actor, done.Event.At);
            },
            dossier => content is null ? null : new SubmittedFacts(content.Name, Failed(content, dossier)),
            drawSerial: true,
            async (connection, dossier, _) =>
            {
                var parts = ReceiptPart.Of(content!.Receipts, dossier.Attached);
                if (parts.Count == 0) return null;
                // First the lock, then the question in a statement of its own: it sees what was committed while this one waited.
                await ReceiptParts.LockAsync(connection, dossier.Application.ApplicantId);
                var others = await connection.AskAsync(ReceiptParts.Others(id, dossier.Application.ApplicantId, parts), cancel);
                exceeded = [.. SplitReceipt.Of(parts, others).Select(s => s.Problem).OfType<Problem>()];
                return exceeded.Count > 0 ? Refusal.SplitExceeded : null;
            },
            cancel);
        if (already is not null) return new SubmitResult.Submitted(already, Already: true);
        if (problems.Any) return new SubmitResult.Invalid(problems.Errors);
        return result switch
        {
            CommandResult.Done done => new SubmitResult.Submitted(done.Application, Already: false),
            CommandResult.Refused refused => new SubmitResult.Refused(refused.Reason, exceeded),
            CommandResult.Forbidden => new SubmitResult.Forbidden(),
            _ => new SubmitResult.NotFound(),
        };
    }

    /// <summary>Checks that fail on the application alone; the master of institutions only ever makes one to look at.</summary>
    private bool Failed(ApplicationContent content, Dossier dossier) =>
        Checks.Run(content, dossier.Attached, dossier.Year, known: null, JapanTime.DateOf(clock.GetUtcNow()), otherLive: 0).Any(c => c.Result == CheckResult.Fail);

    private static Refusal Changed { get; } = new(RefusalCode.Stale,
        "確認画面を開いたあとに、申請の内容が変更されました。最新の内容を表示しましたので、もう一度ご確認のうえ、申請してください。");
}
