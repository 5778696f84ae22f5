using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using GrantPortal.Data.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Shared.Security;

/// <summary>What protects the data protection keys themselves: section <c>DataProtection</c> of the configuration.</summary>
public sealed class KeyRingOptions
{
    public const string Section = "DataProtection";

    /// <summary>PKCS#12 file with an RSA certificate and its private key. Blank: the keys stand readable in the database.</summary>
    public string? CertificatePath { get; set; }

    public string? CertificatePassword { get; set; }

    /// <summary>Certificates of before, with the same password: keys they protect are still read.</summary>
    public IReadOnlyList<string> EarlierCertificatePaths { get; set; } = [];

    /// <summary>The certificate in use first; empty when none is configured.</summary>
    /// <exception cref="OptionsValidationException">A file is missing, does not open with the password, or has no RSA key.</exception>
    public IReadOnlyList<X509Certificate2> Open() => string.IsNullOrEmpty(CertificatePath) ? [] : [.. EarlierCertificatePaths.Prepend(CertificatePath).Select(Open)];

    private X509Certificate2 Open(string path)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, CertificatePassword, X509KeyStorageFlags.EphemeralKeySet);
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw Wrong($"{path} has no RSA private key.");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path}: {exception.Message}");
        }
    }

    private static OptionsValidationException Wrong(string words) => new(Section, typeof(KeyRingOptions), [$"DataProtection:CertificatePath: {words}"]);
}

/// <summary>The keys of data protection: in PostgreSQL for all instances, under a certificate where one is configured.</summary>
public static class KeyRing
{
    public static void AddKeyRing(this IServiceCollection services, IConfiguration configuration)
    {
        var certificates = (configuration.GetSection(KeyRingOptions.Section).Get<KeyRingOptions>() ?? new KeyRingOptions()).Open();
        var protection = services.AddDataProtection().SetApplicationName(DataProtectionKeys.ApplicationName);
        if (certificates.Count > 0) protection.ProtectKeysWithCertificate(certificates[0]).UnprotectKeysWithAnyCertificate([.. certificates]);
        services.AddSingleton<DataProtectionKeys>();
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys, ILoggerFactory>((options, keys, logs) =>
        {
            options.XmlRepository = certificates.Count == 0 ? keys : new Rewriting(keys, new CertificateXmlEncryptor(certificates[0], logs));
        });
    }

    /// <summary>Keys made before a certificate was configured are put under it when they are read: a readable key would open everything it protects.</summary>
    private sealed class Rewriting(DataProtectionKeys keys, IXmlEncryptor encryptor) : Microsoft.AspNetCore.DataProtection.Repositories.IXmlRepository
    {
        private static readonly XNamespace Framework = "http://schemas.asp.net/2015/03/dataProtection";

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            var all = keys.GetAllElements();
            foreach (var key in all)
            {
                var readable = key.Descendants().Where(e => (bool?)e.Attribute(Framework + "requiresEncryption") == true).ToList();
                if (readable.Count == 0) continue;
                foreach (var secret in readable)
                {
                    var hidden = encryptor.Encrypt(secret);
                    secret.ReplaceWith(new XElement(Framework + "encryptedSecret", new XAttribute("decryptorType", hidden.DecryptorType.AssemblyQualifiedName!), hidden.EncryptedElement));
                }
                keys.StoreElement(key, $"key-{(string?)key.Attribute("id")}");
            }
            return all;
        }

        public void StoreElement(XElement element, string friendlyName) => keys.StoreElement(element, friendlyName);
    }
}
