using System.Globalization;
using GrantPortal.Local;

namespace GrantPortal.Testing;

/// <summary>A portal that has what it is sent scanned, and opens nothing before.</summary>
public static class ScannedPortal
{
    public static void WithScanner(this PortalHost host, ClamdServer clamd)
    {
        host.WithHeavyJobs();
        host.Settings["Scanner:Host"] = clamd.Host;
        host.Settings["Scanner:Port"] = clamd.Port.ToString(CultureInfo.InvariantCulture);
        host.Settings["Documents:OpenUnchecked"] = "false";
    }
}
