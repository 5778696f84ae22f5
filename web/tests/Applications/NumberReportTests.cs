using System.Net;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Shared.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>Rule 2: who comes second can report the number as theirs; staff see both and withdraw the wrong one.</summary>
public sealed class NumberReportTests(PortalHost portal) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task A_report_stands_beside_the_live_application_and_its_withdrawal_is_told_to_both()
    {
        var number = TestApplication.NewNumber("13704");
        var first = await portal.ASubmittedApplication(a => a.WithNumber(number));
        var second = await portal.ADraft(a => a.WithNumber(number));
        var applicant = await portal.SignInAsync(second.By);

        using var reported = await applicant.PostFormAsync($"/applications/{second.Id}/report-number",
            [KeyValuePair.Create("words", "当事業所の番号です。")], page: $"/applications/{second.Id}/confirm");
        Assert.Equal(HttpStatusCode.Redirect, reported.StatusCode);

        var clerk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        var page = WebUtility.HtmlDecode(await clerk.GetStringOfAsync($"/review/{first.Id}"));
        Assert.Contains("当事業所の番号です。", page, StringComparison.Ordinal);
        Assert.Contains(second.By.Email, page, StringComparison.Ordinal);
        var version = (await portal.DossierAsync(first)).Application.Version;
        using var withdrawn = await clerk.PostFormAsync($"/review/{first.Id}/withdraw",
            [KeyValuePair.Create("Version", $"{version}"), KeyValuePair.Create("Explanation", "番号の誤りを確認しました。")], page: $"/review/{first.Id}");
        Assert.Equal(HttpStatusCode.Redirect, withdrawn.StatusCode);

        await portal.Services.GetRequiredService<JobWorker>().RunDueAsync();
        using var http = new HttpClient();
        var mails = await http.GetStringAsync(new Uri($"{portal.Local.MailUrl}/email"));
        Assert.Contains("番号の誤りを確認しました。", mails, StringComparison.Ordinal);
        Assert.Contains("申し出の番号で申請できるようになりました", mails, StringComparison.Ordinal);
        Assert.IsType<Features.Applications.SubmitResult.Submitted>(await portal.SubmitAsync(second));
    }
}
