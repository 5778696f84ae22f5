using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GrantPortal.Domain.Accounts;

/// <summary>Codes of authenticator apps (RFC 6238): six digits, a new one every 30 seconds, HMAC-SHA-1, which is what all apps know.</summary>
public static class Totp
{
    /// <summary>Bytes of a secret (RFC 4226 §4).</summary>
    public const int SecretLength = 20;

    public const int Digits = 6;

    private const int StepSeconds = 30;

    /// <summary>Steps a telephone's clock may be wrong in either direction.</summary>
    private const int Tolerance = 1;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The number of the 30 seconds a moment lies in.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code an app shows during a step.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 as apps implement it; HMAC does not rest on collision resistance.")]
    public static string CodeAt(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step a typed code belongs to, one step of either side included; null when it is wrong.</summary>
    /// <param name="code">As typed: full-width digits and spaces are fine.</param>
    /// <param name="lastStep">The last step that was taken: this and earlier ones are not taken again.</param>
    public static long? Match(ReadOnlySpan<byte> secret, string? code, DateTimeOffset now, long? lastStep)
    {
        var typed = Encoding.UTF8.GetBytes(JapaneseText.Code(code));
        long? found = null;
        for (var step = StepAt(now) - Tolerance; step <= StepAt(now) + Tolerance; step++)
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.UTF8.GetBytes(CodeAt(secret, step))) && step > (lastStep ?? long.MinValue)) found ??= step;
        return found;
    }

    /// <summary>The secret as apps take it by hand, in groups of four.</summary>
    public static string Words(ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder();
        foreach (var c in ToBase32(secret))
        {
            if (text.Length % 5 == 4) text.Append(' ');
            text.Append(c);
        }
        return text.ToString();
    }

    /// <summary>What the QR code says.</summary>
    /// <param name="account">Shown in the app below the portal's name.</param>
    public static string Address(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={ToBase32(secret)}&issuer={Uri.EscapeDataString(issuer)}";

    private static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var b in bytes)
        {
            bits = ((bits & 0x1f) << 8) | b;
            for (held += 8; held >= 5; held -= 5) text.Append(Base32[(bits >> (held - 5)) & 0x1f]);
        }
        return held == 0 ? text.ToString() : text.Append(Base32[(bits << (5 - held)) & 0x1f]).ToString();
    }
}
