using System.Net;
using System.Text.RegularExpressions;
using GrantPortal.Local;

namespace GrantPortal.Bench;

/// <summary>Signed-in clients of a portal, and what benchmarks read from its pages.</summary>
internal static partial class Browsers
{
    public static async Task<HttpClient> SignInAsync(string url, string email, string password, CancellationToken cancel)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };
        var page = await browser.GetStringAsync(new Uri("/login", UriKind.Relative), cancel);
        using var form = new FormUrlEncodedContent([new("Email", email), new("Password", password), new("__RequestVerificationToken", Token(page))]);
        using var answer = await browser.PostAsync(new Uri("/login", UriKind.Relative), form, cancel);
        return answer.StatusCode == HttpStatusCode.Redirect ? browser : throw new LocalException($"{email} could not sign in: {(int)answer.StatusCode}.");
    }

    public static string Token(string page) => Value(AntiforgeryToken(), page);

    /// <summary>The group <c>value</c> of a pattern.</summary>
    public static string Value(Regex pattern, string page) =>
        pattern.Match(page) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups["value"].Value) : throw new LocalException($"A page lacks {pattern}.");

    /// <param name="sorted">Ascending.</param>
    public static double Percentile(IReadOnlyList<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AntiforgeryToken();
}
