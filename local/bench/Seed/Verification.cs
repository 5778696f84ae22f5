using Dapper;
using Npgsql;

namespace GrantPortal.Bench.Seed;

/// <summary>What foreign keys and the portal's own code would have enforced row by row, looked at once for the whole.</summary>
internal static class Verification
{
    /// <exception cref="InvalidOperationException">Names what does not hold.</exception>
    public static async Task<bool> RunAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var broken = (await connection.QueryAsync<string>(new CommandDefinition(
            """
            select 'applications without applicant' where exists (
              select from applications a where not exists (select from applicants p where p.id = a.applicant_id))
            union all
            select 'applications of no member' where exists (
              select from applications a where not exists (select from memberships m where m.user_id = a.created_by and m.applicant_id = a.applicant_id))
            union all
            select 'memberships without user or applicant' where exists (
              select from memberships m left join users u on u.id = m.user_id left join applicants p on p.id = m.applicant_id where u.id is null or p.id is null)
            union all
            select 'reviewers without account' where exists (
              select from applications a where a.reviewer_id is not null and not exists (select from user_roles r where r.user_id = a.reviewer_id))
            union all
            select 'submitted applications without all their versions' where exists (
              select from applications a
              left join (select application_id, count(*) as versions, max(version) as latest from application_versions group by application_id) v on v.application_id = a.id
              where coalesce(v.versions, 0) <> a.submissions or coalesce(v.latest, 0) <> a.submissions)
            union all
            select 'versions without application' where exists (
              select from application_versions v where not exists (select from applications a where a.id = v.application_id))
            union all
            select 'documents without application' where exists (
              select from documents d where not exists (select from applications a where a.id = d.application_id))
            union all
            select 'documents of versions that are none' where exists (
              select from version_documents x
              left join documents d on d.id = x.document_id and d.application_id = x.application_id
              left join application_versions v on v.application_id = x.application_id and v.version = x.version
              where d.id is null or v.version is null)
            union all
            select 'events without application or actor' where exists (
              select from events e left join applications a on a.id = e.application_id left join users u on u.id = e.actor_id where a.id is null or u.id is null)
            union all
            select 'applications not as their last event left them' where exists (
              select from applications a
              join (select distinct on (application_id) application_id, to_status from events order by application_id, id desc) e on e.application_id = a.id
              where a.status <> e.to_status)
            union all
            select 'deciders who reviewed' where exists (
              select from events e join applications a on a.id = e.application_id where e.kind in ('granted', 'refused') and e.actor_id = any (a.reviewers))
            union all
            select 'numbers the master does not know' where exists (
              select from applications a
              where a.number is not null and not exists (select from institutions i where i.programme = a.programme and i.number = a.number))
            union all
            select 'years that do not add up' where exists (
              select from (select year_id, sum(open_yen) as open, sum(committed_yen) as committed from programme_year_totals group by year_id) t
              left join (
                select year_id,
                  sum(applied_yen) filter (where status in ('received', 'reviewing', 'awaiting-decision', 'returned')) as open,
                  sum(granted_yen) filter (where status = 'granted') as committed
                from applications where year_id is not null group by year_id) a on a.year_id = t.year_id
              where t.open <> coalesce(a.open, 0) or t.committed <> coalesce(a.committed, 0))
            """,
            commandTimeout: 0, cancellationToken: cancel))).AsList();
        return broken.Count == 0 ? true : throw new InvalidOperationException($"The seeded database is not one the portal could have written: {string.Join("; ", broken)}.");
    }
}
