using System.Collections.Concurrent;
using System.Net;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Jobs;
using GrantPortal.Local;
using GrantPortal.Testing;

namespace GrantPortal.E2E;

/// <summary>Several portals share nothing but the database and the blob store, and are exchanged while people work.</summary>
public sealed class ManyInstancesTests(RunningPortal running)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_in_forms_drafts_files_limits_addresses_and_jobs_are_the_same_whichever_instance_answers()
    {
        await using var instances = await Instances.StartAsync(running.Services, new(StringComparer.Ordinal) { ["Limits__LoginByAccount__Count"] = "5", ["Limits__LoginByAccount__Per"] = "01:00:00" }, Cancel);
        await using var database = Database.At(instances.ConnectionString);
        var user = await new Given(database, TimeProvider.System).AnApplicantUser();
        using var browser = new PortalBrowser(instances.Url, IPAddress.Parse("127.0.0.7"));
        var served = new List<string>();

        var signedIn = await browser.SignInAsync(user.Email, Given.Password, Cancel);
        Assert.Equal(302, signedIn.Status);
        // Each form's page comes from one instance and is posted to the other.
        for (var i = 0; i < 4; i++)
        {
            var page = await browser.GetAsync("/applications", Cancel);
            Assert.Equal(200, page.Status);
            served.Add(page.Instance!);
        }
        Assert.Equal(2, served.Distinct(StringComparer.Ordinal).Count());
        var end = await new Journey(browser, Journey.NumberOf(1), Journey.FilesFor(new Random(1)), Unexpected).RunAsync(Cancel);
        Assert.True(end.Acknowledged);

        await using var connection = await database.OpenAsync(Cancel);
        // The caller's address is the one before the proxy.
        Assert.Equal("127.0.0.7", await connection.QuerySingleAsync<string>("select distinct address from audit where action = 'login'"));
        // Five wrong passwords from a browser that is new here, and no more, however they are spread.
        using var stranger = new PortalBrowser(instances.Url);
        var answers = new List<int>();
        for (var i = 0; i < 7; i++) answers.Add((await stranger.SignInAsync(user.Email, "not the password at all", Cancel)).Status);
        Assert.Equal([400, 400, 400, 400, 400, 429, 429], answers);
        // Both work on the jobs; each is done once.
        await UntilAsync(async () => !await connection.QuerySingleAsync<bool>("select exists (select from jobs where kind = 'mail' and state = 'ready')"));
        Assert.Equal(await connection.QuerySingleAsync<int>("select count(*)::integer from jobs where kind = 'mail'"), (await running.Services.MailsToAsync(user.Email, Cancel)).Count);
    }

    [Fact]
    public async Task Each_instance_is_restarted_twice_under_load_and_no_request_fails()
    {
        await using var instances = await Instances.StartAsync(running.Services, [], Cancel);
        await using var database = Database.At(instances.ConnectionString);
        var given = new Given(database, TimeProvider.System);
        var failures = new ConcurrentQueue<string>();
        var ends = new ConcurrentQueue<JourneyEnd>();
        using var over = new CancellationTokenSource();
        var (last, requests) = (0, 0);
        var load = Enumerable.Range(0, 4).Select(async n =>
        {
            var user = await given.AnApplicantUser();
            using var browser = new PortalBrowser(instances.Url);
            Assert.Equal(302, (await browser.SignInAsync(user.Email, Given.Password, Cancel)).Status);
            while (!over.IsCancellationRequested)
            {
                ends.Enqueue(await new Journey(browser, Journey.NumberOf(1000 + Interlocked.Increment(ref last)), Journey.FilesFor(new Random(n)), Failed).RunAsync(Cancel));
                Interlocked.Add(ref requests, Journey.Requests);
            }
        }).ToList();

        foreach (var instance in new[] { 0, 1, 0, 1 }) await instances.RestartAsync(instance, Cancel);
        await over.CancelAsync();
        await Task.WhenAll(load);

        Console.WriteLine($"Four restarts: {ends.Count} journeys, about {requests} requests, {failures.Count} failed.");
        Assert.Empty(failures);
        Assert.True(ends.Count > 4);
        await using var connection = await database.OpenAsync(Cancel);
        Assert.Equal(ends.Count, await connection.QuerySingleAsync<int>("select count(*)::integer from applications where status = 'received'"));

        Task<bool> Failed(string what, PortalAnswer answer)
        {
            failures.Enqueue($"{what}: {answer.Status} {(answer.Status == 0 ? answer.Body : "")} from {answer.Instance}");
            return Task.FromResult(false);
        }
    }

    private static Task<bool> Unexpected(string what, PortalAnswer answer) => throw new InvalidOperationException($"{what}: {answer.Status} {answer.Location} {answer.Body}");

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await condition()) await timer.WaitForNextTickAsync(deadline.Token);
    }
}
