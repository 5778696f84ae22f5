using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Limits;
using GrantPortal.Web.Shared.Errors;

namespace GrantPortal.Web.Shared.Limits;

/// <summary>One bucket: of what, whose, how large.</summary>
/// <param name="Key">As in <c>login:account:…</c>.</param>
public sealed record Bucket(string Key, LimitSetting Setting);

/// <summary>How a guess at a password or a code ended.</summary>
/// <param name="Wait">Not null: it was not looked at, for there were too many; how long to wait.</param>
public readonly record struct Proof(bool IsRight, TimeSpan? Wait = null)
{
    public static Proof Right { get; } = new(true);

    public static Proof Wrong { get; } = new(false);
}

/// <summary>Takes from buckets all instances share. Asked before anything that costs: a refused sign-in hashes no password.</summary>
public sealed class RateLimits(Database database, TimeProvider clock)
{
    /// <summary>Takes one from each in turn, and stops at the first that is empty.</summary>
    /// <returns>Null: taken from all. Otherwise how long to wait.</returns>
    public async Task<TimeSpan?> TakeAsync(params IReadOnlyList<Bucket> buckets)
    {
        await using var connection = await database.OpenAsync();
        foreach (var bucket in buckets)
            if (await RateLimitStore.TakeAsync(connection, bucket.Key, bucket.Setting.Limit, clock.GetUtcNow()) is { } wait) return wait;
        return null;
    }

    /// <summary>Gives back what was taken for a mistake that did not happen.</summary>
    public async Task GiveBackAsync(params IReadOnlyList<Bucket> buckets)
    {
        await using var connection = await database.OpenAsync();
        foreach (var bucket in buckets) await RateLimitStore.GiveBackAsync(connection, bucket.Key, bucket.Setting.Limit);
    }

    /// <summary>Lets somebody guess: taken from the bucket before it is judged, so that many at once count too, and given back for a right one.</summary>
    /// <param name="isRight">Judges the guess; not asked when there were too many.</param>
    public async Task<Proof> GuessAsync(Bucket bucket, Func<Task<bool>> isRight)
    {
        if (await TakeAsync(bucket) is { } wait) return new Proof(false, wait);
        if (!await isRight()) return Proof.Wrong;
        await GiveBackAsync(bucket);
        return Proof.Right;
    }

    /// <summary>An account as a key: by the address of mail typed, whether it exists or not, and not readable in the table.</summary>
    public static string Account(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(UserStore.Normalize(email))))[..32];

    /// <summary>The caller's IP address; of IPv6 the network of 64 bits, for whoever has one address there has them all.</summary>
    public static string Address(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes) + "/64";
    }
}

/// <summary>How an answer of 429 says when to come again.</summary>
public static class RetryAfter
{
    /// <param name="message">For the error page, and for scripts.</param>
    public static void SayWhenToComeAgain(this HttpContext context, TimeSpan wait, string? message = null)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (message is not null) ErrorPages.Say(context, message);
    }
}
