using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Reviews;
using Npgsql;

namespace GrantPortal.Web.Tests.Reviews;

/// <summary>What happened stays, is counted exactly, and shows on the page.</summary>
public sealed class HistoryTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Theory]
    [InlineData("update events set reason = 'x'")]
    [InlineData("delete from events")]
    [InlineData("truncate events cascade")]
    [InlineData("update audit set action = 'x'")]
    [InlineData("delete from audit")]
    [InlineData("delete from application_versions")]
    public async Task Histories_are_never_changed(string sql)
    {
        await host.ASubmittedApplication();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    [Fact]
    public async Task A_case_shows_who_did_what_and_when_with_reasons()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        await host.DoneAsync(given.Id, seen => host.Command<DecideApplication>().HandBackAsync(given.Id, seen, "口座を確認してください。", approver.Actor, CancellationToken.None));
        var page = await (await host.SignInAsync(clerk)).PageAsync($"/review/{given.Id}");
        var lines = page.Document.QuerySelectorAll(".timeline li").Select(l => l.TextContent).ToList();

        Assert.Equal(4, lines.Count);
        Assert.Contains("申請を受け付けました", lines[0], StringComparison.Ordinal);
        Assert.Contains("2026年6月1日 10:00", lines[0], StringComparison.Ordinal);
        Assert.Contains($"一次審査が完了しました　{clerk.Name}", lines[2], StringComparison.Ordinal);
        Assert.Contains($"決裁者が審査に戻しました　{approver.Name}", lines[3], StringComparison.Ordinal);
        Assert.Contains("口座を確認してください。", lines[3], StringComparison.Ordinal);
        Assert.Contains("から審査に戻されています", page.Document.QuerySelector("#act")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_at_a_case_is_written_down()
    {
        var given = await host.ASubmittedApplication();
        var auditor = await host.Given.Staff(StaffRole.Auditor);
        var browser = await host.SignInAsync(auditor);
        await browser.PageAsync($"/review/{given.Id}");
        await browser.ActAsync(host, given.Id, "claim");
        Assert.Equal(
            "denied view-case view-case",
            await host.ScalarAsync<string>("select string_agg(action, ' ' order by action, id) from audit where actor_id = @Id", new { auditor.Id }));
        Assert.Equal(given.Id.ToString(), await host.ScalarAsync<string>("select object_id from audit where actor_id = @Id and action = 'view-case' limit 1", new { auditor.Id }));
    }

    /// <summary>The year's totals are moved with every act; after any walk through the states they are the sums of the rows.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Totals_equal_the_sums_after_any_walk(int seed)
    {
        var random = new Random(seed);
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var cases = new List<TestCase>();
        for (var i = 0; i < 6; i++) cases.Add(await host.ASubmittedApplication(a => random.Next(3) == 0 ? a.Medical() : a.WithCosts(0, 0, 1000 * random.Next(1, 65))));
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        for (var step = 0; step < 60; step++)
        {
            var given = cases[random.Next(cases.Count)];
            var (kind, done) = await StepAsync(given, random, clerk, approver);
            if (done) kinds.Add(kind);
        }
        await using var connection = await host.Database.OpenAsync(TestContext.Current.CancellationToken);
        var wrong = await connection.QueryAsync<string>(
            """
            select y.id || ' open ' || t.open || '/' || a.open || ' committed ' || t.committed || '/' || a.committed
            from programme_years y
            cross join lateral (select coalesce(sum(open_yen), 0) as open, coalesce(sum(committed_yen), 0) as committed from programme_year_totals where year_id = y.id) t
            cross join lateral (
              select coalesce(sum(applied_yen) filter (where status in ('received', 'reviewing', 'awaiting-decision', 'returned')), 0) as open,
                coalesce(sum(granted_yen) filter (where status = 'granted'), 0) as committed
              from applications where year_id = y.id) a
            where (t.open, t.committed) <> (a.open, a.committed)
            """);
        Assert.Empty(wrong);
        Assert.True(kinds.Count >= 5, $"The walk only did {string.Join(", ", kinds)}.");
    }

    private async Task<(string Kind, bool Done)> StepAsync(TestCase given, Random random, TestUser clerk, TestUser approver)
    {
        var (claim, review, decide) = (host.Command<ClaimApplication>(), host.Command<ReviewApplication>(), host.Command<DecideApplication>());
        var (id, none) = (given.Id, CancellationToken.None);
        var status = await host.StatusAsync(id);
        var applied = await host.ScalarAsync<long>("select applied_yen from applications where id = @id", new { id });
        var seen = int.Parse(await host.VersionAsync(id), System.Globalization.CultureInfo.InvariantCulture);
        (string Kind, Func<Task<CommandResult>> Run)[] acts = status switch
        {
            "received" => [("claim", Claim), ("claim", Claim), ("edit", EditAsync), ("withdraw", () => host.Command<EditApplication>().WithdrawAsync(id, seen, null, given.By.Actor, none))],
            "reviewing" =>
            [
                ("release", () => claim.ReleaseAsync(id, seen, clerk.Actor, none)),
                ("return", () => review.ReturnAsync(id, seen, [new ReturnedItem("Amount.SupportCost", "確認"), new ReturnedItem("Amount.Cost", "確認")], new DateOnly(2026, 7, 1), clerk.Actor, none)),
                ("review", () => review.RunAsync(id, seen, Verdict.Grant, null, null, clerk.Actor, none)),
            ],
            "awaiting-decision" =>
            [
                ("grant", () => decide.GrantAsync(id, seen, new Yen(random.NextInt64(1, applied + 1)), "減額", approver.Actor, none)),
                ("refuse", () => decide.RefuseAsync(id, seen, "対象外", approver.Actor, none)),
                ("hand back", () => decide.HandBackAsync(id, seen, "確認", approver.Actor, none)),
            ],
            "returned" => [("resubmit", EditAsync)],
            _ => [("too late", () => decide.GrantAsync(id, seen, new Yen(1000), null, approver.Actor, none))],
        };
        var (kind, run) = acts[random.Next(acts.Length)];
        return (kind, await run() is CommandResult.Done);

        Task<CommandResult> Claim() => claim.RunAsync(id, seen, clerk.Actor, none);

        // A new version for another amount.
        async Task<CommandResult> EditAsync()
        {
            if (await host.Command<EditApplication>().BeginAsync(id, given.By.Actor, none) is not CommandResult.Done done) return new CommandResult.NotFound();
            var dossier = await host.DossierAsync(given);
            var cost = (1000 * random.Next(1, 70)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await host.Command<SaveStep>().RunAsync(
                id, Section.Amount, a => a with { Amount = a.Amount with { SupportCost = a.Amount.Cost is null ? cost : null, Cost = a.Amount.Cost is null ? null : cost, Readers = null, ReaderCost = null } },
                dossier.RevisionOf(Section.Amount), Guid.NewGuid(), given.By.Actor, none);
            return await host.SubmitAsync(given) is SubmitResult.Submitted ? done : new CommandResult.NotFound();
        }
    }
}
