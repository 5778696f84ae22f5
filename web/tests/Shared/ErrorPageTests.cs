using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using GrantPortal.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GrantPortal.Web.Tests.Shared;

public sealed partial class ErrorPageTests(ProbedPortal portal) : IClassFixture<ProbedPortal>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crash_tells_a_reference_that_stands_in_the_log_and_nothing_of_the_code()
    {
        using var log = new Recorder();
        await using var own = await PortalHost.StartAsync(portal.Local, host =>
        {
            var probe = new ProbedPortal(portal.Local).Configure;
            host.Configure = services =>
            {
                probe(services);
                services.AddSingleton<ILoggerProvider>(log);
            };
        });
        using var browser = own.Browser();
        using var answer = await browser.GetAsync(new Uri("/probe/crash", UriKind.Relative), Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var reference = Reference().Match(page).Value;
        Assert.NotEmpty(reference);
        Assert.Contains(log.Lines, line => line.Contains(reference, StringComparison.Ordinal) && line.Contains("secret words", StringComparison.Ordinal));
        Assert.DoesNotContain("secret words", page, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    [InlineData("/logout", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/probe/status/400", HttpStatusCode.BadRequest)]
    [InlineData("/probe/status/403", HttpStatusCode.Forbidden)]
    [InlineData("/probe/status/409", HttpStatusCode.Conflict)]
    [InlineData("/probe/status/413", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/probe/status/429", HttpStatusCode.TooManyRequests)]
    [InlineData("/probe/status/503", HttpStatusCode.ServiceUnavailable)]
    public async Task Every_error_has_a_page_in_plain_words_with_a_reference(string path, HttpStatusCode status)
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        var page = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("お問い合わせ番号", page, StringComparison.Ordinal);
        Assert.Matches(Reference(), page);
        Assert.Contains("<main", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_is_503_and_says_when_to_come_back()
    {
        using var browser = portal.Browser();
        using var answer = await browser.GetAsync(new Uri("/probe/outage", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_script_reads_the_same_as_JSON()
    {
        using var browser = portal.Browser();
        browser.DefaultRequestHeaders.Add("X-Requested-With", "fetch");
        using var answer = await browser.GetAsync(new Uri("/probe/crash", UriKind.Relative), Cancel);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));

        Assert.Equal(500, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Matches(Reference(), problem.RootElement.GetProperty("reference").GetString());
    }

    [GeneratedRegex("[0-9A-F]{5}-[0-9A-F]{5}", RegexOptions.None, 1000)]
    private static partial Regex Reference();

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception?.Message);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
