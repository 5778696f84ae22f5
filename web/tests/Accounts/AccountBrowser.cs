using System.Net;
using AngleSharp.Html.Parser;
using Dapper;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Accounts;

/// <summary>What tests about accounts say in one line.</summary>
internal static class AccountBrowser
{
    /// <summary>A password the policy takes.</summary>
    public const string Strong = "mizube no kawasemi 7";

    /// <summary>Posts the form of a page and gives status, where it leads and what it says.</summary>
    public static async Task<(HttpStatusCode Status, string? To, string Words)> SendAsync(this HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await browser.PostFormAsync(path, fields);
        var html = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.Headers.Location?.ToString(), html.Length == 0 ? "" : new HtmlParser().ParseDocument(html).QuerySelector("main")?.TextContent ?? html);
    }

    public static Task<(HttpStatusCode Status, string? To, string Words)> LoginAsync(this HttpClient browser, string email, string password) =>
        browser.SendAsync("/login", ("Email", email), ("Password", password));

    public static async Task<T> ScalarAsync<T>(this PortalHost portal, string sql, object? values = null)
    {
        await using var connection = await portal.Database.OpenAsync();
        return await connection.QuerySingleAsync<T>(sql, values);
    }
}
