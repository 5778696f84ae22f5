using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace GrantPortal.Data;

/// <summary>
/// What stands in the database so that a copy of its tables does not tell it: account numbers (口座番号, ゆうちょ 記号・番号) inside answers and
/// contents, and forms posted after a session expired. By the data protection keys, each under a purpose of its own (docs/adr/0017).
/// </summary>
public sealed class Protection
{
    private const string Mark = "protected";

    private readonly Lazy<IDataProtector> posts;
    private readonly JsonSerializerOptions json;

    /// <param name="provider">Asked when it is first needed: its keys stand in the same database.</param>
    public Protection(Func<IDataProtectionProvider> provider)
    {
        var numbers = new Lazy<IDataProtector>(() => provider().CreateProtector("GrantPortal.AccountNumbers.v1"));
        posts = new Lazy<IDataProtector>(() => provider().CreateProtector("GrantPortal.ParkedPosts.v1"));
        json = ApplicationJson.With(new Numbers(numbers));
    }

    /// <summary>As <see cref="ApplicationJson.Write"/>, the account numbers protected.</summary>
    public string Write<T>(T value) => JsonSerializer.Serialize(value, json);

    /// <summary>Reads what <see cref="Write"/> wrote, and what was written before account numbers were protected.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys it was written with are not there.</exception>
    public T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, json) ?? throw new JsonException($"null is no {typeof(T).Name}.");

    /// <summary>A parked form, protected as a whole.</summary>
    internal string Hide(byte[] post) => Convert.ToBase64String(posts.Value.Protect(post));

    /// <inheritdoc cref="Hide"/>
    internal byte[] Show(string post) => posts.Value.Unprotect(Convert.FromBase64String(post));

    /// <summary>An account number as <c>{"protected": "…"}</c>. A bare string is one from before.</summary>
    private sealed class Numbers(Lazy<IDataProtector> protector) : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return reader.GetString()!;
            using var found = JsonDocument.ParseValue(ref reader);
            return Encoding.UTF8.GetString(protector.Value.Unprotect(found.RootElement.GetProperty(Mark).GetBytesFromBase64()));
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteBase64String(Mark, protector.Value.Protect(Encoding.UTF8.GetBytes(value)));
            writer.WriteEndObject();
        }
    }
}

/// <summary>A connection knows the protection of the database it leads to.</summary>
public static class ProtectedConnections
{
    private static readonly ConditionalWeakTable<NpgsqlConnection, Protection> Carried = [];

    /// <exception cref="InvalidOperationException">The connection was not opened by a <see cref="Database"/>.</exception>
    public static Protection Protection(this NpgsqlConnection connection) =>
        Carried.TryGetValue(connection, out var protection) ? protection : throw new InvalidOperationException("Open the connection with Database.OpenAsync: it knows the keys.");

    internal static NpgsqlConnection Carrying(this NpgsqlConnection connection, Protection protection)
    {
        Carried.AddOrUpdate(connection, protection);
        return connection;
    }
}
