using Dapper;
using GrantPortal.Domain;
using Npgsql;

namespace GrantPortal.Data.Reviews;

/// <summary>A clerk or a team to choose.</summary>
public sealed record NamedList(Guid Id, string Name);

/// <summary>What stands around the list: whose lists there are, the person's own filters, and the calendar of business days.</summary>
public sealed record QueueSurroundings(IReadOnlyList<NamedList> Teams, IReadOnlyList<NamedList> Clerks, IReadOnlyList<SavedFilter> Filters, BusinessCalendar Calendar)
{
    public static Query<QueueSurroundings> Of(Guid user) => new(
        """
        select id, name from teams where closed_at is null order by name;
        select u.id, u.name from users u join user_roles r on r.user_id = u.id and r.role = 'reviewer' order by u.name, u.id;
        select id, name, query from saved_filters where user_id = @user order by name;
        select day from holidays
        """,
        new { user },
        async (grid, _) => new QueueSurroundings(
            (await grid.ReadAsync<NamedList>()).AsList(), (await grid.ReadAsync<NamedList>()).AsList(), (await grid.ReadAsync<SavedFilter>()).AsList(),
            new BusinessCalendar((await grid.ReadAsync<DateOnly>()).ToHashSet())));
}
