using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Offices;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Shared;
using Npgsql;

namespace GrantPortal.Web.Features.Claims;

/// <summary>Files claims to numbers: with words, from the list of offices or after 「この番号の申請は受付済みです」, and by submissions themselves.</summary>
public sealed class FileClaim(Database database, TimeProvider clock, ClaimMails mails)
{
    /// <summary>The same answer whoever has the number, so that it cannot be used to ask.</summary>
    /// <param name="applicationId">The claimant's draft it came from.</param>
    public async Task RunAsync(
        Guid applicantId, Programme programme, string number, ClaimSource source, Guid? applicationId, string words, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await FileAsync(connection, applicantId, programme, number, source, applicationId, words, actor, address, now);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>
    /// Inside a submission of a number that another applicant holds. That stops nobody (rule 2 looks at live applications alone); staff get a claim to decide.
    /// </summary>
    public Task SubmittedAsync(NpgsqlConnection connection, Application submitted, Actor actor, DateTimeOffset now) =>
        FileAsync(connection, submitted.ApplicantId, submitted.Programme, submitted.Number!, ClaimSource.Submitted, submitted.Id, "", actor, null, now);

    private async Task FileAsync(
        NpgsqlConnection connection, Guid applicantId, Programme programme, string number, ClaimSource source, Guid? applicationId, string words, Actor actor, string? address, DateTimeOffset now)
    {
        if (await NumberClaims.FileAsync(connection, applicantId, programme, number, source, applicationId, words, actor.UserId, now) is not { } claim) return;
        await mails.FiledAsync(connection, claim, source, now);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "claim-filed", "claim", Id(claim), address, new { number, source = Codes.Of(source) }), now);
    }

    internal static string Id(NumberClaim claim) => claim.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A claim as staff decide it.</summary>
/// <param name="Upheld">The number goes to the claimant; otherwise it stays.</param>
/// <param name="Reason">Told to both where it concerns them.</param>
/// <param name="Withdraw">An application of the side that does not get the number, withdrawn with it; null: none.</param>
/// <param name="WithdrawSeen">The version of that application the page showed.</param>
public sealed record ClaimDecision(bool Upheld, string Reason, Guid? Withdraw, int WithdrawSeen);

/// <summary>認める / 認めない: once, by a reviewer who is a member of neither side.</summary>
public sealed class DecideClaim(Database database, TimeProvider clock, ClaimMails mails, ApplicationCommand command)
{
    public async Task<ChangeResult> RunAsync(long id, int seen, ClaimDecision decision, Actor actor, string? address, CancellationToken cancel)
    {
        if (decision.Withdraw is { } application) return await WithWithdrawalAsync(id, seen, decision, application, actor, address, cancel);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (claim, against) = await LockAsync(connection, id, seen, actor);
        if (against is not null) return against;
        await SaveAsync(connection, claim!, decision, actor, address, clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    /// <summary>The wrong one of two applications is withdrawn in the same transaction: both or neither.</summary>
    private async Task<ChangeResult> WithWithdrawalAsync(long id, int seen, ClaimDecision decision, Guid application, Actor actor, string? address, CancellationToken cancel)
    {
        NumberClaim? claim = null;
        ChangeResult? against = null;
        var withdrawn = await command.RunAsync(
            async connection =>
            {
                (claim, against) = await LockAsync(connection, id, seen, actor);
                return against is null ? application : null;
            },
            actor, decision.WithdrawSeen,
            (dossier, now) => Concerns(dossier.Application, claim!, decision.Upheld) ? dossier.Application.Withdraw(decision.Reason, actor, now) : Refusal.Stale,
            async (connection, dossier, done) =>
            {
                if (dossier.IsBeingEdited) await ApplicationStore.EndEditAsync(connection, dossier.Application);
                await SaveAsync(connection, claim!, decision, actor, address, done.Event.At);
            },
            cancel: cancel);
        return against ?? withdrawn switch
        {
            CommandResult.Done => new ChangeResult.Done(),
            CommandResult.Refused refused => refused.Reason,
            CommandResult.Forbidden => new ChangeResult.Forbidden(),
            _ => new ChangeResult.NotFound(),
        };
    }

    /// <summary>Only an application of the side that does not get the number, for this number, goes with the decision.</summary>
    private static bool Concerns(Application application, NumberClaim claim, bool upheld) =>
        application.ApplicantId == (upheld ? claim.HolderId : claim.ClaimantId) && application.Programme == claim.Programme && application.Number == claim.Number;

    private static async Task<(NumberClaim? Claim, ChangeResult? Against)> LockAsync(NpgsqlConnection connection, long id, int seen, Actor actor)
    {
        if (await NumberClaims.LockAsync(connection, id) is not { } claim) return (null, new ChangeResult.NotFound());
        if (claim.AgainstDeciding(actor, seen) is { } refusal) return (claim, refusal);
        return (claim, null);
    }

    private async Task SaveAsync(NpgsqlConnection connection, NumberClaim claim, ClaimDecision decision, Actor actor, string? address, DateTimeOffset now)
    {
        if (decision.Upheld) await ApplicantOffices.MoveAsync(connection, claim.ClaimantId, claim.Programme, claim.Number, actor.UserId, now);
        await NumberClaims.DecideAsync(connection, claim, decision.Upheld ? ClaimState.Upheld : ClaimState.Declined, decision.Reason, actor.UserId, now);
        await mails.DecidedAsync(connection, claim, decision.Upheld, decision.Reason, now);
        await AuditLog.AppendAsync(
            connection,
            new AuditEntry(actor, decision.Upheld ? "claim-upheld" : "claim-declined", "claim", FileClaim.Id(claim), address, new { number = claim.Number, reason = decision.Reason, withdrawn = decision.Withdraw }),
            now);
    }
}
