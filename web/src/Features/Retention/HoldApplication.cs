using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Retention;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using Npgsql;

namespace GrantPortal.Web.Features.Retention;

/// <summary>法的保全をはじめる, 法的保全を終える: with a reason, in the audit. An application is held or deleted, never both: each locks it.</summary>
public sealed class HoldApplication(Database database, TimeProvider clock)
{
    public Task<ChangeResult> SetAsync(Guid id, string reason, Actor actor, string? address, CancellationToken cancel) => ChangeAsync(
        id, actor, address, "hold-set", reason, (connection, now) => LegalHolds.SetAsync(connection, id, reason, actor, now), "この申請は、すでに保全されています。理由は「保全の記録」をご確認ください。", cancel);

    public Task<ChangeResult> LiftAsync(Guid id, string because, Actor actor, string? address, CancellationToken cancel) => ChangeAsync(
        id, actor, address, "hold-lifted", because, (connection, now) => LegalHolds.LiftAsync(connection, id, because, actor, now), "この申請は、いまは保全されていません。", cancel);

    private async Task<ChangeResult> ChangeAsync(
        Guid id, Actor actor, string? address, string action, string reason, Func<NpgsqlConnection, DateTimeOffset, Task<bool>> change, string refusal, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await DossierStore.LoadForUpdateAsync(connection, id, actor, now) is null) return new ChangeResult.NotFound();
        if (!await change(connection, now)) return new Refusal(RefusalCode.Stale, refusal);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, action, "application", id.ToString(), address, new { reason }), now);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }
}
