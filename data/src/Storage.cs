using System.ComponentModel.DataAnnotations;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace GrantPortal.Data;

/// <summary>Where files are kept: section <c>Storage</c> of the configuration. Exactly one of the first two is given.</summary>
public sealed class StorageOptions : IValidatableObject
{
    public const string Section = "Storage";

    /// <summary>With a key, as Azurite has it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Of the storage account; the portal signs in as the identity it runs under.</summary>
    public Uri? ServiceUri { get; set; }

    [Required]
    public string Container { get; set; } = "documents";

    /// <summary>The container. Nothing is sent yet.</summary>
    public BlobContainerClient Open() => Service().GetBlobContainerClient(Container);

    /// <summary>Beside it, with the same name and <c>-quarantine</c>: what malware was found in. Nothing reads it but the comparison of <c>reconcile</c>.</summary>
    public QuarantineContainer OpenQuarantine() => new(Service().GetBlobContainerClient($"{Container}-quarantine"));

    private BlobServiceClient Service()
    {
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03)
        {
            // A person waits for the answer: give up within seconds and say so.
            Retry = { Mode = RetryMode.Exponential, MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2) },
        };
        return ServiceUri is null
            ? new BlobServiceClient(ConnectionString, options)
            : new BlobServiceClient(ServiceUri, new DefaultAzureCredential(), options);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ConnectionString) == ServiceUri is null)
            yield return new ValidationResult("Give exactly one of Storage:ConnectionString and Storage:ServiceUri.");
    }
}

/// <summary>Where files lie that malware was found in.</summary>
public sealed record QuarantineContainer(BlobContainerClient Blobs);
