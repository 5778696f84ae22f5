using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Shared;
using Npgsql;

namespace GrantPortal.Web.Features.Members;

/// <summary>Inviting to an applicant by mail, by its 管理者.</summary>
public sealed class InviteMember(Database database, TimeProvider clock)
{
    /// <summary>How long an invitation can be accepted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Between two mails of one invitation: nobody's mailbox is filled through us.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private const int MostOpen = 50;

    /// <param name="email">A mail address.</param>
    public async Task<ChangeResult> RunAsync(Guid applicantId, string email, MemberRole role, Actor actor, string? address, CancellationToken cancel)
    {
        if (MemberAccess.Against(actor, applicantId) is { } no) return no;
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await MemberStore.LockAsync(connection, applicantId);
        if (await MemberStore.IsMemberAsync(connection, applicantId, email)) return new Refusal(RefusalCode.NotInvited, $"{email} の方は、すでにメンバーです。");
        if (await MemberStore.CountOpenAsync(connection, applicantId) >= MostOpen)
            return new Refusal(RefusalCode.NotInvited, $"返事を待っている招待が{MostOpen}件あります。不要な招待を取り消してから、もう一度招待してください。");
        var id = await MemberStore.InviteAsync(connection, applicantId, email, role, actor.UserId, now, now + Lifetime);
        var invitation = (await MemberStore.FindInvitationAsync(connection, id))!;
        await JobQueue.EnqueueAsync(connection, [InvitationMailJob.For(id, invitation.Sendings, now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "member-invited", "applicant", applicantId.ToString(), address, new { email, role = Codes.Of(role) }), now);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    /// <summary>The mail once more, valid from now; the links of before are void.</summary>
    public Task<ChangeResult> ResendAsync(Guid invitationId, Actor actor, string? address, CancellationToken cancel) => ChangeAsync(invitationId, actor, async (connection, invitation, now) =>
    {
        if (now < invitation.SentAt + Pause) return new Refusal(RefusalCode.WrongState, "招待のメールを送ったばかりです。1分ほど待ってから、もう一度送信してください。");
        await MemberStore.ResendAsync(connection, invitationId, now, now + Lifetime);
        await JobQueue.EnqueueAsync(connection, [InvitationMailJob.For(invitationId, invitation.Sendings + 1, now)]);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "invitation-resent", "applicant", invitation.ApplicantId.ToString(), address, new { email = invitation.Email }), now);
        return null;
    }, cancel);

    public Task<ChangeResult> RevokeAsync(Guid invitationId, Actor actor, string? address, CancellationToken cancel) => ChangeAsync(invitationId, actor, async (connection, invitation, now) =>
    {
        await MemberStore.EndAsync(connection, invitationId, "revoked", actor.UserId, now);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "invitation-revoked", "applicant", invitation.ApplicantId.ToString(), address, new { email = invitation.Email }), now);
        return null;
    }, cancel);

    private async Task<ChangeResult> ChangeAsync(Guid invitationId, Actor actor, Func<NpgsqlConnection, OpenInvitation, DateTimeOffset, Task<Refusal?>> change, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await MemberStore.FindOwnInvitationAsync(connection, invitationId, actor.UserId) is not { } invitation) return new ChangeResult.NotFound();
        if (MemberAccess.Against(actor, invitation.ApplicantId) is { } no) return no;
        if (await change(connection, invitation, clock.GetUtcNow()) is { } refusal) return refusal;
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }
}

/// <summary>参加する: who was invited becomes a member, once, and only with the address the invitation was sent to.</summary>
public sealed class AcceptInvitation(Database database, TimeProvider clock, MemberMails mails)
{
    /// <param name="sending">The sending the link was made for.</param>
    public async Task<ChangeResult> RunAsync(Guid invitationId, int sending, Actor actor, string? address, CancellationToken cancel)
    {
        if (actor.IsStaff) return new ChangeResult.Forbidden();
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await MemberStore.FindInvitationAsync(connection, invitationId) is not { } found) return new ChangeResult.NotFound();
        var members = await MemberStore.LockAsync(connection, found.ApplicantId);
        if (await MemberStore.FindInvitationAsync(connection, invitationId, lockIt: true) is not { } invitation || invitation.Sendings != sending || now >= invitation.ExpiresAt)
            return new ChangeResult.NotFound();
        if (await UserStore.FindAsync(connection, actor.UserId) is not { } user || user.NormalizedEmail != UserStore.Normalize(invitation.Email)) return OtherAddress;
        if (members.All.All(m => m.UserId != actor.UserId)) await AccountStore.AddMemberAsync(connection, actor.UserId, invitation.ApplicantId, invitation.Role, now);
        await MemberStore.EndAsync(connection, invitationId, "accepted", actor.UserId, now);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "member-joined", "applicant", invitation.ApplicantId.ToString(), address, new { role = Codes.Of(invitation.Role) }), now);
        var owners = await MemberStore.WithRolesAsync(connection, invitation.ApplicantId, MemberRole.Owner);
        await JobQueue.EnqueueAsync(connection, [.. owners.Where(o => o.UserId != actor.UserId)
            .Select(o => mails.Joined(o.Email, invitation.ApplicantName, actor.Name, user.Email, invitation.Role).ToJob($"member-joined:{invitationId}:{o.UserId}", now))]);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    public static Refusal OtherAddress { get; } = new(RefusalCode.NotInvited,
        "この招待は、ログイン中のアカウントとは別のメールアドレスあてです。招待メールを受け取ったメールアドレスのアカウントでログインし直してください。");
}

/// <summary>Changes of who belongs to an applicant. One at a time for an applicant, so that the last two 管理者 cannot leave together.</summary>
public sealed class ChangeMembers(Database database, TimeProvider clock, MemberMails mails)
{
    /// <param name="seen">The version of the membership the page showed.</param>
    public Task<ChangeResult> ChangeRoleAsync(Guid applicantId, Guid userId, MemberRole role, int seen, Actor actor, string? address, CancellationToken cancel) =>
        RunAsync(applicantId, userId, role, seen, actor, address, cancel);

    public Task<ChangeResult> RemoveAsync(Guid applicantId, Guid userId, int seen, Actor actor, string? address, CancellationToken cancel) =>
        RunAsync(applicantId, userId, null, seen, actor, address, cancel);

    /// <summary>Everybody may leave but the last 管理者.</summary>
    public async Task<ChangeResult> LeaveAsync(Guid applicantId, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var members = await MemberStore.LockAsync(connection, applicantId);
        if (members.All.FirstOrDefault(m => m.UserId == actor.UserId) is not { } own) return new ChangeResult.NotFound();
        if (members.Against(actor.UserId, null, own.Version) is { } refusal) return refusal;
        await MemberStore.RemoveAsync(connection, applicantId, actor.UserId);
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, "member-left", "applicant", applicantId.ToString(), address), now);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    private async Task<ChangeResult> RunAsync(Guid applicantId, Guid userId, MemberRole? role, int seen, Actor actor, string? address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var members = await MemberStore.LockAsync(connection, applicantId);
        // Asked of what is locked: who was demoted a moment ago removes nobody any more.
        if (members.All.FirstOrDefault(m => m.UserId == actor.UserId) is not { } own) return new ChangeResult.NotFound();
        if (own.Role != MemberRole.Owner || actor.IsStaff) return new ChangeResult.Forbidden();
        if (members.All.All(m => m.UserId != userId)) return new ChangeResult.NotFound();
        if (members.Against(userId, role, seen) is { } refusal) return refusal;
        var line = (await MemberStore.MembersAsync(connection, applicantId, actor.UserId)).First(m => m.UserId == userId);
        var applicant = (await ApplicantStore.OfUserAsync(connection, actor.UserId)).First(a => a.Id == applicantId);
        if (role is { } next) await MemberStore.ChangeRoleAsync(connection, applicantId, userId, next);
        else await MemberStore.RemoveAsync(connection, applicantId, userId);
        await AuditLog.AppendAsync(
            connection,
            new AuditEntry(actor, role is null ? "member-removed" : "member-role-changed", "applicant", applicantId.ToString(), address,
                new { member = userId, from = Codes.Of(line.Role), to = role is { } given ? Codes.Of(given) : null }),
            now);
        var mail = role is { } told ? mails.Changed(line.Email, applicant.Name, told) : mails.Removed(line.Email, applicant.Name);
        if (userId != actor.UserId) await JobQueue.EnqueueAsync(connection, [mail.ToJob($"member:{applicantId}:{userId}:{now.UtcTicks}", now)]);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }
}

internal static class MemberAccess
{
    /// <summary>Only 管理者 manage members; an applicant the actor does not belong to does not exist for it.</summary>
    /// <returns>Null where nothing stands against it.</returns>
    public static ChangeResult? Against(Actor actor, Guid applicantId) =>
        !actor.Memberships.TryGetValue(applicantId, out var role) ? new ChangeResult.NotFound() : role != MemberRole.Owner || actor.IsStaff ? new ChangeResult.Forbidden() : null;
}
