using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Letters;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.Letters;
using Npgsql;

namespace GrantPortal.Web.Features.Applications;

/// <summary>How a command on one application ended.</summary>
public abstract record CommandResult
{
    private CommandResult()
    {
    }

    /// <summary>The change, its event and its mails are committed.</summary>
    public sealed record Done(Application Application) : CommandResult;

    /// <summary>It does not exist, or not for this actor.</summary>
    public sealed record NotFound : CommandResult;

    /// <summary>The role may never do this to this object.</summary>
    public sealed record Forbidden : CommandResult;

    /// <summary>Valid, but rules or state forbid it; nothing was changed.</summary>
    public sealed record Refused(Refusal Reason) : CommandResult;
}

/// <summary>
/// The one way an application changes state: load locked and restricted to the actor, decide in the domain, save the state with its
/// event, the totals, the letter and the mails in one transaction.
/// </summary>
public sealed class ApplicationCommand(Database database, TimeProvider clock, ApplicationMails mails, IssueLetter letters)
{
    /// <param name="seenVersion">The version the actor saw; null where the act does not depend on it.</param>
    /// <param name="decide">The domain's decision.</param>
    /// <param name="also">Further writes in the same transaction, after the state is saved.</param>
    /// <param name="facts">Of a submission.</param>
    /// <param name="unless">What else may stand against it, asked of the database in the same transaction before anything is written.</param>
    public Task<CommandResult> RunAsync(
        Guid id, Actor actor, int? seenVersion, Func<Dossier, DateTimeOffset, Outcome> decide,
        Func<NpgsqlConnection, Dossier, Outcome.Done, Task>? also = null, Func<Dossier, SubmittedFacts?>? facts = null, bool drawSerial = false,
        Func<NpgsqlConnection, Dossier, Outcome.Done, Task<Refusal?>>? unless = null, CancellationToken cancel = default) =>
        RunAsync(_ => Task.FromResult<Guid?>(id), actor, seenVersion, decide, also, facts, drawSerial, unless, cancel);

    /// <summary>The same for an application that is chosen, and locked, inside the transaction.</summary>
    /// <param name="choose">Null: there is none, which ends as <see cref="CommandResult.NotFound"/>.</param>
    public async Task<CommandResult> RunAsync(
        Func<NpgsqlConnection, Task<Guid?>> choose, Actor actor, int? seenVersion, Func<Dossier, DateTimeOffset, Outcome> decide,
        Func<NpgsqlConnection, Dossier, Outcome.Done, Task>? also = null, Func<Dossier, SubmittedFacts?>? facts = null, bool drawSerial = false,
        Func<NpgsqlConnection, Dossier, Outcome.Done, Task<Refusal?>>? unless = null, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await choose(connection) is not { } id) return new CommandResult.NotFound();
        var dossier = await DossierStore.LoadForUpdateAsync(connection, id, actor, now, lockBudget: true, drawSerial);
        if (dossier is null) return new CommandResult.NotFound();
        if (!actor.IsStaff && !actor.MayApplyFor(dossier.Application.ApplicantId)) return new CommandResult.Forbidden();
        if (seenVersion is { } seen && seen != dossier.Application.Version) return new CommandResult.Refused(Refusal.Stale);
        switch (decide(dossier, now))
        {
            case Outcome.Refused refused:
                return new CommandResult.Refused(refused.Reason);
            case Outcome.Done done:
                if (unless is not null && await unless(connection, dossier, done) is { } against) return new CommandResult.Refused(against);
                if (also is not null) await also(connection, dossier, done);
                // What is told by letter is mailed with the letter's address; everything else is saved and mailed in one round trip.
                var byLetter = Letter.KindFor(done.Event.Kind) is not null;
                Job[] later = [.. byLetter ? [] : mails.About(done.Next, done.Event, dossier), .. ReceiptReuseJob.After(done.Next, done.Event)];
                var saved = await ApplicationStore.SaveAsync(connection, dossier.Application, done.Next, done.Event, dossier.Year, facts?.Invoke(dossier), later);
                if (saved == SaveResult.NumberTaken) return new CommandResult.Refused(Refusal.NumberTaken);
                if (saved == SaveResult.Stale) return new CommandResult.Refused(Refusal.Stale);
                if (byLetter && await letters.RunAsync(connection, done.Next, done.Event, dossier) is { } letter)
                    await JobQueue.EnqueueAsync(connection, mails.About(done.Next, done.Event, dossier, letter.Id));
                await transaction.CommitAsync(cancel);
                return new CommandResult.Done(done.Next);
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }
    }
}
