using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Reviews;

namespace GrantPortal.Web.Tests.Applications;

/// <summary>口座番号, ゆうちょ 記号・番号: unreadable in a copy of the tables, masked on screen, each look by staff in the audit.</summary>
public sealed partial class AccountNumberTests(PortalHost portal) : IClassFixture<PortalHost>
{
    private const string Number = "7654321";

    private static TestApplication WithNumber(TestApplication application) => application.With(a => a with { Account = a.Account with { Number = Number } });

    [Fact]
    public async Task A_copy_of_all_tables_shows_no_account_number_of_a_draft_a_version_or_a_parked_form()
    {
        var draft = await portal.ADraft(WithNumber);
        await portal.ASubmittedApplication(WithNumber);
        var yucho = await portal.ASubmittedApplication(application => application.With(a => a with
        {
            Account = new AccountAnswers { Institution = "yucho", Symbol = "10987", YuchoNumber = "87650431", Holder = "カ）ミホン" },
        }));
        using (var browser = await portal.SignInAsync(draft.By))
        {
            portal.Clock.Advance(TimeSpan.FromHours(2));
            using var parked = await browser.PostFormAsync($"/applications/{draft.Id}/account", [KeyValuePair.Create("Account.Number", Number)], page: "/login");
            Assert.Equal(HttpStatusCode.Redirect, parked.StatusCode);
        }
        Assert.Equal(1, await portal.ScalarAsync<long>("select count(*) from parked_posts"));

        // Ids and hashes have any five digits now and then.
        var dump = Hexadecimal().Replace(await DumpAsync(), "…");

        Assert.Contains(yucho.Number, dump, StringComparison.Ordinal); // it reads what it should
        Assert.Contains("protected", dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, dump, StringComparison.Ordinal);
        Assert.DoesNotContain("10987", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("8765043", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_before_account_numbers_were_protected_is_still_read()
    {
        var given = await portal.ASubmittedApplication(WithNumber);
        await portal.ExecuteAsync(
            """
            alter table application_versions disable trigger application_versions_append_only;
            update application_versions set answers = jsonb_set(answers, '{account,number}', '"0012345"'), content = jsonb_set(content, '{account,number}', '"0012345"') where application_id = @Id;
            alter table application_versions enable trigger application_versions_append_only;
            """,
            new { given.Id });
        await using var connection = await portal.Database.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal("0012345", (await connection.AskAsync(ApplicationQueries.Version(given.Id, 1)))?.Content.Account.Number);
        using var browser = await portal.SignInAsync(given.By);
        using var edit = await browser.PostFormAsync($"/applications/{given.Id}/edit", [], page: $"/applications/{given.Id}");
        Assert.Equal("0012345", (await portal.DossierAsync(given)).Answers.Account.Number);
    }

    [Fact]
    public async Task Saving_the_same_account_again_is_no_change()
    {
        var draft = await portal.ADraft(WithNumber);
        var before = await portal.DossierAsync(draft);
        await using var connection = await portal.Database.OpenAsync(TestContext.Current.CancellationToken);

        // Another page that saw nothing of it: equal answers are no conflict and no new revision.
        Assert.Equal(before.RevisionOf(Section.Account), await WorkingCopyStore.SaveAsync(connection, draft.Id, Section.Account, before.Answers.Account, before.Answers.Account, 0, Guid.NewGuid(), draft.By.Id, portal.Clock.GetUtcNow()));
        Assert.Null(await WorkingCopyStore.SaveAsync(connection, draft.Id, Section.Account, before.Answers.Account with { Number = "1" }, before.Answers.Account, 0, Guid.NewGuid(), draft.By.Id, portal.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task The_applicant_reads_it_masked_and_staff_only_when_they_ask_each_time_in_the_audit()
    {
        var given = await portal.ASubmittedApplication(WithNumber);
        using var applicant = await portal.SignInAsync(given.By);
        var own = (await applicant.PageAsync($"/applications/{given.Id}")).Words;
        Assert.Contains("＊＊＊＊321", own, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, own, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, (await applicant.PageAsync($"/applications/{given.Id}/slip")).Words, StringComparison.Ordinal);

        var clerk = await portal.Given.Staff(StaffRole.Reviewer);
        using var desk = await portal.SignInAsync(clerk);
        var masked = await desk.PageAsync($"/review/{given.Id}");
        Assert.Contains("＊＊＊＊321", masked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, masked.Words, StringComparison.Ordinal);
        Assert.Contains("口座番号を表示する", masked.Buttons);

        for (var i = 0; i < 2; i++)
        {
            var shown = await desk.PostFromAsync(masked, $"/review/{given.Id}/account", ("shown", "1"));
            Assert.Equal(HttpStatusCode.OK, shown.Status);
            Assert.Contains(Number, shown.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("口座番号を表示する", shown.Buttons);
        }
        Assert.Equal(2, await portal.ScalarAsync<long>(
            "select count(*) from audit where action = 'account-number-read' and actor_id = @clerk and object_id = @id and detail ->> 'version' = '1'", new { clerk = clerk.Id, id = given.Id.ToString() }));
    }

    [Fact]
    public async Task Who_neither_compares_nor_pays_does_not_see_it()
    {
        var given = await portal.ASubmittedApplication(WithNumber);
        var draft = await portal.ADraft(WithNumber);
        using var admin = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Admin));
        var page = await admin.PageAsync($"/review/{given.Id}");
        Assert.DoesNotContain("口座番号を表示する", page.Buttons);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.PostFromAsync(page, $"/review/{given.Id}/account")).Status);
        using var desk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.PostAsPageAsync($"/review/{draft.Id}/account")).Status);
    }

    [Fact]
    public async Task A_changed_number_is_marked_between_versions_without_being_shown()
    {
        var given = await portal.ASubmittedApplication(WithNumber);
        using var applicant = await portal.SignInAsync(given.By);
        using var edit = await applicant.PostFormAsync($"/applications/{given.Id}/edit", [], page: $"/applications/{given.Id}");
        await using (var connection = await portal.Database.OpenAsync(TestContext.Current.CancellationToken))
        {
            var stored = (await portal.DossierAsync(given)).Answers.Account;
            Assert.NotNull(await WorkingCopyStore.SaveAsync(connection, given.Id, Section.Account, stored with { Number = "9999321" }, stored, 1, Guid.NewGuid(), given.By.Id, portal.Clock.GetUtcNow()));
        }
        Assert.IsType<Features.Applications.SubmitResult.Submitted>(await portal.SubmitAsync(given));

        using var desk = await portal.SignInAsync(await portal.Given.Staff(StaffRole.Reviewer));
        var page = await desk.PageAsync($"/review/{given.Id}");
        var changes = page.Document.QuerySelector("[aria-labelledby=changes-heading]")?.TextContent ?? "";
        Assert.Contains("種目・口座番号", changes, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("9999321", page.Words, StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", RegexOptions.None, 10_000)]
    private static partial Regex Hexadecimal();

    /// <summary>Every text and jsonb column of every table, as a dump would have it.</summary>
    private async Task<string> DumpAsync()
    {
        await using var connection = await portal.Database.OpenAsync(TestContext.Current.CancellationToken);
        var tables = await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'");
        var dump = new StringBuilder();
        foreach (var table in tables)
            foreach (var row in await connection.QueryAsync<string>($"select t::text from \"{table}\" t")) dump.AppendLine(row);
        return dump.ToString();
    }
}
