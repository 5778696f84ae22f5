using Dapper;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>A return is reminded of 7 and 1 days before the date asked for, once each; an answered one is not.</summary>
public sealed class ReturnReminderTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task Members_are_reminded_7_and_1_days_before_the_date_and_not_otherwise()
    {
        var clerk = await host.Given.Staff(StaffRole.Reviewer);
        var given = await host.ASubmittedApplication();
        await host.ReturnAsync(given.Id, clerk); // asked by 15 June
        var colleague = await host.Given.AMemberOf(given.By.ApplicantId!.Value);
        await host.Given.AMemberOf(given.By.ApplicantId!.Value, MemberRole.Viewer);
        await host.RecommendAsync((await host.ASubmittedApplication()).Id, clerk);

        var sent = new List<int>();
        foreach (var day in new[] { 7, 8, 8, 9, 14, 15, 16 })
        {
            host.Clock.SetTo(new DateTimeOffset(2026, 6, day, 12, 0, 0, TimeSpan.FromHours(9)));
            await host.Jobs.RunDueAsync(TestContext.Current.CancellationToken);
            sent.Add((await KeysAsync()).Count);
        }
        Assert.Equal([0, 2, 2, 2, 4, 4, 4], sent);
        Assert.All(await KeysAsync(), k => Assert.Contains(given.Id.ToString(), k, StringComparison.Ordinal));
        Assert.Equal(2, (await KeysAsync()).Count(k => k.EndsWith(colleague.Id.ToString(), StringComparison.Ordinal)));
        var body = await host.ScalarAsync<string>("select payload ->> 'body' from jobs where key like 'mail:return-reminder:%' limit 1");
        Assert.Contains("回答期限　：2026年6月15日（過ぎても修正と再申請はできます）", body, StringComparison.Ordinal);
        Assert.Contains("・口座名義（カタカナ）：通帳の名義と異なります。", body, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        await using var connection = await host.Database.OpenAsync();
        return (await connection.QueryAsync<string>("select key from jobs where key like 'mail:return-reminder:%'")).AsList();
    }
}
