using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Factors;

/// <summary>What follows when the ways into an account change: the audit knows, its owner is told by mail, its other sessions end.</summary>
public sealed class FactorChanges(IOptions<PortalOptions> portal, TimeProvider clock)
{
    /// <summary>Inside the transaction that changes it.</summary>
    /// <param name="action">For the audit, as in <c>passkey-added</c>.</param>
    /// <param name="words">For the owner, a whole sentence.</param>
    /// <param name="detail">For the audit.</param>
    public async Task NoteAsync(NpgsqlConnection connection, HttpContext context, Actor actor, string action, string words, object? detail = null)
    {
        var now = clock.GetUtcNow();
        await AuditLog.AppendAsync(connection, new AuditEntry(actor, action, "user", actor.UserId.ToString(), context.Address(), detail), now);
        await SessionStore.EndAllAsync(connection, actor.UserId, context.Session()?.Id, now);
        var email = await connection.ExecuteScalarAsync<string>("select email from users where id = @UserId", new { actor.UserId });
        var mail = new Mail(email!, $"【{portal.Value.Name}】ログインの設定が変わりました",
            $"""
            {words}
            この変更をした端末のほかは、ログアウトしました。

            お心当たりがない場合は、すぐに次のページでログイン中の端末を確認し、お問い合わせ窓口へご連絡ください。
            {new Uri(portal.Value.PublicUrl, "/account/sessions")}
            """);
        await JobQueue.EnqueueAsync(connection, [mail.ToJob($"account:{action}:{Guid.NewGuid():N}", now)]);
    }
}
