using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Starting, resuming and ending work on an application, and taking it back.</summary>
public sealed class EditApplication(Database database, TimeProvider clock, ApplicationCommand command)
{
    /// <summary>申請をはじめる: a new draft, its first step prefilled with what the portal knows.</summary>
    public async Task<Guid> StartAsync(Guid applicantId, Programme programme, OfficeAnswers prefilled, Actor actor, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ApplicationStore.CreateDraftAsync(connection, id, applicantId, programme, prefilled, Guid.NewGuid(), actor.UserId, clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        return id;
    }

    /// <summary>Opens a submitted (or returned) application for editing; the submitted version stands until the edit is submitted.</summary>
    public Task<CommandResult> BeginAsync(Guid id, Actor actor, CancellationToken cancel) => ChangeAsync(id, actor, async (connection, dossier) =>
    {
        if (!dossier.IsBeingEdited) await ApplicationStore.StartEditAsync(connection, dossier.Application, Guid.NewGuid(), actor.UserId, clock.GetUtcNow());
    }, cancel);

    /// <summary>Drops the edit of a submitted application, or deletes a draft never submitted.</summary>
    public Task<CommandResult> DiscardAsync(Guid id, Actor actor, CancellationToken cancel) => ChangeAsync(id, actor, async (connection, dossier) =>
    {
        if (dossier.Application.Status == Status.Draft) await ApplicationStore.DeleteDraftAsync(connection, id);
        else await ApplicationStore.EndEditAsync(connection, dossier.Application);
    }, cancel);

    /// <summary>取り下げる by the applicant.</summary>
    public Task<CommandResult> WithdrawAsync(Guid id, int seenVersion, string? reason, Actor actor, CancellationToken cancel) => command.RunAsync(
        id, actor, seenVersion, (dossier, now) => dossier.Application.Withdraw(reason, actor, now),
        (connection, dossier, _) => dossier.IsBeingEdited ? ApplicationStore.EndEditAsync(connection, dossier.Application) : Task.CompletedTask, cancel: cancel);

    private async Task<CommandResult> ChangeAsync(Guid id, Actor actor, Func<NpgsqlConnection, Dossier, Task> change, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var dossier = await DossierStore.LoadForUpdateAsync(connection, id, actor, clock.GetUtcNow());
        if (dossier is null) return new CommandResult.NotFound();
        if (!actor.MayApplyFor(dossier.Application.ApplicantId)) return new CommandResult.Forbidden();
        if (!dossier.Application.IsEditable) return new CommandResult.Refused(Refusal.WrongState(dossier.Application.Status));
        await change(connection, dossier);
        await transaction.CommitAsync(cancel);
        return new CommandResult.Done(dossier.Application);
    }
}
