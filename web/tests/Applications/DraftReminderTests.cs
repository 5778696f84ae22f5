using Dapper;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>Drafts are reminded 14 and 3 days before the period ends, once each; nothing else is.</summary>
public sealed class DraftReminderTests(PortalServices services)
{
    [Theory]
    [InlineData(2027, 2, 25, 0)]
    [InlineData(2027, 2, 26, 1)]
    [InlineData(2027, 3, 8, 0)]
    [InlineData(2027, 3, 9, 1)]
    [InlineData(2027, 3, 12, 0)]
    public async Task Reminders_go_out_on_two_days_only(int year, int month, int day, int expected)
    {
        await using var host = await PortalHost.StartAsync(services, _ => { });
        var draft = await host.ADraft();
        await host.ASubmittedApplication();
        host.Clock.SetTo(new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.FromHours(9)));

        await host.Services.GetRequiredService<JobWorker>().RunDueAsync();
        await host.Services.GetRequiredService<JobWorker>().RunDueAsync();

        await using var connection = await host.Database.OpenAsync();
        var reminders = await connection.QueryAsync<string>("select key from jobs where key like 'mail:draft-reminder:%'");
        Assert.Equal(expected, reminders.Count());
        Assert.All(reminders, key => Assert.Contains(draft.Id.ToString(), key, StringComparison.Ordinal));
    }
}
