using System.Net.Mail;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>
/// <c>admin MAIL [NAME]</c>: makes one of the first two administrators (管理者) and prints the link where they set their
/// password; asked again before that, it prints a new one. Two, because everything of weight is done by two people.
/// </summary>
public sealed class AdminCommand(Database database, FirstPasswordLink link, TimeProvider clock)
{
    private const int MostAdmins = 2;

    /// <returns>0; 1 with the reason on <paramref name="error"/>.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        if (arguments is not [var typed, .. var rest] || rest.Length > 1 || !MailAddress.TryCreate(JapaneseText.Narrow(typed), out var mail))
        {
            await error.WriteLineAsync("usage: admin MAIL [NAME]");
            return 1;
        }
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Two commands at once must not make three.
        await connection.ExecuteAsync("lock table user_roles in share row exclusive mode");
        var user = await UserStore.FindByEmailAsync(connection, mail.Address);
        if (user is { PasswordHash: not null } || (user is not null && !await IsAdminAsync(connection, user.Id)))
        {
            await error.WriteLineAsync($"{mail.Address} already has an account.");
            return 1;
        }
        if (user is null)
        {
            if (await connection.ExecuteScalarAsync<int>("select count(*) from user_roles where role = 'admin'") >= MostAdmins)
            {
                await error.WriteLineAsync($"There are {MostAdmins} administrators already.");
                return 1;
            }
            user = await AddAsync(connection, mail, rest.Length > 0 ? rest[0] : mail.User);
        }
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor.Portal, "first-admin", "user", user.Id.ToString(), Detail: new { email = user.Email }), clock.GetUtcNow());
        await transaction.CommitAsync();
        await output.WriteLineAsync($"Administrator {user.Email}: within {FirstPasswordLink.Lifetime.TotalHours:0} hours, set the password once at");
        await output.WriteLineAsync(link.Make(user.Id, user.SecurityStamp).ToString());
        return 0;
    }

    private async Task<PortalUser> AddAsync(Npgsql.NpgsqlConnection connection, MailAddress mail, string name)
    {
        var now = clock.GetUtcNow();
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(now),
            Email = mail.Address,
            NormalizedEmail = UserStore.Normalize(mail.Address),
            Name = name,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
        };
        await UserStore.InsertAsync(connection, user);
        await AccountStore.GiveRoleAsync(connection, user.Id, StaffRole.Admin, now);
        return user;
    }

    private static Task<bool> IsAdminAsync(Npgsql.NpgsqlConnection connection, Guid userId) => connection.ExecuteScalarAsync<bool>(
        "select exists (select from user_roles where user_id = @userId and role = 'admin')", new { userId });
}
