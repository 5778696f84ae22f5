using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>次の案件: which one is next. Each test takes what the one before left.</summary>
public sealed class NextCaseTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task The_oldest_that_waits_for_this_clerk_is_next()
    {
        var (clerk, other) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Reviewer));
        var oldest = await SubmittedAsync(); // the clerk's own applicant
        var held = await SubmittedAsync(); // comes back to the other clerk's list
        var second = await SubmittedAsync();
        var third = await SubmittedAsync();
        await host.ExecuteAsync("insert into memberships (user_id, applicant_id, role, since) values (@Id, @ApplicantId, 'viewer', now())", new { clerk.Id, oldest.By.ApplicantId });
        await host.ExecuteAsync("update applications set reviewer_id = @Id where id = @Case", new { other.Id, Case = held.Id });
        var browser = await host.SignInAsync(clerk);

        Assert.Equal($"/review/{second.Id}", (await browser.PostAsPageAsync("/review/next")).Location);
        Assert.Equal("reviewing", await host.StatusAsync(second.Id));
        Assert.Contains("の担当になりました", (await browser.PageAsync($"/review/{second.Id}")).Words, StringComparison.Ordinal);
        Assert.Equal($"/review/{third.Id}", (await browser.PostAsPageAsync("/review/next")).Location);
        Assert.Equal("/review", (await browser.PostAsPageAsync("/review/next")).Location);
        Assert.Contains("いま審査を待っている案件はありません", (await browser.PageAsync("/review")).Words, StringComparison.Ordinal);

        var others = await host.SignInAsync(other);
        Assert.Equal($"/review/{oldest.Id}", (await others.PostAsPageAsync("/review/next")).Location);
        Assert.Equal($"/review/{held.Id}", (await others.PostAsPageAsync("/review/next")).Location);
    }

    [Theory]
    [InlineData(StaffRole.Approver)]
    [InlineData(StaffRole.Finance)]
    [InlineData(StaffRole.Admin)]
    [InlineData(StaffRole.Auditor)]
    public async Task Only_reviewers_take_cases(StaffRole role)
    {
        var browser = await host.SignInAsync(await host.Given.Staff(role));
        Assert.DoesNotContain("次の案件", (await browser.PageAsync("/review")).Buttons);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsPageAsync("/review/next")).Status);
    }

    private async Task<TestCase> SubmittedAsync()
    {
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        return await host.ASubmittedApplication();
    }
}
