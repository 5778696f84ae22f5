using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>An answer of the portal with its page read.</summary>
internal sealed record Page(HttpStatusCode Status, string? Location, IDocument Document)
{
    public string Words => Document.QuerySelector("main")?.TextContent ?? "";

    /// <summary>The state the page shows.</summary>
    public string? Shown => Document.QuerySelector(".desk-head .status")?.GetAttribute("data-status");

    public IEnumerable<string> Buttons => Document.QuerySelectorAll("main button:not([hidden])").Select(b => b.TextContent.Trim());

    /// <summary>What can be done with the case: in its head and among its acts.</summary>
    public IEnumerable<string> Acts => Document.QuerySelectorAll(".desk-head button:not([hidden]), #act button:not([hidden])").Select(b => b.TextContent.Trim());

    public string Token => Document.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? throw new InvalidOperationException("The page has no form.");

    public string Version => Document.QuerySelector("input[name=Version]")?.GetAttribute("value") ?? throw new InvalidOperationException("The page has no form.");
}

/// <summary>What tests of the desk do again and again.</summary>
internal static class Desk
{
    public static async Task<Page> PageAsync(this HttpClient browser, string path) => await ReadAsync(await browser.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Posts a form without fields.</summary>
    public static async Task<Page> PostAsPageAsync(this HttpClient browser, string path) => await ReadAsync(await browser.PostFormAsync(path, [], page: "/review"));

    /// <summary>Posts at once, with the token of a page read before: nothing stands between two that race.</summary>
    public static async Task<Page> PostFromAsync(this HttpClient browser, Page from, string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", from.Token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        return await ReadAsync(await browser.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    /// <summary>
    /// Posts an act on a case, with the version of the database unless another one is given; as the answer to the question where the act is asked for once more.
    /// </summary>
    public static async Task<Page> ActAsync(this HttpClient browser, PortalHost host, Guid id, string act, params (string Name, string Value)[] fields)
    {
        var version = fields.Any(f => f.Name == "Version") ? [] : new[] { ("Version", await host.VersionAsync(id)) };
        var confirmed = act is "return" or "decision" && fields.All(f => f.Name != "Confirmed") ? new[] { ("Confirmed", "true") } : [];
        return await ReadAsync(await browser.PostFormAsync(
            $"/review/{id}/{act}", version.Concat(confirmed).Concat(fields).Select(f => KeyValuePair.Create(f.Item1, f.Item2)), page: $"/review/{id}"));
    }

    public static async Task<string> VersionAsync(this PortalHost host, Guid id) =>
        (await host.ScalarAsync<int?>("select version from applications where id = @id", new { id }))?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "0";

    public static Task<string?> StatusAsync(this PortalHost host, Guid id) => host.ScalarAsync<string>("select status from applications where id = @id", new { id });

    public static Task<long> EventsAsync(this PortalHost host, Guid id, string kind) =>
        host.ScalarAsync<long>("select count(*) from events where application_id = @id and kind = @kind", new { id, kind });

    public static async Task<T?> ScalarAsync<T>(this PortalHost host, string sql, object? values = null)
    {
        await using var connection = await host.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, values);
    }

    public static async Task ExecuteAsync(this PortalHost host, string sql, object? values = null)
    {
        await using var connection = await host.Database.OpenAsync();
        await connection.ExecuteAsync(sql, values);
    }

    public static T Command<T>(this PortalHost host)
        where T : notnull => host.Services.GetRequiredService<T>();

    /// <summary>An application in one of the states a case passes through.</summary>
    public static async Task<TestCase> AnApplicationAsync(this PortalHost host, string state, TestUser clerk, TestUser approver)
    {
        var given = await host.ASubmittedApplication();
        switch (state)
        {
            case "received":
                break;
            case "reviewing":
                await host.ClaimAsync(given.Id, clerk);
                break;
            case "returned":
                await host.ReturnAsync(given.Id, clerk);
                break;
            case "awaiting-decision":
                await host.RecommendAsync(given.Id, clerk);
                break;
            case "granted":
                await host.GrantAsync(given.Id, clerk, approver);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(state), state, "Not known here.");
        }
        Assert.Equal(state, await host.StatusAsync(given.Id));
        return given;
    }

    /// <summary>Brings a received application to the desk of a clerk.</summary>
    public static Task ClaimAsync(this PortalHost host, Guid id, TestUser clerk) =>
        host.DoneAsync(id, seen => host.Command<ClaimApplication>().RunAsync(id, seen, clerk.Actor, CancellationToken.None));

    /// <summary>Claimed and recommended for a grant of the amount applied for, by the clerk.</summary>
    public static async Task RecommendAsync(this PortalHost host, Guid id, TestUser clerk)
    {
        await host.ClaimAsync(id, clerk);
        await host.DoneAsync(id, seen => host.Command<ReviewApplication>().RunAsync(id, seen, Verdict.Grant, null, null, clerk.Actor, CancellationToken.None));
    }

    /// <summary>Claimed and sent back with one item.</summary>
    public static async Task ReturnAsync(this PortalHost host, Guid id, TestUser clerk)
    {
        await host.ClaimAsync(id, clerk);
        await host.DoneAsync(id, seen => host.Command<ReviewApplication>().ReturnAsync(
            id, seen, [new ReturnedItem("Account.Holder", "通帳の名義と異なります。")], new DateOnly(2026, 6, 15), clerk.Actor, CancellationToken.None));
    }

    /// <summary>Ids of the documents of the latest submitted version.</summary>
    public static async Task<IReadOnlyList<Guid>> DocumentsAsync(this PortalHost host, Guid id)
    {
        await using var connection = await host.Database.OpenAsync();
        return (await connection.QueryAsync<Guid>(
            "select v.document_id from version_documents v join applications a on a.id = v.application_id and a.submissions = v.version where a.id = @id order by v.document_id", new { id })).AsList();
    }

    /// <summary>The applicant changes the account of a returned application and submits it again.</summary>
    public static async Task ResubmitAsync(this PortalHost host, TestCase given, Func<ApplicationAnswers, ApplicationAnswers> change)
    {
        Assert.IsType<CommandResult.Done>(await host.Command<EditApplication>().BeginAsync(given.Id, given.By.Actor, CancellationToken.None));
        var editor = (await host.DossierAsync(given)).Working.First(w => w.Section == Section.Account).Editor;
        Assert.IsType<SaveStepResult.Saved>(await host.Command<SaveStep>().RunAsync(given.Id, Section.Account, change, int.MaxValue, editor, given.By.Actor, CancellationToken.None));
        Assert.IsType<SubmitResult.Submitted>(await host.SubmitAsync(given));
    }

    /// <summary>Recommended by the clerk and granted in full by the approver.</summary>
    public static async Task GrantAsync(this PortalHost host, Guid id, TestUser clerk, TestUser approver)
    {
        await host.RecommendAsync(id, clerk);
        var applied = await host.ScalarAsync<long>("select applied_yen from applications where id = @id", new { id });
        await host.DoneAsync(id, seen => host.Command<DecideApplication>().GrantAsync(id, seen, new Yen(applied), null, approver.Actor, CancellationToken.None));
    }

    public static async Task DoneAsync(this PortalHost host, Guid id, Func<int, Task<CommandResult>> act)
    {
        var seen = int.Parse(await host.VersionAsync(id), System.Globalization.CultureInfo.InvariantCulture);
        Assert.IsType<CommandResult.Done>(await act(seen));
    }

    /// <summary>An account that belongs to an applicant and is staff all the same: somebody who changed sides.</summary>
    public static async Task<TestUser> AMemberOnTheStaffAsync(this PortalHost host, Guid applicantId, params StaffRole[] roles)
    {
        var member = await host.Given.AMemberOf(applicantId);
        foreach (var role in roles)
            await host.ExecuteAsync("insert into user_roles (user_id, role, given_at) values (@Id, @role, now())", new { member.Id, role = role.ToString().ToLowerInvariant() });
        return member with { Actor = member.Actor with { Roles = roles.ToHashSet() } };
    }

    public static async Task<Page> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var html = await response.Content.ReadAsStringAsync();
            return new Page(response.StatusCode, response.Headers.Location?.OriginalString, await BrowsingContext.New().OpenAsync(request => request.Content(html)));
        }
    }
}
