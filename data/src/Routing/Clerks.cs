using Dapper;
using Npgsql;

namespace GrantPortal.Data.Routing;

/// <summary>A person of the staff, by name.</summary>
public sealed record Clerk(Guid Id, string Name);

/// <summary>審査担当 with their teams and work.</summary>
/// <param name="Open">On their list: received and reviewing, counted up to <see cref="TeamStore.MostCounted"/>.</param>
public sealed record ClerkLine(Guid Id, string Name, string? Teams, int Open);

/// <summary>不在: days on which nothing is put on the person's list, both included.</summary>
public sealed record Absence(Guid Id, Guid UserId, string UserName, DateOnly FromDay, DateOnly ToDay, string NotedBy);

/// <summary>利害関係の届出.</summary>
/// <param name="CorporateNumber">法人番号; or <paramref name="Number"/>, 介護事業所番号 / 医療機関コード.</param>
public sealed record DeclaredConflict(Guid Id, Guid UserId, string UserName, string? CorporateNumber, string? Number, string Words, DateTimeOffset DeclaredAt, DateTimeOffset? EndedAt);

/// <summary>Clerks, their absences and the conflicts they declared.</summary>
public static class ClerkStore
{
    /// <summary>審査担当 in the order of their names.</summary>
    public static async Task<IReadOnlyList<Clerk>> ReviewersAsync(NpgsqlConnection connection) => (await connection.QueryAsync<Clerk>(
        "select u.id, u.name from users u join user_roles r on r.user_id = u.id and r.role = 'reviewer' order by u.name, u.id")).AsList();

    public static async Task<IReadOnlyList<ClerkLine>> WorkAsync(NpgsqlConnection connection) => (await connection.QueryAsync<ClerkLine>(
        $"""
        select u.id, u.name,
          (select string_agg(t.name, '、' order by t.name) from team_members m join teams t on t.id = m.team_id where m.user_id = u.id) as teams,
          (select count(*)::integer from (
            select from applications a where a.reviewer_id = u.id and a.status in ('received', 'reviewing') limit {TeamStore.MostCounted}) a) as open
        from users u join user_roles r on r.user_id = u.id and r.role = 'reviewer'
        order by u.name, u.id
        """)).AsList();

    /// <summary>Those that are not over, of one person or of all.</summary>
    public static async Task<IReadOnlyList<Absence>> AbsencesAsync(NpgsqlConnection connection, DateOnly today, Guid? of = null) => (await connection.QueryAsync<Absence>(
        """
        select b.id, b.user_id, u.name as user_name, b.from_day, b.to_day, n.name as noted_by
        from absences b join users u on u.id = b.user_id join users n on n.id = b.noted_by
        where b.to_day >= @today and (@of::uuid is null or b.user_id = @of)
        order by b.from_day, u.name, b.id
        """,
        new { today, of })).AsList();

    /// <summary>Null when it was taken back.</summary>
    public static Task<Absence?> AbsenceAsync(NpgsqlConnection connection, Guid id) => connection.QuerySingleOrDefaultAsync<Absence?>(
        """
        select b.id, b.user_id, u.name as user_name, b.from_day, b.to_day, n.name as noted_by
        from absences b join users u on u.id = b.user_id join users n on n.id = b.noted_by where b.id = @id
        """,
        new { id });

    public static Task AddAbsenceAsync(NpgsqlConnection connection, Guid id, Guid person, DateOnly from, DateOnly to, Guid by, DateTimeOffset now) => connection.ExecuteAsync(
        "insert into absences (id, user_id, from_day, to_day, noted_at, noted_by) values (@id, @person, @from, @to, @now, @by)", new { id, person, from, to, by, now });

    /// <param name="of">Only this person's; null: anybody's.</param>
    /// <returns>Whose it was; null when there is none.</returns>
    public static Task<Guid?> RemoveAbsenceAsync(NpgsqlConnection connection, Guid id, Guid? of) => connection.ExecuteScalarAsync<Guid?>(
        "delete from absences where id = @id and (@of::uuid is null or user_id = @of) returning user_id", new { id, of });

    /// <summary>Those that stand, of one person or of all, the latest first.</summary>
    public static async Task<IReadOnlyList<DeclaredConflict>> ConflictsAsync(NpgsqlConnection connection, Guid? of = null) => (await connection.QueryAsync<DeclaredConflict>(
        """
        select c.id, c.user_id, u.name as user_name, c.corporate_number, c.number, c.words, c.declared_at, c.ended_at
        from conflicts c join users u on u.id = c.user_id
        where c.ended_at is null and (@of::uuid is null or c.user_id = @of)
        order by c.declared_at desc, c.id
        """,
        new { of })).AsList();

    /// <returns>False when the person declared it before.</returns>
    public static async Task<bool> DeclareAsync(NpgsqlConnection connection, Guid id, Guid person, string? corporateNumber, string? number, string words, DateTimeOffset now) =>
        await connection.ExecuteAsync(
            """
            insert into conflicts (id, user_id, corporate_number, number, words, declared_at) values (@id, @person, @corporateNumber, @number, @words, @now)
            on conflict do nothing
            """,
            new { id, person, corporateNumber, number, words, now }) == 1;

    /// <returns>Whose it was; null when there is none that stands.</returns>
    public static Task<Guid?> EndConflictAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now) => connection.ExecuteScalarAsync<Guid?>(
        "update conflicts set ended_at = @now where id = @id and ended_at is null returning user_id", new { id, now });
}
