using System.Text.Json;
using GrantPortal.Data.Jobs;

namespace GrantPortal.Web.Features.Documents;

/// <summary>A job about one document, once for each kind.</summary>
internal static class DocumentJob
{
    public static Job Of(string kind, Guid document, DateTimeOffset now) => new(kind, $"{kind}:{document}", $$"""{"document": "{{document}}"}""", now);

    public static Guid DocumentOf(ClaimedJob job)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        return payload.RootElement.GetProperty("document").GetGuid();
    }
}
