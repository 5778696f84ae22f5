using System.Globalization;
using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Letters;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Letters;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Reviews;
using GrantPortal.Web.Tests.Reviews;
using Npgsql;

namespace GrantPortal.Web.Tests.Letters;

/// <summary>Decision letters are numbered from 1 without gaps in each fiscal year, one for each decision, whatever goes wrong meanwhile.</summary>
public sealed class LetterNumberTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const int Cases = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_have_no_gap_when_deciders_race_fail_and_lose_their_connections()
    {
        await using var own = await PortalHost.StartAsync(host.Local, _ => { });
        await using var second = await own.StartSiblingAsync();
        var (clerk, approvers) = (await own.Given.Staff(StaffRole.Reviewer), new[] { await own.Given.Staff(StaffRole.Approver), await own.Given.Staff(StaffRole.Approver) });
        var cases = new List<Guid>();
        for (var i = 0; i < Cases; i++)
        {
            var given = await own.ASubmittedApplication();
            await own.RecommendAsync(given.Id, clerk);
            cases.Add(given.Id);
        }
        var seen = int.Parse(await own.VersionAsync(cases[0]), CultureInfo.InvariantCulture);

        // Every case twice at once on two instances, while transactions that drew a number are rolled back or cut off.
        using var over = new CancellationTokenSource();
        var troubles = Enumerable.Range(0, 3).Select(_ => DrawAndLoseAsync(own, over.Token)).ToList();
        await Parallel.ForEachAsync(cases.SelectMany(id => new[] { (Id: id, Host: own, By: approvers[0]), (Id: id, Host: second, By: approvers[1]) }), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (one, token) =>
        {
            var decide = one.Host.Command<DecideApplication>();
            if (one.By == approvers[0]) await decide.GrantAsync(one.Id, seen, new Yen(64_000), null, one.By.Actor, token);
            else await decide.RefuseAsync(one.Id, seen, "対象外です。", one.By.Actor, token);
        });
        await over.CancelAsync();
        var lost = (await Task.WhenAll(troubles)).Sum();

        Assert.Equal(Cases, await own.ScalarAsync<long>("select count(*) from events where kind in ('granted', 'refused')"));
        await using var db = await own.Database.OpenAsync(Cancel);
        var serials = (await db.QueryAsync<int>("select l.serial from letters l join events e on e.id = l.event_id where l.fiscal_year = 2026 and e.kind in ('granted', 'refused') order by l.serial")).AsList();
        Assert.Equal(Enumerable.Range(1, Cases), serials);
        Assert.Equal(Cases, await own.ScalarAsync<long>("select count(*) from jobs where kind = 'letter'"));
        Assert.True(lost > 5, $"Only {lost} transactions were lost.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{lost} transactions that had drawn a number were rolled back or cut off.");
    }

    [Fact]
    public async Task Each_fiscal_year_begins_at_1_and_an_event_has_one_letter()
    {
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var first = await host.AnApplicationAsync("granted", clerk, approver);
        var waiting = await host.AnApplicationAsync("awaiting-decision", clerk, approver);
        host.Clock.SetTo(new DateTimeOffset(2027, 3, 31, 15, 0, 0, TimeSpan.Zero)); // 1 April in Japan
        await host.DoneAsync(waiting.Id, seen => host.Command<DecideApplication>().GrantAsync(waiting.Id, seen, new Yen(64_000), null, approver.Actor, Cancel));
        Assert.Equal("2026-1", await host.ScalarAsync<string>("select fiscal_year || '-' || serial from letters where application_id = @Id", new { first.Id }));
        Assert.Equal("2027-1", await host.ScalarAsync<string>("select fiscal_year || '-' || serial from letters where application_id = @Id", new { waiting.Id }));

        await using var db = await host.Database.OpenAsync(Cancel);
        var again = await Assert.ThrowsAsync<PostgresException>(() => IssueAsync(db, waiting.Id));
        Assert.Equal("letters_once_per_event", again.ConstraintName);
        await Assert.ThrowsAsync<PostgresException>(() => db.ExecuteAsync("update letters set serial = 2 where application_id = @Id", new { waiting.Id }));
    }

    /// <summary>Draws numbers in transactions that end badly, until told to stop.</summary>
    /// <returns>How many.</returns>
    private static async Task<int> DrawAndLoseAsync(PortalHost host, CancellationToken over)
    {
        for (var lost = 0; ; lost++)
        {
            if (over.IsCancellationRequested) return lost;
            await using var connection = new NpgsqlConnection(host.ConnectionString + ";Pooling=false");
            await connection.OpenAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await connection.ExecuteAsync("insert into letter_numbers (fiscal_year, last) values (2026, 1) on conflict (fiscal_year) do update set last = letter_numbers.last + 1");
            if (lost % 2 == 0)
            {
                await transaction.RollbackAsync(CancellationToken.None);
                continue;
            }
            await host.ExecuteAsync("select pg_terminate_backend(@ProcessID)", new { connection.ProcessID });
            await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync(CancellationToken.None));
        }
    }

    private static async Task IssueAsync(NpgsqlConnection connection, Guid application)
    {
        var row = await connection.QuerySingleAsync<(Guid Applicant, string Content)>("select applicant_id, content from letters where application_id = @application", new { application });
        await LetterStore.IssueAsync(connection, application, row.Applicant, ApplicationJson.Read<Letter>(row.Content), DateTimeOffset.UnixEpoch);
    }
}
