using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Routing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Jobs;
using Npgsql;

namespace GrantPortal.Web.Features.Admin;

/// <summary>職員のアカウントを作る: an account without roles, and the roles asked for. Its holder gets the link to the first password when a role is confirmed.</summary>
public sealed class AddStaff(Database database, TimeProvider clock, AskRoleChange ask, JobSignal signal)
{
    /// <param name="email">A mail address. An account of it that belongs to no applicant and no staff is taken as it is.</param>
    /// <param name="roles">At least one.</param>
    /// <returns>The account, where it was made or found; null where it was refused.</returns>
    public async Task<(ChangeResult Result, Guid? UserId)> RunAsync(string name, string email, IReadOnlyList<StaffRole> roles, string reason, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var user = await UserStore.FindByEmailAsync(connection, email);
        if (user is not null && await StaffQueries.FindAsync(connection, user.Id, now) is not null)
            return (new Refusal(RefusalCode.WrongState, "このメールアドレスの方は、すでに職員の一覧にあります。役割の変更は、その方の画面から依頼してください。"), null);
        if (user is null)
        {
            user = new PortalUser
            {
                Id = Guid.CreateVersion7(now),
                Email = email,
                NormalizedEmail = UserStore.Normalize(email),
                Name = name,
                SecurityStamp = Guid.NewGuid().ToString("N"),
                CreatedAt = now,
            };
            try
            {
                await UserStore.InsertAsync(connection, user);
            }
            catch (PostgresException exception) when (exception.ConstraintName == "users_email_once")
            {
                return (new Refusal(RefusalCode.Stale, "このメールアドレスは、たったいま別の操作で登録されました。もう一度お試しください。"), null);
            }
            await AuditLog.AppendAsync(connection, new AuditEntry(actor, "staff-added", "user", user.Id.ToString(), address, new { email, name }), now);
        }
        foreach (var role in roles)
            if (await ask.RunAsync(connection, user.Id, role, RoleChangeKind.Give, reason, actor, address, now) is not ChangeResult.Done and var refused) return (refused, null);
        await transaction.CommitAsync(cancel);
        signal.Wake();
        return (new ChangeResult.Done(), user.Id);
    }
}

/// <summary>役割の変更を依頼する, by one 管理者. Nothing changes until a second one confirms it.</summary>
public sealed class AskRoleChange(Database database, TimeProvider clock, UserMails mails, JobSignal signal)
{
    public async Task<ChangeResult> RunAsync(Guid userId, StaffRole role, RoleChangeKind kind, string reason, Actor actor, string? address, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var result = await RunAsync(connection, userId, role, kind, reason, actor, address, clock.GetUtcNow());
        if (result is not ChangeResult.Done) return result;
        await transaction.CommitAsync(cancel);
        signal.Wake();
        return result;
    }

    /// <summary>Inside the caller's transaction.</summary>
    internal async Task<ChangeResult> RunAsync(NpgsqlConnection connection, Guid userId, StaffRole role, RoleChangeKind kind, string reason, Actor actor, string? address, DateTimeOffset now)
    {
        // Asked of what is locked: who was 管理者 a moment ago asks for nothing any more.
        var admins = await RoleChangeStore.LockAdminsAsync(connection, now);
        if (!admins.All.Contains(actor.UserId)) return new ChangeResult.Forbidden();
        if (await RoleChangeStore.LockHolderAsync(connection, userId) is not { } person) return new ChangeResult.NotFound();
        if (RoleChange.AgainstAsking(actor.UserId, person, role, kind, admins) is { } refusal) return refusal;
        await RoleChangeStore.ExpireAsync(connection, now);
        var change = new RoleChange(Guid.CreateVersion7(now), userId, role, kind, reason, RoleChangeState.Open, actor.UserId, now + RoleChange.Lifetime);
        if (!await RoleChangeStore.AskAsync(connection, change, now))
            return new Refusal(RefusalCode.Stale, $"「{role.Name()}」の変更は、すでに依頼されて確認を待っています。");
        var line = (await RoleChangeStore.FindAsync(connection, change.Id))!;
        await AuditLog.AppendAsync(
            connection, new AuditEntry(actor, "role-asked", "user", userId.ToString(), address, new { change = change.Id, role = Codes.Of(role), kind = Codes.Of(kind), person = line.UserName, reason }), now);
        var second = (await RoleChangeStore.AdminsAsync(connection, now)).Where(a => a.UserId != actor.UserId && a.UserId != userId);
        await JobQueue.EnqueueAsync(connection, [.. second.Select(a => mails.Asked(a.Email, line).ToJob($"role-asked:{change.Id}:{a.UserId}", now))]);
        return new ChangeResult.Done();
    }
}

/// <summary>A second 管理者 confirms or declines a change of roles; who asked for it takes it back.</summary>
public sealed class EndRoleChange(Database database, TimeProvider clock, UserMails mails, JobSignal signal)
{
    /// <summary>Puts it into force: the role, the end of the person's sessions, the audit and the mails, or nothing of it.</summary>
    public Task<ChangeResult> ConfirmAsync(Guid id, Actor actor, string? address, CancellationToken cancel) => RunAsync(id, RoleChangeState.Confirmed, actor, address, async (connection, change, admins, now) =>
    {
        if (await RoleChangeStore.LockHolderAsync(connection, change.UserId) is not { } person) throw new InvalidOperationException($"The account of change {change.Id} is missing.");
        if (change.AgainstConfirming(actor.UserId, person, admins, now) is { } refusal) return refusal;
        var told = (await RoleChangeStore.AdminsAsync(connection, now)).Where(a => a.UserId != change.UserId).ToList();
        await RoleChangeStore.ApplyAsync(connection, change, now);
        // Whoever holds a session of before signs in anew, with the roles of now.
        await SessionStore.EndAllAsync(connection, change.UserId, except: null, now);
        var line = (await RoleChangeStore.FindAsync(connection, change.Id))!;
        var user = (await UserStore.FindAsync(connection, change.UserId))!;
        await AuditLog.AppendAsync(
            connection,
            new AuditEntry(actor, change.Kind == RoleChangeKind.Give ? "role-given" : "role-taken", "user", change.UserId.ToString(), address,
                new { change = change.Id, role = Codes.Of(change.Role), person = line.UserName, askedBy = change.AskedBy, askedByName = line.AskedByName, confirmedBy = actor.UserId, confirmedByName = actor.Name, reason = change.Reason }),
            now);
        List<Job> jobs =
        [
            mails.ToPerson(user.Email, line, actor.Name).ToJob($"role-change:{change.Id}:{user.Id}", now),
            .. told.Select(a => mails.ToAdmin(a.Email, line, actor.Name).ToJob($"role-change:{change.Id}:{a.UserId}", now)),
        ];
        if (change.Kind == RoleChangeKind.Give && user.PasswordHash is null) jobs.Add(FirstPasswordMailJob.For(user.Id, now));
        if (change is { Kind: RoleChangeKind.Take, Role: StaffRole.Reviewer }) jobs.Add(RoleTakenJob.For(change.Id, change.UserId, now));
        await JobQueue.EnqueueAsync(connection, jobs);
        return null;
    }, cancel);

    public Task<ChangeResult> DeclineAsync(Guid id, Actor actor, string? address, CancellationToken cancel) => RunAsync(id, RoleChangeState.Declined, actor, address, async (connection, change, _, now) =>
        change.AgainstDeclining(actor.UserId, now) ?? await NoteAsync(connection, change, "role-declined", actor, address, now), cancel);

    public Task<ChangeResult> WithdrawAsync(Guid id, Actor actor, string? address, CancellationToken cancel) => RunAsync(id, RoleChangeState.Withdrawn, actor, address, async (connection, change, _, now) =>
        change.AgainstWithdrawing(actor.UserId, now) ?? await NoteAsync(connection, change, "role-withdrawn", actor, address, now), cancel);

    private async Task<ChangeResult> RunAsync(
        Guid id, RoleChangeState state, Actor actor, string? address, Func<NpgsqlConnection, RoleChange, Admins, DateTimeOffset, Task<Refusal?>> end, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var admins = await RoleChangeStore.LockAdminsAsync(connection, now);
        if (!admins.All.Contains(actor.UserId)) return new ChangeResult.Forbidden();
        if (await RoleChangeStore.LockAsync(connection, id) is not { } change) return new ChangeResult.NotFound();
        if (await end(connection, change, admins, now) is { } refusal) return refusal;
        await RoleChangeStore.EndAsync(connection, id, state, actor.UserId, now);
        await transaction.CommitAsync(cancel);
        signal.Wake();
        return new ChangeResult.Done();
    }

    private static async Task<Refusal?> NoteAsync(NpgsqlConnection connection, RoleChange change, string action, Actor actor, string? address, DateTimeOffset now)
    {
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, action, "user", change.UserId.ToString(), address, new { change = change.Id, role = Codes.Of(change.Role), kind = Codes.Of(change.Kind) }), now);
        return null;
    }
}
