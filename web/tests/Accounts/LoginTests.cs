using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;

namespace GrantPortal.Web.Tests.Accounts;

public sealed class LoginTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private static readonly Uri LoginPage = new("/login", UriKind.Relative);

    [Fact]
    public async Task An_applicant_signs_in_and_comes_to_the_applications()
    {
        var user = await portal.Given.AnApplicantUser();
        var browser = portal.Browser();

        using var answer = await browser.PostFormAsync("/login", ("Email", user.Email), ("Password", Given.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/applications", answer.Headers.Location?.ToString());
    }
}
