using System.Text.Json;

namespace GrantPortal.Data.Jobs;

/// <summary>A mail to one person, sent by the worker. Plain text, Japanese.</summary>
public sealed record Mail(string To, string Subject, string Body)
{
    /// <summary>The kind of its job.</summary>
    public const string Kind = "mail";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="key">From what happened and who is told: the mail's Message-ID is made from it, so a repeat is recognised.</param>
    public Job ToJob(string key, DateTimeOffset now) => new(Kind, $"mail:{key}", JsonSerializer.Serialize(this, Json), now);

    public static Mail From(string payload) => JsonSerializer.Deserialize<Mail>(payload, Json) ?? throw new JsonException("null is no mail.");
}
