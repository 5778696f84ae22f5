using Dapper;
using GrantPortal.Data;
using GrantPortal.Domain;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Clock;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Shared;

public sealed class ClockTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private const string Banner = "デモのため、ポータルの時計を";

    [Theory]
    [InlineData("2026-06-01T10:00:00+09:00")]
    [InlineData("2026-06-01T01:00:00Z")]
    [InlineData("2026-06-01T10:00")]
    public async Task A_clock_started_elsewhere_ticks_on_and_every_page_says_so(string start)
    {
        await using var host = await StartAsync(h => h.Settings["Clock:Start"] = start);
        var clock = host.Services.GetRequiredService<TimeProvider>();
        var shown = clock.GetUtcNow();
        Assert.InRange(shown - TestClock.Usual, TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.True(clock.GetUtcNow() > shown);

        using var browser = host.Browser();
        foreach (var page in new[] { "/login", "/no-such-page" })
            Assert.Contains(Banner + " 2026年6月1日 10:00 から始めています", await browser.GetStringOfAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_clock_needs_no_banner()
    {
        await using var host = await StartAsync(_ => { });
        Assert.InRange(host.Services.GetRequiredService<TimeProvider>().GetUtcNow() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
        using var browser = host.Browser();
        Assert.DoesNotContain(Banner, await browser.GetStringOfAsync("/login"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_outside_every_period_starts_inside_the_newest_one()
    {
        await using var host = await StartAsync(h =>
        {
            h.Settings["Demo:Enabled"] = "true";
            h.Prepare = PeriodsOverAsync;
        });
        Assert.Equal(new DateTimeOffset(2020, 5, 26, 10, 0, 0, TimeSpan.FromHours(9)), host.Services.GetRequiredService<PortalClock>().StartedAt);
    }

    [Fact]
    public async Task A_demo_started_again_goes_on_after_what_happened_in_it()
    {
        var last = new DateTimeOffset(2020, 6, 3, 3, 0, 0, TimeSpan.Zero);
        await using var host = await StartAsync(h =>
        {
            h.Settings["Demo:Enabled"] = "true";
            h.Prepare = async database =>
            {
                await PeriodsOverAsync(database);
                await using var db = await database.OpenAsync();
                await db.ExecuteAsync("insert into audit (at, actor_name, action) values (@last, '', 'login')", new { last });
            };
        });
        Assert.Equal(last.AddSeconds(1), host.Services.GetRequiredService<PortalClock>().StartedAt);
    }

    [Fact]
    public async Task A_demo_inside_a_period_and_a_portal_without_demo_show_the_real_time()
    {
        var today = JapanTime.DateOf(TimeProvider.System.GetUtcNow());
        await using var open = await StartAsync(h =>
        {
            h.Settings["Demo:Enabled"] = "true";
            h.Prepare = async database =>
            {
                await using var db = await database.OpenAsync();
                await db.ExecuteAsync("update programme_years set opens = @today, closes = @today where id = 'R8-care'", new { today });
            };
        });
        await using var real = await StartAsync(h => h.Prepare = PeriodsOverAsync);
        Assert.Null(open.Services.GetRequiredService<PortalClock>().StartedAt);
        Assert.Null(real.Services.GetRequiredService<PortalClock>().StartedAt);
    }

    private static async Task PeriodsOverAsync(Database database)
    {
        await using var db = await database.OpenAsync();
        await db.ExecuteAsync("update programme_years set opens = case year when 'R8' then date '2020-05-01' else date '2019-05-01' end, closes = date '2020-12-31'");
    }

    private Task<PortalHost> StartAsync(Action<PortalHost> configure) => PortalHost.StartAsync(portal.Local, host =>
    {
        host.ClockOrNull = null;
        configure(host);
    });
}
