using System.Net;
using Dapper;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Demo;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Accounts;

public sealed class DemoSeedTests(PortalServices services)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_is_seeded_once_and_its_accounts_sign_in()
    {
        await using var portal = await PortalHost.StartAsync(services, host => host.Settings["Demo:Enabled"] = "true");
        var before = await CountAsync(portal);
        await Task.WhenAll(portal.Services.GetRequiredService<DemoSeed>().RunAsync(Cancel), portal.Services.GetRequiredService<DemoSeed>().RunAsync(Cancel));
        Assert.Equal(before, await CountAsync(portal));

        using var browser = portal.Browser();
        var page = await browser.GetStringOfAsync("/login");
        foreach (var account in DemoAccounts.All)
        {
            Assert.Contains(account.Email, page, StringComparison.Ordinal);
            using var own = portal.Browser();
            using var answer = await own.PostFormAsync("/login", ("Email", account.Email), ("Password", "Demo-Portal-2026"));
            Assert.Equal(account.Roles.Count > 0 ? "/review" : "/applications", answer.Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task Without_the_demo_there_is_nobody()
    {
        await using var portal = await PortalHost.StartAsync(services, _ => { });
        Assert.Equal(0, (await CountAsync(portal)).Users);
        using var browser = portal.Browser();
        Assert.DoesNotContain("demo.example", await browser.GetStringOfAsync("/login"), StringComparison.Ordinal);
        using var answer = await browser.PostFormAsync("/login", ("Email", "office@demo.example"), ("Password", "Demo-Portal-2026"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public void Its_numbers_are_well_formed_with_right_check_digits()
    {
        foreach (var applicant in DemoApplicants.All)
        {
            Assert.True(CorporateNumber.TryParse(applicant.Profile.CorporateNumber, out var number) && number.CheckDigitHolds);
            foreach (var institution in applicant.Institutions)
            {
                Assert.True(InstitutionNumber.TryParse(institution.Programme, institution.Number, out var parsed, out var problem), problem);
                Assert.Equal(CheckDigit.Whole, parsed.CheckDigit);
            }
        }
        var corporation = DemoApplicants.All.Single(a => a.Email == "corp@demo.example");
        Assert.Equal(12, corporation.Institutions.Count(i => i.Programme == Programme.Care));
    }

    private static async Task<(long Users, long Applicants, long Institutions)> CountAsync(PortalHost portal)
    {
        await using var db = await portal.Database.OpenAsync(Cancel);
        return await db.QuerySingleAsync<(long, long, long)>("select (select count(*) from users), (select count(*) from applicants), (select count(*) from institutions)");
    }
}
