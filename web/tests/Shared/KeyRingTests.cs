using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GrantPortal.Data;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.Options;

namespace GrantPortal.Web.Tests.Shared;

public sealed class KeyRingTests(PortalHost portal) : IClassFixture<PortalHost>, IDisposable
{
    private const string Password = "of the file";
    private readonly string folder = Directory.CreateTempSubdirectory("grantportal-keys").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Under_a_certificate_no_key_stands_readable_and_what_was_written_before_is_still_read()
    {
        var given = await portal.ASubmittedApplication();
        Assert.True(await Readable() > 0);
        await using (var under = await portal.StartSiblingAsync(host => Use(host, Make("first"))))
        {
            Assert.Equal(given.Answers.Account.Number, await NumberAsync(under, given.Id));
            Assert.Equal(0, await Readable());
        }

        // A new certificate: keys under the old one are read as long as it is named.
        await using (var renewed = await portal.StartSiblingAsync(host =>
        {
            Use(host, Make("second"));
            host.Settings["DataProtection:EarlierCertificatePaths:0"] = Path.Combine(folder, "first.pfx");
        }))
            Assert.Equal(given.Answers.Account.Number, await NumberAsync(renewed, given.Id));

        // Without any of them the tables tell nothing.
        await using var without = await portal.StartSiblingAsync();
        await Assert.ThrowsAnyAsync<CryptographicException>(() => NumberAsync(without, given.Id));
    }

    [Fact]
    public async Task A_certificate_that_does_not_open_stops_the_start_with_its_reason()
    {
        var wrong = Make("third");
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => PortalHost.StartRefusedAsync(portal.Local, host =>
        {
            Use(host, wrong);
            host.Settings["DataProtection:CertificatePassword"] = "another";
        }));
        Assert.Contains("DataProtection:CertificatePath", thrown.Message, StringComparison.Ordinal);
    }

    private static void Use(PortalHost host, string path)
    {
        host.Settings["DataProtection:CertificatePath"] = path;
        host.Settings["DataProtection:CertificatePassword"] = Password;
    }

    private Task<long> Readable() => portal.ScalarAsync<long>("select count(*) from data_protection_keys where xml like '%masterKey%'");

    private static async Task<string?> NumberAsync(PortalHost host, Guid id)
    {
        await using var connection = await host.Database.OpenAsync();
        return (await connection.AskAsync(GrantPortal.Data.Applications.ApplicationQueries.Version(id, 1)))?.Content.Account.Number;
    }

    private string Make(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddYears(10));
        var path = Path.Combine(folder, $"{name}.pfx");
        File.WriteAllBytes(path, certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Default, Password));
        return path;
    }
}
