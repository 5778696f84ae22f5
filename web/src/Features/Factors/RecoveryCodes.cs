using System.Security.Cryptography;
using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain;
using GrantPortal.Web.Shared.Limits;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Factors;

/// <summary>回復コード: ten codes on paper for the day the telephone is gone. Stored hashed, each works once.</summary>
public sealed class RecoveryCodes(Database database, TimeProvider clock, RateLimits limits, IOptions<LimitOptions> options)
{
    public const int Count = 10;

    /// <summary>50 bits a code, without letters that look like digits.</summary>
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const int Length = 10;

    /// <summary>Slow enough that a stolen table is not read back, fast enough for ten.</summary>
    private const int Rounds = 100_000;

    /// <summary>A new set, inside the caller's transaction; earlier ones are void. The result is shown once and kept nowhere.</summary>
    public static async Task<IReadOnlyList<string>> RenewAsync(NpgsqlConnection connection, Guid userId)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var codes = Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(Alphabet, Length)).ToList();
        await SecondFactorStore.ReplaceRecoveryCodesAsync(connection, userId, salt, [.. codes.Select(code => Hash(code, salt))]);
        return [.. codes.Select(code => $"{code[..5]}-{code[5..]}")];
    }

    /// <summary>Checks a code and uses it up. Guesses count with those at the app's codes.</summary>
    /// <param name="typed">In any case, with or without hyphen.</param>
    public Task<Proof> UseAsync(Guid userId, string? typed) => limits.GuessAsync(AuthenticatorApp.Guesses(userId, options.Value), async () =>
    {
        var code = JapaneseText.Code(typed);
        await using var connection = await database.OpenAsync();
        return code.Length == Length && await SecondFactorStore.SaltAsync(connection, userId) is { } salt
            && await SecondFactorStore.UseRecoveryCodeAsync(connection, userId, Hash(code, salt), clock.GetUtcNow());
    });

    private static byte[] Hash(string code, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(code), salt, Rounds, HashAlgorithmName.SHA256, 32);
}
