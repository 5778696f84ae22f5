using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Sets a password the policy accepts: the stamp changes with it, which ends every session and voids every link; the owner is told by mail.</summary>
public sealed class PasswordChange(Database database, IPasswordHasher<PortalUser> hasher, AccountMails mails, SessionStart sessions, TimeProvider clock)
{
    /// <summary>By a mailed link, which proves the address too.</summary>
    /// <returns>False when the link is void.</returns>
    public async Task<bool> ByLinkAsync(PortalUser user, string? token, string password, string? address)
    {
        var hash = Hash(user, password);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await AccountLinkStore.UseAsync(connection, LinkPurpose.Reset, token, now) != user.Id) return false;
        await AccountStore.SetPasswordAsync(connection, user.Id, hash, NewStamp());
        await SessionStore.EndAllAsync(connection, user.Id, except: null, now);
        await TellAsync(connection, user, new AuditEntry(null, "password-reset", "user", user.Id.ToString(), address), now);
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>The first password of an account that has none, by the link its stamp was made for.</summary>
    /// <returns>False when somebody was faster.</returns>
    public async Task<bool> FirstAsync(PortalUser user, string stamp, string password, string? address)
    {
        var hash = Hash(user, password);
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (!await AccountStore.SetFirstPasswordAsync(connection, user.Id, stamp, hash, NewStamp())) return false;
        await AuditLog.AppendAsync(connection, new AuditEntry(null, "password-set", "user", user.Id.ToString(), address), clock.GetUtcNow());
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>By somebody who is signed in and has shown the old one: this session goes on, the others end.</summary>
    /// <returns>False when it was changed elsewhere in the meantime.</returns>
    public async Task<bool> OwnAsync(PortalUser user, string password, HttpContext context)
    {
        var hash = Hash(user, password);
        var now = clock.GetUtcNow();
        await using (var connection = await database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            if (!await AccountStore.ChangePasswordAsync(connection, user.Id, user.SecurityStamp, hash, NewStamp())) return false;
            await SessionStore.EndAllAsync(connection, user.Id, context.Session()?.Id, now);
            await TellAsync(connection, user, new AuditEntry(context.Features.Get<Actor>(), "password-changed", "user", user.Id.ToString(), context.Address()), now);
            await transaction.CommitAsync();
        }
        await sessions.RenewAsync(context);
        return true;
    }

    private async Task TellAsync(NpgsqlConnection connection, PortalUser user, AuditEntry entry, DateTimeOffset now)
    {
        await AuditLog.AppendAsync(connection, entry, now);
        // Whoever knew the old password may have begun to take the address away.
        await MailChangeStore.CancelAsync(connection, user.Id);
        await JobQueue.EnqueueAsync(connection, [mails.PasswordChanged(user.Email).ToJob($"password-changed:{Guid.NewGuid():N}", now)]);
    }

    private string Hash(PortalUser user, string password) => hasher.HashPassword(user, password);

    private static string NewStamp() => Guid.NewGuid().ToString("N");
}
