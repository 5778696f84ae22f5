using Dapper;
using GrantPortal.Data;
using GrantPortal.Testing;
using GrantPortal.Web.Tests.Access;

namespace GrantPortal.Web.Tests.Measured;

/// <summary>
/// A portal among <see cref="Rows"/> applications with all that hangs on them, whose server says how it carried out each statement (auto_explain, also inside
/// functions). The rows are many and alike: what they say is not looked at, only how they are found.
/// </summary>
public sealed class GrownPortal : PortalHost, IAsyncLifetime
{
    public const int Rows = 100_000;

    public GrownPortal(PortalServices services)
        : base(services)
    {
        WithHeavyJobs();
        Settings["Portal:PublicUrl"] = "https://grants.example";
        Settings["Logging:LogLevel:Microsoft.AspNetCore"] = "Error";
        Prepare = GrowAsync;
    }

    public World World { get; private set; } = null!;

    /// <summary>Tables whose size grows with the country.</summary>
    public static IReadOnlySet<string> Growing { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "applicant_offices", "applicants", "application_versions", "applications", "audit", "case_notes", "document_confirmations", "documents", "events", "institutions", "jobs", "letter_files",
        "letters", "memberships", "number_claims", "rate_limits", "receipt_readings", "sessions", "users", "version_documents", "working_sections",
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        World = await World.MakeAsync(this);
    }

    private static async Task GrowAsync(Database database)
    {
        await using var connection = await database.OpenAsync();
        await connection.ExecuteAsync(new CommandDefinition(Country, new { Rows }, commandTimeout: 300));
        var small = (await connection.QueryAsync<string>(
            "select relname from pg_class where relname = any(@Names) and relnamespace = 'public'::regnamespace and reltuples < @Least", new { Names = Growing.ToArray(), Least = Rows / 10 })).AsList();
        Assert.True(small.Count == 0, $"Too few rows to tell a scan from a look: {string.Join(", ", small)}");
        await connection.ExecuteAsync(
            """
            do $$
            begin
              execute format('alter database %I set session_preload_libraries = ''auto_explain''', current_database());
              execute format('alter database %I set auto_explain.log_min_duration = 0', current_database());
              execute format('alter database %I set auto_explain.log_analyze = on', current_database());
              execute format('alter database %I set auto_explain.log_timing = off', current_database());
              execute format('alter database %I set auto_explain.log_format = ''json''', current_database());
              execute format('alter database %I set auto_explain.log_nested_statements = on', current_database());
            end
            $$
            """);
    }

    /// <summary>Ids are made from names and numbers, so that rows find each other without a look.</summary>
    private const string Country =
        """
        set session_replication_role = replica;
        create function made(kind text, n integer) returns uuid language sql immutable parallel safe return md5(kind || n)::uuid;
        insert into users (id, email, normalized_email, name, security_stamp, email_confirmed, created_at)
          select made('u', n), 'person' || n || '@country.example', 'PERSON' || n || '@COUNTRY.EXAMPLE', '住民 ' || n, 's', true, '2026-04-01' from generate_series(1, @Rows) n;
        insert into applicants (id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at)
          select made('p', n), 'corporation', '法人 ' || n, lpad((1000000000000 + n)::text, 13, '0'), '代表', false, '担当', '03-0000-0000', '2026-04-01', '2026-04-01' from generate_series(1, @Rows / 2) n;
        insert into memberships (user_id, applicant_id, role, since) select made('u', n), made('p', 1 + n % (@Rows / 2)), 'owner', '2026-04-01' from generate_series(1, @Rows) n;
        insert into sessions (id, user_id, created_at, used_at, device, method, verified_at, ended_at)
          select made('s', n), made('u', n), '2026-05-20', '2026-05-20', '端末', 'password', '2026-05-20', '2026-05-20' from generate_series(1, @Rows) n;
        insert into institutions (programme, number, name, address, corporate_number, services, updated_at)
          select 'care', '14' || lpad(n::text, 8, '0'), '事業所 ' || n, '神奈川県', lpad((1000000000000 + n % (@Rows / 2))::text, 13, '0'), '{11}', '2026-04-01' from generate_series(1, @Rows) n;
        drop index applications_tokens;
        insert into applications (id, applicant_id, programme, status, version, submissions, receipt_number, year_id, number, number_scope, name, applied_yen, received_at, reviewer_id, reviewers, recommendation,
          recommended_yen, granted_yen, answer_by, decided_at, created_at, created_by, updated_at)
          select made('a', n), made('p', 1 + n % (@Rows / 2)), 'care', s.status, 2, case when s.status = 'draft' then 0 else 1 end, case when s.status <> 'draft' then 'R8K-9' || lpad(n::text, 6, '0') || '-0' end,
            case when s.status <> 'draft' then 'R8-care' end, case when s.status <> 'draft' then '14' || lpad(n::text, 8, '0') end, case when s.status <> 'draft' then '*' end,
            case when s.status <> 'draft' then '事業所 ' || n end, case when s.status = 'draft' then 0 else 64000 end, case when s.status <> 'draft' then timestamptz '2026-05-07' + n * interval '15 seconds' end,
            case when s.status in ('reviewing', 'awaiting-decision') then made('u', 1 + n % 50) end, array[made('u', 1 + n % 50)], case when s.status = 'awaiting-decision' then 'grant' end,
            case when s.status = 'awaiting-decision' then 64000 end, case when s.status = 'granted' then 64000 end, case when s.status = 'returned' then date '2026-06-20' end,
            case when s.status in ('granted', 'refused') then timestamptz '2026-05-30' end, '2026-05-07', made('u', n), timestamptz '2026-05-30' - n * interval '1 second'
          from generate_series(1, @Rows) n
          cross join lateral (select (array['granted', 'granted', 'granted', 'granted', 'granted', 'received', 'received', 'reviewing', 'awaiting-decision', 'returned', 'refused', 'withdrawn', 'draft'])[1 + n % 13] as status) s;
        create index applications_tokens on applications using gin (tokens) with (fastupdate = off);
        insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
          select made('a', n), 'office', '{}', 1, made('e', n), '2026-05-20', made('u', n) from generate_series(1, @Rows) n where n % 13 in (9, 12);
        insert into application_versions (application_id, version, year_id, answers, content, applied_yen, submitted_at, submitted_by)
          select made('a', n), 1, 'R8-care', '{}', '{}', 64000, '2026-05-20', made('u', n) from generate_series(1, @Rows) n where n % 13 <> 12;
        insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by, structure, malware, inspected_at, scanned_at)
          select made('d', n), made('a', n), 'receipt', 0, '領収書.pdf', 'pdf', 100000, repeat(md5('d' || n), 2), made('d', n), true, '2026-05-20', made('u', n), 'sound', 'clean', '2026-05-20', '2026-05-20'
          from generate_series(1, @Rows) n;
        insert into version_documents (application_id, version, document_id) select made('a', n), 1, made('d', n) from generate_series(1, @Rows) n where n % 13 <> 12;
        insert into receipt_readings (document_id, status, findings, fingerprint, registration_number, issued_on, total_yen, read_at)
          select made('d', n), 'read', '{}', hashtextextended('d' || n, 0), 'T' || lpad(n::text, 13, '0'), '2026-05-10', 69000, '2026-05-20' from generate_series(1, @Rows) n;
        insert into document_confirmations (application_id, version, document_id, confirmed, at, user_id, user_name)
          select made('a', n), 1, made('d', n), true, '2026-05-25', made('u', 1 + n % 50), '審査' from generate_series(1, @Rows) n where n % 13 <> 12;
        insert into events (application_id, kind, at, actor_id, actor_name, by_staff, version, to_status, amount_yen)
          select made('a', n), k.kind, '2026-05-20', made('u', n), '住民', false, 1, k.status, 64000 from generate_series(1, @Rows) n cross join (values ('submitted', 'received'), ('claimed', 'reviewing')) k (kind, status);
        insert into case_notes (id, application_id, at, user_id, user_name, words) select made('n', n), made('a', n), '2026-05-20', made('u', 1 + n % 50), '審査', 'メモ' from generate_series(1, @Rows) n;
        insert into letters (id, application_id, applicant_id, event_id, kind, fiscal_year, serial, content, issued_at)
          select made('l', n), made('a', n), made('p', 1 + n % (@Rows / 2)), -n, 'grant', 2000, n, '{}', '2026-05-30' from generate_series(1, @Rows) n;
        insert into letter_files (letter_id, blob_id, size, sha256, stored_at) select made('l', n), made('f', n), 1000, repeat(md5('f' || n), 2), '2026-05-30' from generate_series(1, @Rows) n;
        insert into jobs (kind, key, payload, state, run_at, created_at, finished_at)
          select 'mail', 'mail:application:' || made('a', n) || ':2:' || made('u', n), '{"to": "a@country.example", "subject": "s", "body": "b"}', 'done', '2026-05-20', '2026-05-20', '2026-05-20' from generate_series(1, @Rows) n;
        insert into audit (at, actor_id, actor_name, action, object_kind, object_id, address)
          select timestamptz '2026-05-01' + n * interval '10 seconds', made('u', 1 + n % 1000), '住民', (array['login', 'view-case', 'view-document', 'logout'])[1 + n % 4], 'application', made('a', n)::text, '192.0.2.' || n % 250
          from generate_series(1, @Rows) n;
        insert into applicant_offices (programme, number, applicant_id, name, added_at) select 'care', '14' || lpad(n::text, 8, '0'), made('p', 1 + n % (@Rows / 2)), '事業所', '2026-05-20' from generate_series(1, @Rows) n;
        insert into number_claims (programme, number, source, claimant_id, holder_id, claimed_at, claimed_by, state, reason, decided_at, decided_by)
          select 'care', '14' || lpad(n::text, 8, '0'), 'listed', made('p', n), made('p', n + 1), '2026-05-20', made('u', n), 'declined', '理由', '2026-05-25', made('u', 1) from generate_series(1, @Rows / 4) n;
        insert into rate_limits (key, full_at) select 'login:account:' || md5(n::text), '2026-12-31' from generate_series(1, @Rows) n;
        set session_replication_role = default;
        analyze;
        """;
}
