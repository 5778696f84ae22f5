using System.Net;
using System.Text.RegularExpressions;

namespace GrantPortal.Testing;

/// <summary>Posting forms as a browser does: with the token of the page they stand on.</summary>
public static partial class TestForms
{
    /// <summary>Posts fields with the token of <paramref name="page"/>, which is by convention the address posted to.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(this HttpClient browser, string path, IEnumerable<KeyValuePair<string, string>> fields, string? page = null)
    {
        using var content = new FormUrlEncodedContent([.. fields, new("__RequestVerificationToken", await browser.TokenAsync(page ?? path))]);
        return await browser.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>Posts fields, as in <c>("Email", "…")</c>.</summary>
    public static Task<HttpResponseMessage> PostFormAsync(this HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostFormAsync(path, fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    /// <summary>Posts fields and files.</summary>
    public static async Task<HttpResponseMessage> PostMultipartAsync(this HttpClient browser, string path, MultipartFormDataContent content, string? page = null)
    {
        content.Add(new StringContent(await browser.TokenAsync(page ?? path)), "__RequestVerificationToken");
        return await browser.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>The antiforgery token of a page; of the sign-in page where that one has none.</summary>
    public static async Task<string> TokenAsync(this HttpClient browser, string page)
    {
        var html = await browser.GetStringOfAsync(page);
        if (!Token().IsMatch(html)) html = await browser.GetStringOfAsync("/login");
        return Token().Match(html) is { Success: true } match
            ? WebUtility.HtmlDecode(match.Groups["token"].Value)
            : throw new InvalidOperationException($"Neither {page} nor the sign-in page has a form.");
    }

    /// <summary>The body, whatever the status.</summary>
    public static async Task<string> GetStringOfAsync(this HttpClient browser, string path)
    {
        using var response = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return await response.Content.ReadAsStringAsync();
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Token();
}
