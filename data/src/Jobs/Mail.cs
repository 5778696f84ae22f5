using System.Text.Json;

namespace GrantPortal.Data.Jobs;

/// <summary>A mail to one person, sent by the worker. Plain text, Japanese.</summary>
public sealed record Mail(string To, string Subject, string Body)
{
    /// <summary>The kind of its job.</summary>
    public const string Kind = "mail";

    /// <summary>The kind of a job that waits for the person's daily mail. No worker claims it.</summary>
    public const string DigestKind = "digest-item";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The moment of what it tells, its date. Null: queued before mails kept it.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Whose daily mail it belongs to; null: it goes by itself.</summary>
    public Guid? User { get; init; }

    /// <param name="key">From what happened and who is told: the mail's Message-ID is made from it, so a repeat is recognised.</param>
    public Job ToJob(string key, DateTimeOffset now) => new(Kind, $"mail:{key}", JsonSerializer.Serialize(this with { At = now }, Json), now);

    /// <summary>The same for somebody who wants one mail a day.</summary>
    public Job ToDigest(string key, Guid user, DateTimeOffset now) => new(DigestKind, $"mail:{key}", JsonSerializer.Serialize(this with { At = now, User = user }, Json), now);

    public static Mail From(string payload) => JsonSerializer.Deserialize<Mail>(payload, Json) ?? throw new JsonException("null is no mail.");
}
