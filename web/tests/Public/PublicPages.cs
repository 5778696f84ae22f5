using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace GrantPortal.Web.Tests.Public;

/// <summary>Pages as a reader meets them: by visible words.</summary>
internal static class PublicPages
{
    public static async Task<(HttpStatusCode Status, IDocument Page)> ReadAsync(this HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, new HtmlParser().ParseDocument(html));
    }

    /// <summary>The text of an element with runs of white space as one space.</summary>
    public static string Words(this IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The input a label with exactly these words belongs to.</summary>
    public static IElement Labelled(this IDocument page, string label)
    {
        var found = Assert.Single(page.QuerySelectorAll("label"), l => l.TextContent == label);
        return page.GetElementById(found.GetAttribute("for")!)!;
    }

    /// <summary>The messages of the error summary and, for each, the label of the field it leads to.</summary>
    public static IReadOnlyList<(string Message, string Field)> Errors(this IDocument page) =>
    [
        .. page.QuerySelectorAll("[role=alert] li").Select(li =>
        {
            var field = li.QuerySelector("a")?.GetAttribute("href") is ['#', .. var id] ? page.GetElementById(id) : null;
            var label = field is null ? null : page.QuerySelector($"label[for='{field.Id}']");
            return (li.Words(), field?.GetAttribute("name") is { } name && label is not null ? name : "");
        }),
    ];
}
