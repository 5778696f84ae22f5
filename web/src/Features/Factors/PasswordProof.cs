using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Web.Features.Accounts;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Factors;

/// <summary>Asks somebody who is signed in for their password once more. Guesses are counted by account.</summary>
public sealed class PasswordProof(UserManager<PortalUser> users, Database database, TimeProvider clock)
{
    private const string Kind = "password";

    public async Task<Proof> CheckAsync(Guid userId, string password)
    {
        await using var connection = await database.OpenAsync();
        if (!await SecondFactorStore.TakeAttemptAsync(connection, userId, Kind, clock.GetUtcNow())) return Proof.TooOften;
        if (password.Length > PasswordPolicy.Longest || await UserStore.FindAsync(connection, userId) is not { } user || !await users.CheckPasswordAsync(user, PasswordPolicy.Normalize(password))) return Proof.Wrong;
        await SecondFactorStore.ForgetAttemptsAsync(connection, userId, Kind);
        return Proof.Right;
    }
}
