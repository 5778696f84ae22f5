namespace GrantPortal.Web.Features.Accounts;

/// <summary>A browser and its system in words, from what it says of itself (User-Agent): enough to recognise one's own devices, and no more.</summary>
public static class DeviceWords
{
    // In this order: what comes later often claims to be what comes before it as well.
    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
    ];

    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    /// <returns>As in <c>WindowsのEdge</c>; at most 30 characters.</returns>
    public static string Of(string? userAgent)
    {
        var text = userAgent ?? "";
        return (Find(Systems, text), Find(Browsers, text)) switch
        {
            ({ } system, { } browser) => $"{system}の{browser}",
            ({ } system, null) => $"{system}のブラウザー",
            (null, { } browser) => browser,
            _ => "不明なブラウザー",
        };
    }

    private static string? Find((string Mark, string Name)[] known, string text) =>
        known.Where(k => text.Contains(k.Mark, StringComparison.Ordinal)).Select(k => k.Name).FirstOrDefault();
}
