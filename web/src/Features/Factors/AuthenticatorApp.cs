using System.Security.Cryptography;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Limits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Factors;

/// <summary>認証アプリ (TOTP): its secret is protected by the portal's keys, a code works once, guesses come to an end.</summary>
public sealed class AuthenticatorApp(Database database, IDataProtectionProvider protection, TimeProvider clock, RateLimits limits, IOptions<LimitOptions> options)
{
    /// <summary>Makes a secret that waits for its first code; one in force stays in force until then.</summary>
    public async Task StartAsync(Guid userId)
    {
        await using var connection = await database.OpenAsync();
        await SecondFactorStore.StartAsync(connection, userId, For(userId).Protect(RandomNumberGenerator.GetBytes(Totp.SecretLength)));
    }

    /// <summary>The secret to be shown; null when none waits.</summary>
    public async Task<byte[]?> PendingAsync(Guid userId)
    {
        await using var connection = await database.OpenAsync();
        return await SecondFactorStore.PendingAsync(connection, userId) is { } pending ? For(userId).Unprotect(pending) : null;
    }

    /// <summary>Puts the pending secret into force when the code is its own, inside the caller's transaction.</summary>
    public async Task<bool> ConfirmAsync(NpgsqlConnection connection, Guid userId, string? code)
    {
        var now = clock.GetUtcNow();
        if (await SecondFactorStore.PendingAsync(connection, userId) is not { } pending) return false;
        // The person sees the secret: there is nothing to guess, and so nothing to count.
        return Totp.Match(For(userId).Unprotect(pending), code, now, lastStep: null) is { } step && await SecondFactorStore.ConfirmAsync(connection, userId, pending, step, now);
    }

    /// <summary>Checks a code and takes it.</summary>
    public Task<Proof> CheckAsync(Guid userId, string? code) => limits.GuessAsync(Guesses(userId, options.Value), async () =>
    {
        await using var connection = await database.OpenAsync();
        return await SecondFactorStore.FindAsync(connection, userId) is { } known
            && Totp.Match(For(userId).Unprotect(known.Secret), code, clock.GetUtcNow(), known.LastStep) is { } step
            // Two requests with the same code: the row lets one of them take it.
            && await SecondFactorStore.TakeStepAsync(connection, userId, step);
    });

    /// <summary>Guesses at codes of apps and recovery codes count together.</summary>
    internal static Bucket Guesses(Guid userId, LimitOptions limits) => new($"code:{userId:N}", limits.CodesByAccount);

    private IDataProtector For(Guid userId) => protection.CreateProtector("GrantPortal.Authenticator.v1", userId.ToString("N"));
}
