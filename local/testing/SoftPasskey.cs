using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GrantPortal.Testing;

/// <summary>A passkey without a browser: answers what WebAuthn asks (Level 3, §6–§7; ES256, attestation "none"). What a real one does is tested in Chromium.</summary>
/// <param name="origin">Of the page the browser believes to show.</param>
public sealed class SoftPasskey(string origin) : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string? user;
    private uint count;

    /// <summary>Whether PIN or finger were asked for.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>What <c>navigator.credentials.create</c> gives back, as JSON.</summary>
    public string Register(string options)
    {
        using var asked = JsonDocument.Parse(options);
        user = asked.RootElement.GetProperty("user").GetProperty("id").GetString();
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        var data = AuthenticatorData(asked.RootElement.GetProperty("rp").GetProperty("id").GetString()!, HasCredential, [.. new byte[16], 0, (byte)id.Length, .. id, .. cose]);
        byte[] attestation = [0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58, checked((byte)data.Length), .. data];
        return Answer(new { clientDataJSON = Base64Url.EncodeToString(ClientData("webauthn.create", asked)), attestationObject = Base64Url.EncodeToString(attestation), transports = new[] { "internal" } });
    }

    /// <summary>What <c>navigator.credentials.get</c> gives back, as JSON.</summary>
    public string SignIn(string options)
    {
        using var asked = JsonDocument.Parse(options);
        var clientData = ClientData("webauthn.get", asked);
        var data = AuthenticatorData(asked.RootElement.GetProperty("rpId").GetString()!, 0, []);
        var signature = key.SignData([.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new
        {
            clientDataJSON = Base64Url.EncodeToString(clientData),
            authenticatorData = Base64Url.EncodeToString(data),
            signature = Base64Url.EncodeToString(signature),
            userHandle = user,
        });
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(string type, JsonDocument asked) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type, challenge = asked.RootElement.GetProperty("challenge").GetString(), origin, crossOrigin = false }));

    private byte[] AuthenticatorData(string domain, byte more, byte[] rest)
    {
        var counter = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(counter, ++count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(UserPresent | (Verifies ? UserVerified : 0) | more), .. counter, .. rest];
    }

    private string Answer(object response)
    {
        var name = Base64Url.EncodeToString(id);
        return JsonSerializer.Serialize(new { id = name, rawId = name, type = "public-key", authenticatorAttachment = "platform", clientExtensionResults = new { }, response });
    }
}
