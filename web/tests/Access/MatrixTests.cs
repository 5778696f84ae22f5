using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using GrantPortal.Testing;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Access;

/// <summary>
/// Walks every endpoint the running portal has as everybody there is, and compares with the permission table: who is led to the sign-in page,
/// who gets 403, and whose objects are 404. What the answer is otherwise (a page, 400, 409, 429) is for other tests.
/// </summary>
public sealed class MatrixTests(MatrixTests.Portal portal) : IClassFixture<MatrixTests.Portal>
{
    private static readonly HashSet<Permission> Reading =
    [
        Permission.ReadApplications, Permission.ReadProfile, Permission.ReadMembers, Permission.ReadOffices, Permission.ReadClaims, Permission.ReadDocument, Permission.ReadLetter,
        Permission.ReadReviews, Permission.ReadLife, Permission.Export, Permission.ReadAudit, Permission.Administer, Permission.ReadYears, Permission.ReadImports, Permission.ReadJobs,
        Permission.ReadState, Permission.ReadRetention,
    ];

    private readonly ConcurrentQueue<string> wrong = [];

    private World World => portal.World;

    [Fact]
    public void Every_endpoint_names_a_permission_and_every_permission_has_its_line()
    {
        var endpoints = portal.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.NotEmpty(endpoints);
        Assert.Empty(endpoints.Where(e => e.Metadata.GetMetadata<PermitAttribute>() is null).Select(e => e.DisplayName));
        Assert.All(endpoints.Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is not null), file => Assert.Equal(Permission.Public, file.Metadata.GetMetadata<PermitAttribute>()!.Permission));

        // An action without its own attribute would have its controller's, and the table would agree with the mistake.
        Assert.Empty(Route.All(portal.Services).Where(route => !route.IsRead && Reading.Contains(route.Rule.Permission)).Select(route => $"{route.Name} names {route.Rule.Permission}"));
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.Equal(permission, Permissions.Of(permission).Permission));
    }

    [Fact]
    public async Task Every_endpoint_answers_everybody_as_the_table_says()
    {
        foreach (var route in Route.All(portal.Services))
        {
            foreach (var subject in World.Everybody)
            {
                var allowed = (route.Rule.Who & subject.Role) != Who.None;
                // What changes something is done by an account of its own to an object of its own.
                var changes = allowed && !route.IsRead;
                var by = changes ? await World.AnotherAsync(subject) : subject;
                var values = await World.ValuesAsync(route, by, (_, _) => true, fresh: changes);
                await ExpectAsync(route, by, values, allowed ? OwnsNone(route, subject) ? Answer.NotFound : Answer.Allowed : subject.User is null ? Answer.SignIn : Answer.Forbidden, "");
            }
        }
        AssertAllRight();
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_somebody_elses_is_404_to_everybody_who_may_ask()
    {
        foreach (var route in Route.All(portal.Services))
        {
            foreach (var parameter in route.Parameters.Where(p => Objects.InAddress(route, p).IsObject))
            {
                Assert.True(route.Rule.Sees != Sees.Nothing, $"{route.Name}: {{{parameter}}} names an object, but {route.Rule.Permission} sees nothing in the table.");
                foreach (var subject in World.Everybody.Where(s => (route.Rule.Who & s.Role) != Who.None))
                {
                    var values = await World.ValuesAsync(route, subject, (_, _) => true, fresh: false);
                    values[parameter] = Unlike(values[parameter]);
                    await ExpectAsync(route, subject, values, Answer.NotFound, $" with a {{{parameter}}} that does not exist");
                    if (route.Rule.Sees == Sees.All) continue;
                    values = await World.ValuesAsync(route, subject, (p, _) => p != parameter, fresh: false);
                    await ExpectAsync(route, subject, values, Answer.NotFound, $" with somebody else's {{{parameter}}}");
                }
            }
        }
        AssertAllRight();
    }

    [Fact]
    public async Task Ids_of_others_in_forms_and_queries_are_404()
    {
        foreach (var route in Route.All(portal.Services))
        {
            foreach (var field in route.FormIds.Where(f => Objects.InForm(route, f).IsObject))
            {
                foreach (var subject in World.Everybody.Where(s => (route.Rule.Who & s.Role) != Who.None && s.User is not null))
                {
                    var maker = Objects.InForm(route, field);
                    var by = route.IsRead ? subject : await World.AnotherAsync(subject);
                    var values = await World.ValuesAsync(route, by, (_, _) => true, fresh: !route.IsRead);
                    if (subject.Role != Who.Newcomer)
                        await ExpectAsync(route, by, values, Answer.Allowed, $" with its own {field}", (field, await World.MakeAsync(maker, route, by, ours: true, values, fresh: !route.IsRead)));
                    await ExpectAsync(route, subject, values, Answer.NotFound, $" with somebody else's {field}", (field, await World.MakeAsync(maker, route, subject, ours: false, values, fresh: false)));
                }
            }
        }
        AssertAllRight();
    }

    [Fact]
    public async Task Who_may_write_for_one_applicant_may_not_for_another_that_he_only_reads_for()
    {
        var subject = World.ViewerHereOwnerThere;
        foreach (var route in Route.All(portal.Services).Where(r => r.Rule.Sees == Sees.OwnApplicants && (r.Rule.Who & Who.Viewer) == Who.None && r.Parameters.Count > 0))
            await ExpectAsync(route, subject, await World.ValuesAsync(route, subject, (_, _) => true, fresh: false), Answer.Forbidden, " of an applicant he reads for");
        AssertAllRight();
    }

    [Fact]
    public async Task Who_does_not_hold_the_case_changes_nothing()
    {
        foreach (var route in Route.All(portal.Services).Where(r => r.Rule.Needs is Needs.HoldsCase or Needs.HoldsCaseOrAdmin && !r.IsRead))
        {
            foreach (var subject in World.Everybody.Where(s => (route.Rule.Who & s.Role & ~Who.Admin) != Who.None))
                await ExpectAsync(route, subject, await World.ValuesAsync(route, subject, (_, _) => true, fresh: true, holder: World.Colleague), Answer.Refused, " on a colleague's case");
        }
        AssertAllRight();
    }

    [Fact]
    public async Task No_form_is_taken_without_its_token()
    {
        foreach (var route in Route.All(portal.Services).Where(r => !r.IsRead))
        {
            var subject = World.Everybody.Last(s => (route.Rule.Who & s.Role) != Who.None);
            var values = await World.ValuesAsync(route, subject, (_, _) => true, fresh: false);
            using var answer = await SendAsync(route, subject with { Token = "" }, values);
            if (answer.StatusCode != HttpStatusCode.BadRequest) wrong.Enqueue($"{route.Name} as {subject} without a token: {(int)answer.StatusCode}");
        }
        AssertAllRight();
    }

    private void AssertAllRight() => Assert.True(wrong.IsEmpty, string.Join('\n', wrong));

    private enum Answer
    {
        SignIn,
        Forbidden,
        NotFound,
        Refused,
        Allowed,
    }

    /// <summary>A newcomer belongs to no applicant, so nothing that belongs to one is its own.</summary>
    private static bool OwnsNone(Route route, Subject subject) =>
        subject.Role == Who.Newcomer && route.Rule.Sees is Sees.OwnApplicants or Sees.OwnOrSubmitted && route.Parameters.Any(p => Objects.InAddress(route, p).IsObject);

    private async Task ExpectAsync(Route route, Subject subject, IReadOnlyDictionary<string, string> values, Answer expected, string when, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(route, subject, values, fields);
        var status = (int)answer.StatusCode;
        var found = answer switch
        {
            { StatusCode: HttpStatusCode.Found } when answer.Headers.Location?.ToString().StartsWith("/login?returnUrl=", StringComparison.Ordinal) == true => Answer.SignIn,
            { StatusCode: HttpStatusCode.Forbidden } => Answer.Forbidden,
            { StatusCode: HttpStatusCode.NotFound } => Answer.NotFound,
            { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Conflict } when expected == Answer.Refused => Answer.Refused,
            _ => Answer.Allowed,
        };
        if (found != expected || status >= 500) wrong.Enqueue($"{route.Name} as {subject}{when}: {status}, but {route.Rule.Permission} says {expected}");
    }

    private static async Task<HttpResponseMessage> SendAsync(Route route, Subject subject, IReadOnlyDictionary<string, string> values, params (string Name, string Value)[] fields)
    {
        fields = [.. Objects.Fields(route).Where(f => fields.All(given => given.Name != f.Name)), .. fields];
        var address = route.Address(values);
        var query = string.Join('&', fields.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"));
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(query.Length > 0 ? $"{address}?{query}" : address, UriKind.Relative));
        if (!route.IsRead)
        {
            request.Content = Objects.IsMultipart(route)
                ? new MultipartFormDataContent { { new StringContent(subject.Token), "__RequestVerificationToken" } }
                : new FormUrlEncodedContent([new("__RequestVerificationToken", subject.Token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
            request.Headers.Add("RequestVerificationToken", subject.Token);
        }
        return await subject.Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Of the same form, but naming nothing.</summary>
    private static string Unlike(string value) => Guid.TryParse(value, out _) ? Guid.NewGuid().ToString() : long.TryParse(value, CultureInfo.InvariantCulture, out _) ? "9000000000000000" : "no-such-thing";

    /// <summary>Reached over https, as everywhere but on a developer's machine.</summary>
    public sealed class Portal : PortalHost, IAsyncLifetime
    {
        public Portal(PortalServices services)
            : base(services)
        {
            Settings["Portal:PublicUrl"] = "https://grants.example";
            // The test's server knows no limits of bodies, and says so each time.
            Settings["Logging:LogLevel:Microsoft.AspNetCore"] = "Error";
        }

        public World World { get; private set; } = null!;

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            World = await World.MakeAsync(this);
        }
    }
}
