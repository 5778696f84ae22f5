using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Submit;

/// <summary>
/// The floor: pgbench with the statements of a submission, prepared and pipelined, so that only PostgreSQL's own work and one client
/// thread per core remain.
/// </summary>
internal static partial class PgBench
{
    /// <summary>The portal's reads, writes and commit; round trips are its: session; the rest, which the portal sends in four, is one.</summary>
    private const string Script =
        """
        select d.id, c.user_id from bench_drafts d join bench_clients c on c.n = d.client where d.n = (select nextval('bench_next') - 1) \gset
        with live as (select s.id, s.method, s.second, s.verified_at, s.used_at from sessions s where s.user_id = :user_id::uuid and s.ended_at is null order by s.used_at desc limit 1), touched as (update sessions set used_at = now() from live where sessions.id = live.id and live.used_at <= now() - interval '1 minute' and sessions.used_at <= now() - interval '1 minute') select l.method, l.second, l.verified_at, u.second_factor_exempt, u.name, u.security_stamp, (select string_agg(r.role, ',') from user_roles r where r.user_id = u.id) as roles, (select string_agg(m.applicant_id || ' ' || m.role, ',') from memberships m where m.user_id = u.id) as memberships from live l join users u on u.id = :user_id::uuid;
        begin;
        \startpipeline
        select a.id, a.applicant_id, a.programme, a.status, a.version, a.submissions, a.receipt_number, a.number, a.year_id, a.applied_yen, a.received_at, a.reviewer_id, a.recommendation, a.recommended_yen, a.granted_yen, a.returned, a.reviewers from applications a where a.id = :id::uuid and exists (select from memberships m where m.applicant_id = a.applicant_id and m.user_id = :user_id::uuid) for update;
        select y.id from programme_years y where y.budget_yen is null and y.programme = (select a.programme from applications a where a.id = :id::uuid) order by y.id for share;
        select y.id from programme_years y where y.budget_yen is not null and y.programme = (select a.programme from applications a where a.id = :id::uuid) order by y.id for no key update;
        select p.kind, p.name, p.corporate_number, p.representative, p.non_profit, p.contact_name, p.phone from applicants p join applications a on a.applicant_id = p.id where a.id = :id::uuid;
        select w.section, w.answers, w.revision, w.editor, w.updated_at, u.name from working_sections w join users u on u.id = w.updated_by where w.application_id = :id::uuid;
        select d.id, d.kind, d.slot, d.file_name, d.type, d.size, d.sha256 from documents d where d.application_id = :id::uuid and d.attached order by d.kind, d.slot;
        select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, cap_basis, number_scope, categories, rates, documents from programme_years where programme = 'care' order by opens;
        select t.year_id, sum(t.committed_yen)::bigint, sum(t.open_yen)::bigint from programme_year_totals t join programme_years y on y.id = t.year_id where y.programme = 'care' group by t.year_id;
        select nextval('receipt_serial');
        select m.user_id, u.email from memberships m join users u on u.id = m.user_id join applications a on a.applicant_id = m.applicant_id where a.id = :id::uuid and m.role in ('owner', 'clerk') order by m.since, m.user_id limit 50;
        insert into applicant_offices (programme, number, applicant_id, name, added_at, added_by) select 'care', 'B' || lpad(currval('receipt_serial')::text, 9, '0'), a.applicant_id, 'bench', now(), :user_id::uuid from applications a where a.id = :id::uuid on conflict (programme, number) do nothing;
        select applicant_id from applicant_offices where programme = 'care' and number = 'B' || lpad(currval('receipt_serial')::text, 9, '0');
        insert into application_versions (application_id, version, year_id, answers, content, applied_yen, submitted_at, submitted_by) select :id::uuid, 1, 'R8-care', p.answers, p.content, 64000, now(), :user_id::uuid from bench_payload p;
        insert into version_documents (application_id, version, document_id) select :id::uuid, 1, d.id from documents d where d.application_id = :id::uuid and d.attached;
        delete from working_sections where application_id = :id::uuid;
        with routed as materialized (select r.team_id, r.reviewer_id from applications a cross join lateral route_application(a.applicant_id, a.programme, 'B' || lpad(currval('receipt_serial')::text, 9, '0'), null, a.team_id, false, current_date) r where a.id = :id::uuid), saved as (update applications set status = 'received', version = 2, submissions = 1, reviewer_id = (select r.reviewer_id from routed r), team_id = (select r.team_id from routed r), name_kana = coalesce((select i.name_kana from institutions i where i.programme = applications.programme and i.number = 'B' || lpad(currval('receipt_serial')::text, 9, '0')), ''), reported = exists (select from number_claims c where c.programme = applications.programme and c.number = 'B' || lpad(currval('receipt_serial')::text, 9, '0') and c.state = 'open'), receipt_number = 'B' || currval('receipt_serial'), year_id = 'R8-care', number = 'B' || lpad(currval('receipt_serial')::text, 9, '0'), number_scope = '*', name = 'bench', applied_yen = 64000, received_at = now(), updated_at = now() where id = :id::uuid and version = 1 returning id), totalled as (update programme_year_totals t set open_yen = t.open_yen + 64000 from saved where t.year_id = 'R8-care' and t.stripe = pg_backend_pid() % 16), happened as (insert into events (application_id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen) select saved.id, 'submitted', now(), :user_id::uuid, 'bench', false, 1, 'received', 64000 from saved) select count(*) from saved;
        insert into jobs (kind, key, payload, run_at, created_at) select 'mail', 'bench-' || :id::text, p.mail, now(), now() from bench_payload p on conflict (key) do nothing;
        commit;
        \endpipeline
        """;

    /// <returns>Transactions a second.</returns>
    public static async Task<double> RunAsync(BenchServices services, Drafts drafts, int clients, int each, CancellationToken cancel)
    {
        await drafts.KeepPayloadAsync(cancel);
        var connection = new NpgsqlConnectionStringBuilder(services.ConnectionString);
        var script = Path.Combine(Path.GetTempPath(), $"grantportal-pgbench-{Environment.ProcessId}.sql");
        await File.WriteAllTextAsync(script, Script, cancel);
        try
        {
            Report.Progress($"{clients} clients: pgbench");
            using var process = Process.Start(new ProcessStartInfo(Find(),
                ["-n", "-M", "prepared", "-c", Text(clients), "-j", Text(Math.Min(clients, Environment.ProcessorCount)), "-t", Text(each), "-f", script, connection.Database!])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PGHOST"] = connection.Host,
                    ["PGPORT"] = Text(connection.Port),
                    ["PGUSER"] = connection.Username,
                    ["PGPASSWORD"] = connection.Password,
                },
            })!;
            var errors = process.StandardError.ReadToEndAsync(cancel);
            var output = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0 || Failed().Match(output) is not { Success: true, Groups: [_, { Value: "0" }] } || Tps().Match(output) is not { Success: true } tps)
                throw new LocalException($"pgbench failed:\n{output}\n{await errors}");
            return double.Parse(tps.Groups["tps"].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")) : [])
            .Select(folder => Path.Combine(folder, "pgbench")).FirstOrDefault(File.Exists)
        ?? throw new LocalException("pgbench is not installed (Debian: postgresql). The submit benchmark needs it for its floor.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = (?<tps>[0-9.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tps();

    [GeneratedRegex(@"number of failed transactions: (?<failed>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Failed();
}
