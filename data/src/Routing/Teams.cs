using Dapper;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Routing;

/// <summary>班: a team of clerks with what it covers.</summary>
/// <param name="ToMembers">What comes in goes to the list of the member with the least open work; otherwise to the team's.</param>
/// <param name="Version">0: not saved yet; a writer who saw another one is stale.</param>
public sealed record Team(Guid Id, string Name, bool ToMembers, int Version)
{
    public IReadOnlyList<Guid> Members { get; init; } = [];

    /// <summary>都道府県番号 whose care offices it covers.</summary>
    public IReadOnlyList<string> Care { get; init; } = [];

    /// <summary>都道府県番号 whose medical institutions it covers.</summary>
    public IReadOnlyList<string> Medical { get; init; } = [];
}

/// <summary>A team in the list of all.</summary>
/// <param name="Waiting">On its list and on nobody's own, counted up to <see cref="TeamStore.MostCounted"/>.</param>
public sealed record TeamLine(Guid Id, string Name, bool ToMembers, string? Members, int Care, int Medical, int Waiting);

/// <summary>A prefecture of a programme that another team covers.</summary>
public sealed record TakenCoverage(Programme Programme, string Prefecture, string TeamName);

public enum TeamSaved
{
    Saved,

    /// <summary>Somebody changed or dissolved it since it was read.</summary>
    Stale,

    /// <summary>Another team has the name.</summary>
    NameTaken,

    /// <summary>Another team covers one of the prefectures.</summary>
    CoverageTaken,
}

/// <summary>Teams, their members and their coverage. Dissolved teams keep their name with what they worked on.</summary>
public static class TeamStore
{
    public const int MostCounted = 1000;

    public static async Task<IReadOnlyList<TeamLine>> AllAsync(NpgsqlConnection connection) => (await connection.QueryAsync<TeamLine>(
        $"""
        select t.id, t.name, t.to_members,
          (select string_agg(u.name, '、' order by m.since, u.name) from team_members m join users u on u.id = m.user_id where m.team_id = t.id) as members,
          (select count(*)::integer from team_coverage c where c.team_id = t.id and c.programme = 'care') as care,
          (select count(*)::integer from team_coverage c where c.team_id = t.id and c.programme = 'medical') as medical,
          (select count(*)::integer from (
            select from applications a where a.team_id = t.id and a.status = 'received' and a.reviewer_id is null
            order by a.received_at, a.id limit {MostCounted}) a) as waiting
        from teams t
        where t.closed_at is null
        order by t.name
        """)).AsList();

    /// <summary>What no team covers and is on nobody's list, counted up to <see cref="MostCounted"/>.</summary>
    public static Task<int> UncoveredAsync(NpgsqlConnection connection) => connection.ExecuteScalarAsync<int>(
        $"""
        select count(*)::integer from (
          select from applications a where a.team_id is null and a.status = 'received' and a.reviewer_id is null order by a.received_at, a.id limit {MostCounted}) a
        """);

    /// <summary>Null when there is none, or it was dissolved.</summary>
    public static async Task<Team?> FindAsync(NpgsqlConnection connection, Guid id)
    {
        await using var grid = await connection.QueryMultipleAsync(
            """
            select id, name, to_members, version from teams where id = @id and closed_at is null;
            select user_id from team_members where team_id = @id order by since, user_id;
            select prefecture from team_coverage where team_id = @id and programme = 'care' order by prefecture;
            select prefecture from team_coverage where team_id = @id and programme = 'medical' order by prefecture
            """,
            new { id });
        return await grid.ReadSingleOrDefaultAsync<Team>() is not { } team ? null : team with
        {
            Members = (await grid.ReadAsync<Guid>()).AsList(),
            Care = (await grid.ReadAsync<string>()).AsList(),
            Medical = (await grid.ReadAsync<string>()).AsList(),
        };
    }

    /// <summary>Those of the team's prefectures that another team covers already.</summary>
    public static async Task<IReadOnlyList<TakenCoverage>> TakenAsync(NpgsqlConnection connection, Team team) => (await connection.QueryAsync<TakenCoverage>(
        """
        select c.programme, c.prefecture, t.name as team_name
        from team_coverage c join teams t on t.id = c.team_id
        where c.team_id <> @Id and (c.programme = 'care' and c.prefecture = any(@Care) or c.programme = 'medical' and c.prefecture = any(@Medical))
        order by c.programme, c.prefecture
        """,
        new { team.Id, Care = team.Care.ToArray(), Medical = team.Medical.ToArray() })).AsList();

    /// <summary>Saves team, members and coverage in the caller's transaction, which ends with anything but <see cref="TeamSaved.Saved"/>.</summary>
    public static async Task<TeamSaved> SaveAsync(NpgsqlConnection connection, Team team, DateTimeOffset now)
    {
        try
        {
            var values = new { team.Id, team.Name, team.ToMembers, team.Version, now, Members = team.Members.ToArray(), Care = team.Care.ToArray(), Medical = team.Medical.ToArray() };
            var saved = await connection.ExecuteAsync(
                team.Version == 0
                    ? "insert into teams (id, name, to_members, created_at) values (@Id, @Name, @ToMembers, @now)"
                    : "update teams set name = @Name, to_members = @ToMembers, version = version + 1 where id = @Id and version = @Version and closed_at is null",
                values);
            if (saved == 0) return TeamSaved.Stale;
            await connection.ExecuteAsync(
                """
                delete from team_coverage where team_id = @Id;
                insert into team_coverage (programme, prefecture, team_id) select 'care', p, @Id from unnest(@Care) p;
                insert into team_coverage (programme, prefecture, team_id) select 'medical', p, @Id from unnest(@Medical) p;
                delete from team_members where team_id = @Id and user_id <> all (@Members);
                insert into team_members (team_id, user_id, since) select @Id, m, @now from unnest(@Members) m on conflict do nothing;
                """,
                values);
            return TeamSaved.Saved;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return exception.ConstraintName == "teams_name_once" ? TeamSaved.NameTaken : TeamSaved.CoverageTaken;
        }
    }

    /// <summary>解散: covers nothing and has no members any more.</summary>
    /// <returns>False when somebody changed or dissolved it since it was read.</returns>
    public static async Task<bool> CloseAsync(NpgsqlConnection connection, Guid id, int version, DateTimeOffset now) => await connection.ExecuteScalarAsync<long>(
        """
        with closed as (
          update teams set closed_at = @now, version = version + 1 where id = @id and version = @version and closed_at is null returning id
        ), uncovered as (
          delete from team_coverage c using closed x where c.team_id = x.id
        ), left_by as (
          delete from team_members m using closed x where m.team_id = x.id
        )
        select count(*) from closed
        """,
        new { id, version, now }) == 1;
}
