using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Data.Accounts;

/// <summary>The keys that protect cookies and form tokens, in the database: every instance of the portal reads what the others wrote.</summary>
public sealed class DataProtectionKeys(Database database, TimeProvider clock) : IXmlRepository
{
    /// <summary>Keys of one portal are no other's.</summary>
    public const string ApplicationName = "GrantPortal";

    /// <summary>Data protection by the keys of this database, outside the web program: seeds and measurements.</summary>
    public static IDataProtectionProvider ProviderOf(Database database)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new DataProtectionKeys(database, TimeProvider.System));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.Open();
        return [.. connection.Query<string>("select xml from data_protection_keys order by created_at, name").Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = database.Open();
        connection.Execute(
            "insert into data_protection_keys (name, xml, created_at) values (@friendlyName, @xml, @now) on conflict (name) do update set xml = excluded.xml",
            new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting), now = clock.GetUtcNow() });
    }
}
