using Dapper;
using GrantPortal.Data.Accounts;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace GrantPortal.Bench.Surge;

/// <summary>Applicants with one account each, made in the database; signing in is measured by <c>signin</c>.</summary>
internal static class Accounts
{
    public const string Password = "a password for measuring only";

    public static string Email(int n) => FormattableString.Invariant($"visitor{n}@bench.example");

    public static async Task AddAsync(string connectionString, int count, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        // One hash for all: computing it takes a tenth of a second of processor time.
        var hash = new PasswordHasher<PortalUser>().HashPassword(new PortalUser { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default }, Password);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            create temporary table made as select n, gen_random_uuid() as user_id, gen_random_uuid() as applicant_id from generate_series(0, @count - 1) as n;
            insert into users (id, email, normalized_email, name, password_hash, security_stamp, email_confirmed, created_at)
              select user_id, 'visitor' || n || '@bench.example', 'VISITOR' || n || '@BENCH.EXAMPLE', '測定 ' || n, @hash, gen_random_uuid()::text, true, @now from made;
            insert into applicants (id, kind, name, corporate_number, representative, non_profit, contact_name, phone, created_at, updated_at)
              select applicant_id, 'corporation', '株式会社測定 ' || n, '7000012050002', '測定 太郎', false, '測定 花子', '03-0000-0000', @now, @now from made;
            insert into memberships (user_id, applicant_id, role, since) select user_id, applicant_id, 'owner', @now from made;
            drop table made;
            """,
            new { count, hash, now = now.ToUniversalTime() }, cancellationToken: cancel));
    }

    /// <summary>The cookies of each, signed in one after the other on both cores.</summary>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> SignInAsync(HttpClient http, int count, CancellationToken cancel)
    {
        var cookies = new IReadOnlyDictionary<string, string>[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (n, token) =>
            cookies[n] = (await Visitor.SignInAsync(http, Email(n), Password, token)).Cookies);
        return cookies;
    }
}
