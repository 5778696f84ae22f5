using System.Net;
using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain.Accounts;
using GrantPortal.Testing;
using GrantPortal.Web.Features.Retention;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Tests.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GrantPortal.Web.Tests.Retention;

/// <summary>What is deleted, when, and that nothing else is.</summary>
public sealed class RetentionTests(PortalServices services)
{
    private const string Marker = "特定 個人子";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_five_fiscal_years_everything_about_an_application_goes_but_its_line_in_the_record()
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.ASubmittedApplication(a => a.With(answers => answers with { Office = answers.Office with { ContactName = Marker } }));
        await host.GrantAsync(given.Id, clerk, approver);
        var other = await host.AnApplicationAsync("granted", clerk, approver);
        await host.ExecuteAsync("update applications set decided_at = '2027-04-01 00:00+09' where id = @Id", new { other.Id });
        await FillAsync(host, given.Id, clerk);
        await using var connection = await host.Database.OpenAsync(Cancel);
        // Every table that leads to an application has something of this one: a new table fails here until the deletion and this test know it.
        foreach (var (table, own) in await TablesOfAsync(connection))
            Assert.True(await connection.ExecuteScalarAsync<bool>($"select exists (select from {table} where {own})", new { given.Id }), $"{table} leads to applications: fill it here and delete it in RetentionStore, or by its foreign key.");
        var files = (await connection.QueryAsync<Guid>("select id from documents where application_id = @Id union all select blob_id from document_views v join documents d on d.id = v.document_id where d.application_id = @Id", new { given.Id })).AsList();
        Assert.True(files.Count >= 5);
        Assert.Contains("application_versions", await SayingAsync(connection, Marker));
        var number = await host.ScalarAsync<string>("select receipt_number from applications where id = @Id", new { given.Id });

        host.Clock.SetTo(new DateTimeOffset(2032, 3, 31, 23, 59, 0, TimeSpan.FromHours(9)));
        Assert.Contains($"application {number}: granted on 2026-06-01, kept until 2032-03-31", await RehearseAsync(host), StringComparison.Ordinal);
        await RunAsync(host);
        Assert.Equal("granted", await host.StatusAsync(given.Id));

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(host);
        Assert.Null(await host.StatusAsync(given.Id));
        Assert.Equal("granted", await host.StatusAsync(other.Id));
        Assert.Equal((number, "application five-fiscal-years 2026-06-01 2032-03-31 2032-04-01"), await connection.QuerySingleAsync<(string, string)>(
            "select receipt_number, concat_ws(' ', what, why, ended_on, kept_until, deleted_on) from deletions where application_id = @Id", new { given.Id }));
        foreach (var file in files) Assert.False(await host.Command<BlobContainerClient>().GetBlobClient(file.ToString("D")).ExistsAsync(Cancel));
        // Nothing else says the application's id, and nothing at all what was typed.
        Assert.Equal(["deletions"], await SayingAsync(connection, given.Id.ToString()));
        Assert.Empty(await SayingAsync(connection, Marker));

        host.Clock.SetTo(new DateTimeOffset(2033, 4, 1, 2, 0, 0, TimeSpan.FromHours(9)));
        await RunAsync(host);
        Assert.Null(await host.StatusAsync(other.Id));
    }

    [Fact]
    public async Task A_held_application_stays_until_a_second_reason_lifts_the_hold()
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("granted", clerk, approver);
        var number = (await host.ScalarAsync<string>("select receipt_number from applications where id = @Id", new { given.Id }))!;
        host.Clock.SetTo(new DateTimeOffset(2032, 4, 1, 1, 0, 0, TimeSpan.FromHours(9)));
        var admin = await host.SignInAsync(await host.Given.Staff(StaffRole.Admin));
        Assert.Contains(number, (await admin.PageAsync("/admin/retention")).Document.QuerySelector("[aria-labelledby=due-heading]")!.TextContent, StringComparison.Ordinal);

        var hold = $"/review/{given.Id}/hold";
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostFormAsync(hold, ("Reason", " "))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await admin.PostFormAsync(hold, ("Reason", "返還請求の訴訟のため"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFormAsync(hold, ("Reason", "もう一度"))).StatusCode);
        Assert.Contains("返還請求の訴訟のため", (await (await host.SignInAsync(clerk)).PageAsync($"/review/{given.Id}")).Words, StringComparison.Ordinal);
        var page = await (await host.SignInAsync(await host.Given.Staff(StaffRole.Auditor))).PageAsync("/admin/retention");
        Assert.DoesNotContain(number, page.Document.QuerySelector("[aria-labelledby=due-heading]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(number, page.Document.QuerySelector("[aria-labelledby=held-heading]")!.TextContent, StringComparison.Ordinal);
        await RunAsync(host);
        Assert.Equal("granted", await host.StatusAsync(given.Id));
        await Assert.ThrowsAsync<PostgresException>(() => host.ExecuteAsync(Line, new { given.Id }));

        Assert.Equal(HttpStatusCode.Found, (await admin.PostFormAsync($"{hold}/lift", [new("Reason", "訴訟が終わったため")], page: hold)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostFormAsync($"{hold}/lift", [new("Reason", "訴訟が終わったため")], page: hold)).StatusCode);
        await RunAsync(host);
        Assert.Null(await host.StatusAsync(given.Id));
        Assert.Equal("hold-set 返還請求の訴訟のため, hold-lifted 訴訟が終わったため", await host.ScalarAsync<string>(
            "select string_agg(action || ' ' || (detail ->> 'reason'), ', ' order by id) from audit where action like 'hold-%' and object_id = @id", new { id = given.Id.ToString() }));
        page = await admin.PageAsync("/admin/retention");
        Assert.Contains(number, page.Document.QuerySelector("[aria-labelledby=deleted-heading]")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete from events where application_id = @Id")]
    [InlineData("delete from application_versions where application_id = @Id")]
    [InlineData("delete from version_documents where application_id = @Id")]
    [InlineData("delete from letter_files where letter_id in (select id from letters where application_id = @Id)")]
    [InlineData("delete from letters where application_id = @Id")]
    [InlineData("delete from case_notes where application_id = @Id")]
    [InlineData("truncate events cascade")]
    [InlineData("delete from deletions")]
    [InlineData("update deletions set number = ''")]
    public async Task Nothing_else_deletes_what_is_append_only(string sql)
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var (clerk, approver) = (await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var given = await host.AnApplicationAsync("granted", clerk, approver);
        await FillAsync(host, given.Id, clerk);
        // A line in the record opens nothing to a later transaction.
        await host.ExecuteAsync(Line, new { given.Id });
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.ExecuteAsync(sql, new { given.Id }));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    [Theory]
    [InlineData("received", "2032-03-31")]
    [InlineData("granted", "2031-03-31")]
    public async Task There_is_no_line_for_what_has_to_be_kept(string state, string keptUntil)
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var given = await host.AnApplicationAsync(state, await host.Given.Staff(StaffRole.Reviewer), await host.Given.Staff(StaffRole.Approver));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.ExecuteAsync(Line.Replace("2032-03-31", keptUntil, StringComparison.Ordinal), new { given.Id }));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    [Fact]
    public async Task A_draft_nobody_touches_goes_after_12_months_and_a_mail_30_days_before()
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        var (left, touched) = (await host.ADraft(), await host.ADraft());
        var files = (await host.DossierAsync(left)).Attached.Select(d => d.Id).ToList();
        At(host, 2027, 5, 1);
        await NoticeAsync(host);
        Assert.Empty(await MailsAsync(host, left.Id));
        At(host, 2027, 5, 2);
        await NoticeAsync(host);
        await NoticeAsync(host);
        Assert.Contains("2027年6月1日", Assert.Single(await MailsAsync(host, left.Id)), StringComparison.Ordinal);
        Assert.Single(await MailsAsync(host, touched.Id));

        At(host, 2027, 5, 20);
        await using (var connection = await host.Database.OpenAsync(Cancel))
            await connection.ExecuteAsync("update working_sections set updated_at = @Now where application_id = @Id and section = 'office'", new { host.Clock.Now, touched.Id });
        At(host, 2027, 5, 31);
        await RunAsync(host);
        Assert.Equal("draft", await host.StatusAsync(left.Id));
        At(host, 2027, 6, 1);
        await RunAsync(host);
        Assert.Null(await host.StatusAsync(left.Id));
        Assert.Equal("draft", await host.StatusAsync(touched.Id));
        Assert.Equal("draft untouched-draft 4", await host.ScalarAsync<string>("select concat_ws(' ', what, why, documents) from deletions where application_id = @Id", new { left.Id }));
        Assert.Empty(await MailsAsync(host, left.Id));
        foreach (var file in files) Assert.Null(await host.Command<IBlobStore>().OpenReadAsync(file, Cancel));

        // Touched on 20 May, and told late: 30 days remain all the same.
        At(host, 2028, 6, 1);
        await RunAsync(host);
        Assert.Equal("draft", await host.StatusAsync(touched.Id));
        await NoticeAsync(host);
        Assert.Contains("2028年7月1日", (await MailsAsync(host, touched.Id))[^1], StringComparison.Ordinal);
        At(host, 2028, 6, 30);
        await RunAsync(host);
        Assert.Equal("draft", await host.StatusAsync(touched.Id));
        At(host, 2028, 7, 1);
        await RunAsync(host);
        Assert.Null(await host.StatusAsync(touched.Id));
    }

    [Fact]
    public async Task Both_jobs_run_every_day()
    {
        await using var host = await PortalHost.StartAsync(services, h => h.WithHeavyJobs());
        await host.Jobs.RunDueAsync(Cancel);
        Assert.Equal(3, await host.ScalarAsync<long>("select count(*) from jobs where key in ('retention:2026-06-01', 'draft-deletion-notices:2026-06-01', 'reconcile:2026-06-01') and state = 'done'"));
    }

    /// <summary>A line as the deletion of what was decided on 2026-06-01 writes it.</summary>
    private const string Line =
        """
        insert into deletions (application_id, what, why, programme, ended_on, kept_until, deleted_on, versions, events, documents, letters, bytes, at)
        values (@Id, 'application', 'five-fiscal-years', 'care', '2026-06-01', '2032-03-31', '2032-04-01', 1, 1, 1, 1, 1, now())
        """;

    private static void At(PortalHost host, int year, int month, int day) => host.Clock.SetTo(new DateTimeOffset(year, month, day, 9, 0, 0, TimeSpan.FromHours(9)));

    private static Task RunAsync(PortalHost host) => RunAsync<RetentionJob>(host);

    private static Task NoticeAsync(PortalHost host) => RunAsync<DraftDeletionJob>(host);

    private static Task RunAsync<T>(PortalHost host)
        where T : IJobHandler => host.Services.GetServices<IJobHandler>().OfType<T>().Single().RunAsync(new ClaimedJob(0, "", $"test:{Guid.NewGuid()}", "{}", 1), Cancel);

    private static async Task<string> RehearseAsync(PortalHost host)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await host.Command<RetentionCommand>().RunAsync(["--dry-run"], output, Cancel));
        Assert.Contains("the run of 2032-04-01 would delete: applications 1, drafts 0", output.ToString(), StringComparison.Ordinal);
        return output.ToString();
    }

    private static async Task<IReadOnlyList<string>> MailsAsync(PortalHost host, Guid draft)
    {
        await using var connection = await host.Database.OpenAsync(Cancel);
        return (await connection.QueryAsync<string>("select payload ->> 'body' from jobs where key like @key order by id", new { key = $"mail:draft-deletion:{draft}:%" })).AsList();
    }

    /// <summary>Something in every table that leads to an application, beyond what granting it left.</summary>
    private static async Task FillAsync(PortalHost host, Guid id, TestUser clerk)
    {
        var view = Guid.NewGuid();
        await host.Command<BlobContainerClient>().UploadBlobAsync(view.ToString("D"), BinaryData.FromString("abc"), Cancel);
        await host.ExecuteAsync(
            """
            insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by) values (@id, 'office', '{}', 1, gen_random_uuid(), now(), @Clerk);
            insert into document_confirmations (application_id, version, document_id, confirmed, at, user_id, user_name)
              select application_id, version, document_id, true, now(), @Clerk, '審査' from version_documents where application_id = @id;
            insert into receipt_parts (application_id, version, slot, applicant_id, document_id, sha256, issuer_key, issued_on, whole_yen, part_yen)
              select v.application_id, v.version, d.slot, a.applicant_id, d.id, d.sha256, '特定 個人子', '2026-05-10', 2, 1
              from version_documents v join documents d on d.id = v.document_id and d.kind = 'receipt' join applications a on a.id = v.application_id where v.application_id = @id;
            insert into case_notes (id, application_id, at, user_id, user_name, words) values (gen_random_uuid(), @id, now(), @Clerk, '審査', '特定 個人子さんに電話で確認');
            insert into document_views (document_id, blob_id, type, size, sha256, made_at) select id, @view, 'png', 3, repeat('0', 64), now() from documents where application_id = @id and kind = 'passbook';
            insert into receipt_readings (document_id, status, read_at) select id, 'unreadable', now() from documents where application_id = @id and kind = 'receipt';
            insert into letter_files (letter_id, blob_id, size, sha256, stored_at) select id, gen_random_uuid(), 3, repeat('0', 64), now() from letters where application_id = @id;
            insert into number_claims (programme, number, source, claimant_id, holder_id, application_id, words, claimed_at, claimed_by, state, reason, decided_at, decided_by)
              select 'care', a.number, 'reported', a.applicant_id, p.id, a.id, '特定 個人子の事業所です。', now(), @Clerk, 'declined', '確認済み', now(), @Clerk
              from applications a cross join (select id from applicants) p where a.id = @id and p.id <> a.applicant_id limit 1;
            insert into legal_holds (id, application_id, reason, set_at, set_by, set_by_name, lifted_at, lifted_by, lifted_by_name, lifted_because)
              values (gen_random_uuid(), @id, 'x', now(), @Clerk, '管理', now(), @Clerk, '管理', 'x');
            insert into file_faults (file_id, fault, owner_kind, application_id, expected, found_at, seen_at) values (gen_random_uuid(), 'missing', 'document', @id, '3', now(), now());
            insert into draft_notices (application_id, touched_at, noticed_at, deleted_on) values (@id, now(), now(), '2026-01-01');
            """,
            new { id, view, Clerk = clerk.Id });
    }

    /// <summary>Tables from which foreign keys lead to applications, over others or at once, each with the condition for the rows of <c>@Id</c>.</summary>
    private static async Task<IReadOnlyList<(string Table, string Own)>> TablesOfAsync(NpgsqlConnection connection)
    {
        var edges = (await connection.QueryAsync<(string Child, string[] Columns, string Parent, string[] Keys)>(
            """
            select c.conrelid::regclass::text,
              (select array_agg(a.attname::text order by k.n) from unnest(c.conkey) with ordinality k (num, n) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num),
              c.confrelid::regclass::text,
              (select array_agg(a.attname::text order by k.n) from unnest(c.confkey) with ordinality k (num, n) join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num)
            from pg_constraint c where c.contype = 'f' and c.conrelid <> c.confrelid
            """)).AsList();
        var found = new List<(string Table, string Own)> { ("applications", "id = @Id") };
        while (true)
        {
            var next = edges.FirstOrDefault(e => found.Any(f => f.Table == e.Parent) && found.All(f => f.Table != e.Child));
            if (next.Child is null) break;
            var parent = found.First(f => f.Table == next.Parent);
            found.Add((next.Child, $"({string.Join(", ", next.Columns)}) in (select {string.Join(", ", next.Keys)} from {parent.Table} where {parent.Own})"));
        }
        Assert.True(found.Count > 12);
        return found;
    }

    /// <summary>Tables with a row that says these words anywhere.</summary>
    private static async Task<IReadOnlyList<string>> SayingAsync(NpgsqlConnection connection, string words)
    {
        var saying = new List<string>();
        foreach (var table in await connection.QueryAsync<string>("select quote_ident(table_name) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
            if (await connection.ExecuteScalarAsync<bool>($"select exists (select from {table} t where to_jsonb(t)::text like @words)", new { words = $"%{words}%" })) saying.Add(table);
        return saying;
    }
}
