using System.Security.Cryptography;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace GrantPortal.Web.Features.Factors;

/// <summary>認証アプリ (TOTP): its secret is protected by the portal's keys, a code works once, guesses come to an end.</summary>
public sealed class AuthenticatorApp(Database database, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>Counts guesses at codes of apps and recovery codes together.</summary>
    public const string Kind = "code";

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
    public async Task<Proof> ConfirmAsync(NpgsqlConnection connection, Guid userId, string? code)
    {
        var now = clock.GetUtcNow();
        if (await SecondFactorStore.PendingAsync(connection, userId) is not { } pending) return Proof.Wrong;
        // The person sees the secret: there is nothing to guess, and so nothing to count.
        return Totp.Match(For(userId).Unprotect(pending), code, now, lastStep: null) is { } step && await SecondFactorStore.ConfirmAsync(connection, userId, pending, step, now)
            ? Proof.Right
            : Proof.Wrong;
    }

    /// <summary>Checks a code and takes it.</summary>
    public async Task<Proof> CheckAsync(Guid userId, string? code)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync();
        if (!await SecondFactorStore.TakeAttemptAsync(connection, userId, Kind, now)) return Proof.TooOften;
        if (await SecondFactorStore.FindAsync(connection, userId) is not { } known) return Proof.Wrong;
        if (Totp.Match(For(userId).Unprotect(known.Secret), code, now, known.LastStep) is not { } step) return Proof.Wrong;
        // Two requests with the same code: the row lets one of them take it.
        if (!await SecondFactorStore.TakeStepAsync(connection, userId, step)) return Proof.Wrong;
        await SecondFactorStore.ForgetAttemptsAsync(connection, userId, Kind);
        return Proof.Right;
    }

    private IDataProtector For(Guid userId) => protection.CreateProtector("GrantPortal.Authenticator.v1", userId.ToString("N"));
}
