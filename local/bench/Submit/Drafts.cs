using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Applications;
using GrantPortal.Domain.Applications;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Bench.Submit;

/// <summary>A draft with every step filled in, and its owner's address.</summary>
internal sealed record Draft(Guid Id, string Email);

/// <summary>Makes drafts ready to be submitted, set by set; each client has an account and an applicant of its own.</summary>
internal sealed class Drafts(string connectionString)
{
    public const string Password = "a password for measuring only";

    private static readonly ApplicationAnswers Answers = new()
    {
        Amount = new AmountAnswers { Readers = "3", ReaderCost = "39000", SupportCost = "30000", CompatibleReaders = true, NoExcludedGoods = true, CompletedOn = "2026-05-10" },
        Account = new AccountAnswers { BankCode = "0001", BranchCode = "001", Number = "1234567", Holder = "カ）ソクテイケア" },
        Receipts = new ReceiptsAnswers { Items = [new ReceiptAnswers { Date = "2026-05-10", Issuer = "株式会社測定電機", Amount = "69000" }] },
    };

    private int made;

    /// <summary>Both programmes' periods opened, whatever the date, and the accounts.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        var hash = new PasswordHasher<PortalUser>().HashPassword(new PortalUser { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default }, Password);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update programme_years set opens = '2026-05-07', closes = '2099-12-31' where year = 'R8';
            create table bench_clients (n integer primary key, user_id uuid not null default gen_random_uuid(), applicant_id uuid not null default gen_random_uuid());
            insert into bench_clients (n) select generate_series(0, 63);
            insert into users (id, email, normalized_email, name, password_hash, security_stamp, email_confirmed, created_at)
              select user_id, 'client' || n || '@bench.example', 'CLIENT' || n || '@BENCH.EXAMPLE', '測定 ' || n, @hash, 'stamp', true, now() from bench_clients;
            insert into applicants (id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at)
              select applicant_id, 'corporation', '株式会社測定 ' || n, '7000012050002', '測定 太郎', false, '測定 花子', '03-0000-0000', now(), now() from bench_clients;
            insert into memberships (user_id, applicant_id, role, since) select user_id, applicant_id, 'owner', now() from bench_clients;
            create table bench_drafts (n integer primary key, id uuid not null default gen_random_uuid(), client integer not null);
            create sequence bench_next;
            create table bench_payload (answers jsonb not null, content jsonb not null, mail jsonb not null);
            """,
            new { hash }, cancellationToken: cancel));
    }

    /// <summary>A further set, spread over the clients.</summary>
    public async Task<IReadOnlyList<Draft>> AddAsync(int clients, int count, CancellationToken cancel)
    {
        await using var database = Database.At(connectionString);
        await using var connection = await database.OpenAsync(cancel);
        var first = made;
        made += count;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into bench_drafts (n, client) select n, n % @clients from generate_series(@first, @first + @count - 1) as n;
            insert into applications (id, applicant_id, programme, status, version, created_at, created_by, updated_at)
              select d.id, c.applicant_id, 'care', 'draft', 1, now(), c.user_id, now() from bench_drafts d join bench_clients c on c.n = d.client where d.n >= @first;
            insert into working_sections (application_id, section, answers, revision, editor, updated_at, updated_by)
              select d.id, s.section, s.answers || case s.section when 'office' then jsonb_build_object(
                'number', '137' || lpad(d.n::text, 7, '0'), 'name', '測定事業所 ' || d.n, 'address', '東京都千代田区霞が関1-2-2', 'phone', '03-5253-1111',
                'contactName', '測定 花子', 'services', jsonb_build_array('11')) else '{}' end, 1, gen_random_uuid(), now(), c.user_id
              from bench_drafts d join bench_clients c on c.n = d.client
              cross join (values ('office', '{}'::jsonb), ('amount', @amount::jsonb), ('account', @account::jsonb), ('receipts', @receipts::jsonb)) as s (section, answers)
              where d.n >= @first;
            insert into documents (id, application_id, kind, slot, file_name, type, size, sha256, upload_id, attached, uploaded_at, uploaded_by)
              select gen_random_uuid(), d.id, k.kind, 0, k.kind || '.pdf', 'pdf', 123456, repeat('0', 64), gen_random_uuid(), true, now(), c.user_id
              from bench_drafts d join bench_clients c on c.n = d.client
              cross join (values ('passbook'), ('service-proof'), ('receipt'), ('web-service-screen')) as k (kind)
              where d.n >= @first;
            select setval('bench_next', greatest(@first, 1), @first > 0);
            analyze applications; analyze working_sections; analyze documents;
            """,
            new
            {
                clients,
                first,
                count,
                amount = ApplicationJson.Write(Answers.Amount),
                account = database.Protection.Write(Answers.Account),
                receipts = ApplicationJson.Write(Answers.Receipts),
            }, cancellationToken: cancel));
        return (await connection.QueryAsync<Draft>(new CommandDefinition(
            "select id, 'client' || client || '@bench.example' as email from bench_drafts where n >= @first order by n", new { first }, cancellationToken: cancel))).AsList();
    }

    /// <summary>What the portal wrote for its last submission: pgbench writes the same.</summary>
    public async Task KeepPayloadAsync(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            truncate bench_payload;
            insert into bench_payload (answers, content, mail)
              select v.answers, v.content, (select payload from jobs order by id desc limit 1) from application_versions v order by v.submitted_at desc limit 1;
            """,
            cancellationToken: cancel));
    }
}
