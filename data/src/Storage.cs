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

    /// <summary>How long the store may take nothing of a file that is passed on to it before the sender is told to try again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The container. Nothing is sent yet.</summary>
    public BlobContainerClient Open() => Service(Impatient).GetBlobContainerClient(Container);

    /// <summary>The same container for bytes that come only once.</summary>
    public OnceContainer OpenOnce() => new(Service(Once).GetBlobContainerClient(Container), Patience);

    /// <summary>Beside it, with the same name and <c>-quarantine</c>: what malware was found in. Nothing reads it but the comparison of <c>reconcile</c>.</summary>
    public QuarantineContainer OpenQuarantine() => new(Service(Impatient).GetBlobContainerClient($"{Container}-quarantine"));

    /// <summary>A person waits for the answer: give up within seconds and say so.</summary>
    private static void Impatient(RetryOptions retry)
    {
        retry.Mode = RetryMode.Exponential;
        retry.MaxRetries = 3;
        retry.Delay = TimeSpan.FromMilliseconds(200);
        retry.MaxDelay = TimeSpan.FromSeconds(2);
    }

    /// <summary>A sender may be slow: as long as bytes come and go it takes as long as it takes.</summary>
    private static void Once(RetryOptions retry)
    {
        retry.MaxRetries = 0;
        retry.NetworkTimeout = TimeSpan.FromHours(2);
    }

    private BlobServiceClient Service(Action<RetryOptions> retry)
    {
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_01_03);
        retry(options.Retry);
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

/// <summary>Where files are kept, for what is sent once and never again.</summary>
/// <param name="Patience"><see cref="StorageOptions.Patience"/>.</param>
public sealed record OnceContainer(BlobContainerClient Blobs, TimeSpan Patience);

/// <summary>Where files lie that malware was found in.</summary>
public sealed record QuarantineContainer(BlobContainerClient Blobs);
