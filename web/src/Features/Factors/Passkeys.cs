using System.Text.Json;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Domain.Accounts;
using Microsoft.AspNetCore.Identity;

namespace GrantPortal.Web.Features.Factors;

/// <summary>パスキー, by ASP.NET Core Identity: asks browsers to make and to show them, and judges what they answer.</summary>
public sealed class Passkeys(SignInManager<PortalUser> identity, FactorChanges changes, Database database, TimeProvider clock)
{
    /// <summary>Passkeys belong to the host of <c>Portal:PublicUrl</c>, live on the device and are shown with a PIN or a finger only: both factors.</summary>
    public static void Configure(IdentityPasskeyOptions options, Uri publicUrl)
    {
        var origin = publicUrl.GetLeftPart(UriPartial.Authority);
        options.ServerDomain = publicUrl.Host;
        options.ValidateOrigin = request => ValueTask.FromResult(!request.CrossOrigin && request.Origin == origin);
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "required";
        options.AuthenticatorTimeout = TimeSpan.FromMinutes(5);
    }

    /// <summary>What the browser is asked in order to sign in, as JSON. Any passkey of this portal will do: it says whose it is.</summary>
    public Task<string> AskAsync() => identity.MakePasskeyRequestOptionsAsync(null);

    /// <summary>What the browser is asked in order to make one, as JSON.</summary>
    public async Task<string> AskToRegisterAsync(Guid userId)
    {
        await using var connection = await database.OpenAsync();
        var user = await UserStore.FindAsync(connection, userId) ?? throw new InvalidOperationException("Accounts are not deleted.");
        return await identity.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email, DisplayName = user.Name });
    }

    /// <summary>Judges the browser's answer to <see cref="AskAsync"/>.</summary>
    /// <param name="credential">JSON.</param>
    /// <returns>Whose passkey it is; null when the answer is not good.</returns>
    public async Task<PortalUser?> CheckAsync(string? credential)
    {
        if (await JudgeAsync(credential, identity.PerformPasskeyAssertionAsync) is not { Succeeded: true } good) return null;
        await using var connection = await database.OpenAsync();
        await PasskeyStore.UsedAsync(connection, good.Passkey, clock.GetUtcNow());
        return good.User;
    }

    /// <summary>Judges the browser's answer to <see cref="AskToRegisterAsync"/> and keeps the passkey.</summary>
    /// <param name="name">The person's own, 1 to 50 characters.</param>
    /// <returns>False when the answer is not good, or the account has too many.</returns>
    public async Task<bool> RegisterAsync(HttpContext context, Actor actor, string? credential, string name)
    {
        if (await JudgeAsync(credential, identity.PerformPasskeyAttestationAsync) is not { Succeeded: true } good || good.UserEntity.Id != actor.UserId.ToString()) return false;
        good.Passkey.Name = name;
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (!await PasskeyStore.AddAsync(connection, actor.UserId, good.Passkey, clock.GetUtcNow())) return false;
        await changes.NoteAsync(connection, context, actor, "passkey-added", $"パスキー「{name}」を登録しました。", new { name });
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>Identity throws on what no browser sends: no answer, malformed JSON, an answer to a question that was never asked or too long ago.</summary>
    private static async Task<T?> JudgeAsync<T>(string? credential, Func<string, Task<T>> judge)
        where T : class
    {
        if (string.IsNullOrEmpty(credential)) return null;
        try
        {
            return await judge(credential);
        }
        catch (Exception exception) when (exception is InvalidOperationException or JsonException or PasskeyException)
        {
            return null;
        }
    }
}
