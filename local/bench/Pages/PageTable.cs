using Dapper;
using GrantPortal.Bench.Seed;
using GrantPortal.Local;
using Npgsql;

namespace GrantPortal.Bench.Pages;

/// <summary>A kind of page and who looks at it.</summary>
/// <param name="Account">Null: signed out.</param>
internal sealed record PageKind(string Name, string? Account, string Path);

/// <summary>Every kind of page, with objects of the seeded country.</summary>
internal static class PageTable
{
    private const string Reviewer = "reviewer1@bench.example", Approver = "approver1@bench.example", Admin = "admin1@bench.example", Auditor = "auditor1@bench.example";

    public static async Task<IReadOnlyList<PageKind>> ReadAsync(string connectionString, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        // An applicant with a draft and something submitted, as early in the table as there is one.
        var own = await connection.QueryFirstOrDefaultAsync<Own>(new CommandDefinition(
            """
            select u.email, d.id as draft, s.id as submitted
            from applications d
            join applications s on s.applicant_id = d.applicant_id and s.status in ('received', 'granted')
            join memberships m on m.applicant_id = d.applicant_id and m.role = 'owner'
            join users u on u.id = m.user_id
            where d.status = 'draft' order by d.id limit 1
            """,
            cancellationToken: cancel)) ?? throw new LocalException("The seeded country has no applicant with a draft and something submitted. Seed more applications.");
        var cases = await CasesAsync(connection, cancel);
        return
        [
            new("home", null, "/"), new("simulator care", null, "/simulator/care?services=11&readers=3&readerCost=39000&supportCost=30000"), new("simulator medical", null, "/simulator/medical"),
            new("privacy", null, "/privacy"), new("login", null, "/login"), new("register", null, "/register"),
            new("list", own.Email, "/applications"), new("status", own.Email, $"/applications/{own.Submitted}"), new("slip", own.Email, $"/applications/{own.Submitted}/slip"),
            new("step office", own.Email, $"/applications/{own.Draft}/office"), new("step amount", own.Email, $"/applications/{own.Draft}/amount"), new("step account", own.Email, $"/applications/{own.Draft}/account"),
            new("step documents", own.Email, $"/applications/{own.Draft}/documents"), new("step confirm", own.Email, $"/applications/{own.Draft}/confirm"),
            new("letters", own.Email, "/letters"), new("offices", own.Email, "/offices"), new("members", own.Email, "/members"), new("profile", own.Email, "/profile"), new("account", own.Email, "/account"),
            new("queue", Reviewer, "/review"), new("queue filtered", Reviewer, "/review?prefecture=13&programme=care"), new("queue search", Reviewer, "/review?q=さくら"),
            new("case received", Reviewer, $"/review/{cases["received"]}"), new("case to decide", Approver, $"/review/{cases["awaiting-decision"]}"), new("case granted", Approver, $"/review/{cases["granted"]}"),
            new("dashboard", Approver, "/review/dashboard"), new("claims", Reviewer, "/review/claims"),
            new("admin", Admin, "/admin"), new("users", Admin, "/admin/users"), new("years", Admin, "/admin/years"), new("year", Admin, "/admin/years/R8-care"), new("jobs", Admin, "/admin/jobs"), new("state", Admin, "/admin/state"),
            new("audit", Auditor, "/audit"), new("whole life", Auditor, $"/review/{cases["granted"]}/life"),
        ];
    }

    /// <summary>The cases that are opened, by their state.</summary>
    public static async Task<IReadOnlyDictionary<string, Guid>> CasesAsync(NpgsqlConnection connection, CancellationToken cancel) => (await connection.QueryAsync<(string Status, Guid Id)>(new CommandDefinition(
        "select s.status, a.id from unnest(array['received', 'awaiting-decision', 'granted']) s (status) cross join lateral (select id from applications where status = s.status order by id limit 1) a",
        cancellationToken: cancel))).ToDictionary(c => c.Status, c => c.Id, StringComparer.Ordinal);

    private sealed record Own(string Email, Guid Draft, Guid Submitted);
}
