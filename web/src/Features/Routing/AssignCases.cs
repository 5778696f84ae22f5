using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Applications;

namespace GrantPortal.Web.Features.Routing;

/// <summary>One of the cases that were to be put on another list.</summary>
/// <param name="ReceiptNumber">Null: not there, or not to be seen by this person.</param>
/// <param name="Refused">Null: done.</param>
public sealed record AssignedCase(string? ReceiptNumber, string? Refused);

/// <summary>
/// 割り振る: puts cases on another list, each by itself. What is received or returned only moves; what somebody reviews is released first, by who may. A repeat
/// finds the case where it is to be.
/// </summary>
public sealed class AssignCases(Database database, ApplicationCommand command, TimeProvider clock)
{
    public async Task<IReadOnlyList<AssignedCase>> RunAsync(IReadOnlyList<(Guid Id, int Version)> cases, ListTarget to, Actor actor, string? address, CancellationToken cancel)
    {
        var results = new List<AssignedCase>();
        foreach (var (id, version) in cases) results.Add(await OneAsync(id, version, to, actor, address, cancel));
        return results;
    }

    private async Task<AssignedCase> OneAsync(Guid id, int version, ListTarget to, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var today = JapanTime.DateOf(now);
        await using var connection = await database.OpenAsync(cancel);
        await using (var looking = await connection.BeginTransactionAsync(cancel))
        {
            if (await Lists.ForUpdateAsync(connection, id, to, actor, today) is not { } seen) return new AssignedCase(null, "この案件は見つかりません。");
            if (Refusal(seen, version) is { } words) return new AssignedCase(seen.ReceiptNumber, words);
            if (seen.Status != Status.Reviewing)
            {
                await MoveAsync(seen, looking);
                return new AssignedCase(seen.ReceiptNumber, null);
            }
        }

        // Held by somebody: the domain says whether this person may take it from them.
        var released = await command.RunAsync(id, actor, version, (dossier, at) => dossier.Application.Release(actor, at), cancel: cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var free = await Lists.ForUpdateAsync(connection, id, to, actor, today);
        if (released is not CommandResult.Done done) return new AssignedCase(free?.ReceiptNumber, (released as CommandResult.Refused)?.Reason.Message ?? "この案件は見つかりません。");
        if (free is null || Refusal(free, done.Application.Version) is not null) return new AssignedCase(done.Application.ReceiptNumber, Domain.Applications.Refusal.Stale.Message);
        await MoveAsync(free, transaction);
        return new AssignedCase(free.ReceiptNumber, null);

        async Task MoveAsync(ListedCase found, Npgsql.NpgsqlTransaction within)
        {
            await Lists.MoveAsync(connection, id, to);
            await AuditLog.AppendAsync(connection, new AuditEntry(actor, "case-assigned", "application", id.ToString(), address,
                new { from = found.ReviewerId, fromTeam = found.TeamId, to = to.Clerk, toTeam = to.Team }), now);
            await within.CommitAsync(cancel);
        }
    }

    private static string? Refusal(ListedCase found, int version) =>
        found.Version != version ? Domain.Applications.Refusal.Stale.Message
        : found.Status is not (Status.Received or Status.Reviewing or Status.Returned) ? $"現在「{found.Status.Name()}」のため、割り振れません。"
        : found.ClerkMayTake ? null
        : "選んだ担当者は、不在か、この案件との利害関係の届出があるため、担当できません。";
}
