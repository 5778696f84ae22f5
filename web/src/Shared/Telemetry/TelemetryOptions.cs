using System.ComponentModel.DataAnnotations;
using OpenTelemetry.Exporter;

namespace GrantPortal.Web.Shared.Telemetry;

/// <summary>Section <c>Telemetry</c> of the configuration: what the portal tells of its work, and to whom.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>Of an OpenTelemetry collector, as in <c>http://collector:4318</c>. Null: nothing is collected and nothing sent.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>What the collector speaks there: <c>HttpProtobuf</c> (usually port 4318) or <c>Grpc</c> (4317).</summary>
    public OtlpExportProtocol Protocol { get; set; } = OtlpExportProtocol.HttpProtobuf;

    /// <summary>Of which share of requests and jobs spans are kept, 0–1. Metrics and logs are always whole.</summary>
    [Range(0.0, 1.0)]
    public double Traced { get; set; } = 1;

    /// <summary>Name of the service; instances are told apart by host and process.</summary>
    [Required]
    public string Service { get; set; } = "grantportal";

    /// <summary>True: every line of the log on the console is a JSON object.</summary>
    public bool JsonLog { get; set; }

    public bool IsOn => Endpoint is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { } endpoint && !(endpoint.IsAbsoluteUri && endpoint.Scheme is "http" or "https"))
            yield return new ValidationResult("Telemetry:Endpoint must be an address that begins with http:// or https://.");
        if (!Enum.IsDefined(Protocol)) yield return new ValidationResult("Telemetry:Protocol must be HttpProtobuf or Grpc.");
    }
}
