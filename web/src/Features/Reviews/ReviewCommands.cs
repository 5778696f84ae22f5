using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Jobs;
using GrantPortal.Data.Offices;
using GrantPortal.Data.Reviews;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;
using Npgsql;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>担当する, 次の案件 and 担当を外れる.</summary>
public sealed class ClaimApplication(ApplicationCommand command)
{
    public Task<CommandResult> RunAsync(Guid id, int seen, Actor clerk, CancellationToken cancel) =>
        command.RunAsync(id, clerk, seen, (dossier, now) => dossier.Application.Claim(clerk, now), cancel: cancel);

    /// <summary>Claims the oldest application that waits for this clerk (要綱 §15-2); <see cref="CommandResult.NotFound"/> when none does.</summary>
    public Task<CommandResult> NextAsync(Actor clerk, CancellationToken cancel) => command.RunAsync(
        connection => ReviewQueries.NextForUpdateAsync(connection, clerk), clerk, seenVersion: null,
        (dossier, now) => dossier.Application.Claim(clerk, now), cancel: cancel);

    public Task<CommandResult> ReleaseAsync(Guid id, int seen, Actor actor, CancellationToken cancel) =>
        command.RunAsync(id, actor, seen, (dossier, now) => dossier.Application.Release(actor, now), cancel: cancel);
}

/// <summary>一次審査を完了する and 差し戻す, by who holds the case.</summary>
public sealed class ReviewApplication(ApplicationCommand command, DocumentAccess documents)
{
    /// <summary>A grant is recommended only on documents that were found safe.</summary>
    /// <param name="amount">Yen; null for a refusal.</param>
    public Task<CommandResult> RunAsync(Guid id, int seen, Verdict verdict, Yen? amount, string? reason, Actor clerk, CancellationToken cancel) => command.RunAsync(
        id, clerk, seen,
        (dossier, now) => dossier.Application.Review(verdict, amount, reason, clerk, now).Unless(verdict == Verdict.Grant ? documents.Against(dossier) : null), cancel: cancel);

    public Task<CommandResult> ReturnAsync(Guid id, int seen, IReadOnlyList<ReturnedItem> items, DateOnly answerBy, Actor clerk, CancellationToken cancel) =>
        command.RunAsync(id, clerk, seen, (dossier, now) => dossier.Application.Return(items, answerBy, clerk, now), ReviewWrites.EndOvertakenEdit, cancel: cancel);
}

/// <summary>交付決定する, 不交付とする and 審査に戻す, by an approver who had no part in the review (要綱 §7).</summary>
public sealed class DecideApplication(ApplicationCommand command, DocumentAccess documents)
{
    /// <summary>
    /// The year's budget is counted under its lock, so that no two grants see the same remainder (docs/adr/0005). Nothing is granted on documents that were not found safe.
    /// </summary>
    public Task<CommandResult> GrantAsync(Guid id, int seen, Yen amount, string? reason, Actor approver, CancellationToken cancel) => command.RunAsync(
        id, approver, seen,
        (dossier, now) => dossier.Application.Grant(amount, reason, dossier.Year, dossier.Budget, approver, now).Unless(documents.Against(dossier)), cancel: cancel);

    public Task<CommandResult> RefuseAsync(Guid id, int seen, string reason, Actor approver, CancellationToken cancel) =>
        command.RunAsync(id, approver, seen, (dossier, now) => dossier.Application.Refuse(reason, approver, now), cancel: cancel);

    public Task<CommandResult> HandBackAsync(Guid id, int seen, string reason, Actor approver, CancellationToken cancel) =>
        command.RunAsync(id, approver, seen, (dossier, now) => dossier.Application.HandBack(reason, approver, now), cancel: cancel);
}

/// <summary>取り下げる by staff, with a reason the applicant is told: the wrong one of two for a number, a request by letter.</summary>
public sealed class WithdrawByStaff(ApplicationCommand command, ApplicationMails mails)
{
    public Task<CommandResult> RunAsync(Guid id, int seen, string reason, Actor clerk, CancellationToken cancel) =>
        command.RunAsync(id, clerk, seen, (dossier, now) => dossier.Application.Withdraw(reason, clerk, now), async (connection, dossier, done) =>
        {
            await ReviewWrites.EndOvertakenEdit(connection, dossier, done);
            // Rule 2: who reported the number as theirs is told that it is free; neither learns of the other.
            var reports = await connection.AskAsync(NumberClaims.About(done.Next.Programme, done.Next.Number!));
            await JobQueue.EnqueueAsync(connection, [.. reports.Where(r => r.ClaimantId != done.Next.ApplicantId).Select(r => mails.NumberFree(r.ClaimedByEmail, done.Next.Number!)
                .ToJob($"number-free:{id}:{done.Next.Version}:{r.ClaimedByEmail}", done.Event.At))]);
        }, cancel: cancel);
}

internal static class ReviewWrites
{
    /// <summary>
    /// Drops a working copy that the review overtook. After a return only the named items open, and what else was typed must not slip into
    /// the next version; after a withdrawal there is none.
    /// </summary>
    public static Task EndOvertakenEdit(NpgsqlConnection connection, Dossier dossier, Outcome.Done done) =>
        dossier.IsBeingEdited ? ApplicationStore.EndEditAsync(connection, dossier.Application) : Task.CompletedTask;
}
