using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Features.Accounts;

/// <summary>Asks somebody who is signed in for their password once more. Guesses are counted by account, wherever they are asked for.</summary>
public sealed class PasswordProof(UserManager<PortalUser> users, Database database, RateLimits limits, IOptions<LimitOptions> options)
{
    public Task<Proof> CheckAsync(Guid userId, string password) => limits.GuessAsync(new Bucket($"password:{userId:N}", options.Value.LoginByDevice), async () =>
    {
        if (password.Length > PasswordPolicy.Longest) return false;
        await using var connection = await database.OpenAsync();
        return await UserStore.FindAsync(connection, userId) is { } user && await users.CheckPasswordAsync(user, password);
    });
}
