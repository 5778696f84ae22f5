using GrantPortal.Testing;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Tests.Access;
using Microsoft.AspNetCore.Http;

namespace GrantPortal.Web.Tests.Measured;

/// <summary>
/// Walks every page as everybody who may read it and counts how often it goes to the database and back. A page that goes there once for every line it
/// shows grows with its list; one that goes there ten times waits ten times where the database stands elsewhere.
/// </summary>
public sealed class RoundTripTests(MatrixTests.Portal portal) : IClassFixture<MatrixTests.Portal>
{
    private const int Most = 4;

    private static readonly HashSet<string> NoPages = ["GET /health/ready", "GET /health/live"];

    [Fact]
    public async Task No_page_goes_to_the_database_more_than_four_times()
    {
        using var statements = new Statements(portal);
        var (walked, wrong) = (0, new List<string>());
        foreach (var route in Route.All(portal.Services).Where(r => HttpMethods.IsGet(r.Method) && !NoPages.Contains(r.Name)))
        {
            foreach (var subject in portal.World.Everybody.Where(s => (route.Rule.Who & s.Role) != Who.None))
            {
                var values = await portal.World.ValuesAsync(route, subject, (_, _) => true, fresh: false);
                var query = string.Join('&', Objects.Fields(route).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"));
                var address = route.Address(values) + (query.Length > 0 ? $"?{query}" : "");
                // The first time is another page's: whoever comes first reads keys and writes when the session was used last.
                using (await subject.Browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken)) statements.Take();
                using var answer = await subject.Browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
                var asked = statements.Take();
                walked++;
                if (asked.Count > Most) wrong.Add($"{route.Name} as {subject} ({(int)answer.StatusCode}) goes {asked.Count} times:\n{string.Join('\n', asked.Select(Beginning))}");
            }
        }
        Assert.True(walked > 100, $"{walked} pages were walked.");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    private static string Beginning(string statement) => "    " + string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is var flat && flat.Length > 150 ? flat[..150] : flat;
}
