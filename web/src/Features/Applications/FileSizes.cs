using System.Globalization;

namespace GrantPortal.Web.Features.Applications;

/// <summary>Bytes as people read them.</summary>
public static class FileSizes
{
    public static string Text(long bytes) => bytes switch
    {
        >= 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0}MiB"),
        >= 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0}KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes}バイト"),
    };
}
