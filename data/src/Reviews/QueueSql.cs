using System.Text;
using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Reviews;

/// <summary>
/// The queue's SQL: constant fragments joined by what is filtered and sorted; a test looks at the plans (docs/adr/0021). Values are parameters:
/// <see cref="Parameters"/>.
/// </summary>
public static class QueueSql
{
    /// <summary>Up to so many matches are found by the index of tokens and sorted; where there are more, the list is walked in its order.</summary>
    internal const int MostSorted = 2_000;

    /// <summary>So many rows are looked at for one page, in the one way and in the other; what lies beyond is not found.</summary>
    internal const int MostExamined = 20_000;

    private const string Columns =
        """
        x.id, x.applicant_id, x.status, x.programme, x.prefecture, x.number, x.receipt_number, x.search_text, x.team_id, x.reviewer_id, x.returned_before, x.reported,
              x.check_failed, x.receipt_reused, x.due_on, x.applied_yen, x.received_at
        """;

    private const string OnList = "and x.reviewer_id = @Reviewer";

    private const string Name = "position((select search_key(@Text)) in x.search_text) > 0";

    /// <summary>
    /// All conditions of a filter on <c>applications x</c>, each beginning with <c>and</c>; the caller adds the states:
    /// <c>x.status = any(@Statuses) and x.status &lt;&gt; 'draft'</c>. For lists that are read whole, as an export is.
    /// </summary>
    public static string Where(QueueFilter filter) => string.Join('\n', [.. Exact(filter), .. Ranges(filter).Select(r => r.Sql)]);

    /// <summary>The values every text of this class needs; further ones can be added.</summary>
    public static DynamicParameters Parameters(QueueFilter filter)
    {
        var values = new DynamicParameters(new
        {
            Statuses = filter.Statuses.Select(s => s.Code()).ToArray(),
            filter.Prefecture,
            filter.Team,
            filter.Reviewer,
            filter.OverdueOn,
            filter.AmountFrom,
            filter.AmountTo,
            ReceivedFrom = filter.ReceivedFrom is { } from ? JapanTime.StartOf(from).ToUniversalTime() : (DateTimeOffset?)null,
            ReceivedBefore = filter.ReceivedTo is { } to ? JapanTime.EndOf(to).ToUniversalTime() : (DateTimeOffset?)null,
            Text = filter.Search?.Text,
            // Behind everything that begins with the text: no code has a tilde.
            Behind = filter.Search is null ? null : filter.Search.Text + "~",
            filter.WithoutConflictsOf,
            Tokens = Tokens(filter),
        });
        values.Add("Programme", filter.Programme is { } programme ? Codes.Of(programme) : null);
        return values;
    }

    /// <summary>
    /// A page. Without filters, or by programme alone, each state's applications are read in order from an index and merged; so is one clerk's list by urgency.
    /// With filters the index of tokens (or of numbers, or of the range) gives the matches first: a few are sorted; where they are many, the page is close to the
    /// beginning of the walk. Both ways end after <see cref="MostExamined"/> rows; <c>bounded</c> says that the walk was taken.
    /// </summary>
    /// <param name="most">Lines.</param>
    /// <param name="examined">A test's, whose table is small.</param>
    internal static string Page(QueueFilter filter, QueueOrder order, QueuePosition? after, int most, int examined = MostExamined)
    {
        var (keys, sorted) = Keys(order);
        var exact = string.Join("\n      ", Exact(filter));
        string[] own = IsOwnList(filter, order) ? [OnList] : [];
        var inside = string.Join("\n      ", [.. own, .. Ranges(filter).Where(r => r.Sort == order.Sort).Select(r => r.Sql)]);
        var outside = string.Join("\n      ", Ranges(filter).Where(r => r.Sort != order.Sort).Select(r => r.Sql));
        var on = after is null ? "" : $"and ({keys}) {(order.Descending ? "<" : ">")} ({Position(order)})";
        var walk =
            $"""
            select w.id, w.due_on, w.applied_yen, w.received_at
            from {Each(filter.Statuses)}
            cross join lateral (
              select x.id, x.due_on, x.applied_yen, x.received_at
              from (
                select {Columns}
                from applications x
                where x.status = s.status and x.status <> 'draft'
                {inside}
                {on}
                order by {sorted} limit {examined / filter.Statuses.Count}) x
              where true
              {exact}
              {outside}
              order by {sorted} limit {most}) w
            """;
        // Where every row of the index is a match, more than can be sorted need not be read.
        var found = filter.Search is { Field: QueueField.Name } || Ranges(filter).Any() ? examined : Math.Min(examined, MostSorted);
        var page = Source(filter, order, examined) is not { } source
            ? $"""
              with wide as (select true as wide), page as ({walk})
              """
            : $"""
              with source as materialized (
              {source}
              limit {found + 1}
              ), few as materialized (
                select x.id, x.due_on, x.applied_yen, x.received_at
                from source x
                where true
                {exact}
                {inside}
                {outside}
                limit {MostSorted + 1}
              ), wide as materialized (
                select case when (select count(*) from few) > {MostSorted} then true else (select count(*) from source) > {found} end as wide
              ), page as (
                (select x.id, x.due_on, x.applied_yen, x.received_at
                from few x
                where not (select wide from wide)
                {on}
                order by {sorted} limit {most})
                union all
                ({walk}
                where (select wide from wide))
              )
              """;
        return $"""
            {page}
            select wide.wide as bounded, a.id, a.version, a.status, a.receipt_number, a.programme, a.number, a.name, p.name as applicant_name, a.applied_yen, a.granted_yen,
              a.received_at, a.due_on, a.reviewer_id, u.name as reviewer_name, a.answer_by, a.team_id, t.name as team_name, a.returned_before, a.reported, a.check_failed, a.receipt_reused
            from wide
            left join (select * from page x order by {sorted} limit {most}) x on true
            left join applications a on a.id = x.id
            left join applicants p on p.id = a.applicant_id
            left join users u on u.id = a.reviewer_id
            left join teams t on t.id = a.team_id
            order by {sorted} limit {most}
            """;
    }

    /// <summary>Whether a walk can pass over more rows than it looks at: a condition is none of the order's own.</summary>
    internal static bool MayMiss(QueueFilter filter, QueueOrder order) =>
        Exact(Unkeyed(filter, order) with { WithoutConflictsOf = null }).Any() || Ranges(filter).Any(r => r.Sort != order.Sort);

    /// <summary>The index of lists begins with the clerk and goes on in this order.</summary>
    private static bool IsOwnList(QueueFilter filter, QueueOrder order) => filter.Reviewer is not null && order.Sort == QueueSort.Urgency;

    /// <summary>Without the condition that the walk's own index begins with.</summary>
    private static QueueFilter Unkeyed(QueueFilter filter, QueueOrder order) => IsOwnList(filter, order) ? filter with { Reviewer = null } : filter;

    private static (string Keys, string Sorted) Keys(QueueOrder order)
    {
        string[] keys = order.Sort switch
        {
            QueueSort.Urgency => ["x.due_on", "x.received_at", "x.id"],
            QueueSort.Amount => ["x.applied_yen", "x.received_at", "x.id"],
            _ => ["x.received_at", "x.id"],
        };
        return (string.Join(", ", keys), string.Join(", ", keys.Select(k => order.Descending ? $"{k} desc" : k)));
    }

    private static string Position(QueueOrder order) => order.Sort switch
    {
        QueueSort.Urgency => "@AfterDue, @AfterReceived, @AfterId",
        QueueSort.Amount => "@AfterAmount, @AfterReceived, @AfterId",
        _ => "@AfterReceived, @AfterId",
    };

    private static IEnumerable<string> Exact(QueueFilter filter)
    {
        if (filter.Programme is not null) yield return "and x.programme = @Programme";
        if (filter.Prefecture is not null) yield return "and x.prefecture = @Prefecture";
        if (filter.Team is not null) yield return "and x.team_id = @Team";
        if (filter.Reviewer is not null) yield return OnList;
        if (filter.Unassigned) yield return "and x.reviewer_id is null";
        if (filter.Flag is { } flag) yield return flag switch
        {
            QueueFlag.Reported => "and x.reported",
            QueueFlag.Failed => "and x.check_failed",
            QueueFlag.Returned => "and x.returned_before",
            QueueFlag.Reused => "and x.receipt_reused",
            _ => "and x.team_id is null",
        };
        if (filter.Search is { } search) yield return search.Field switch
        {
            QueueField.ReceiptNumber => """and x.receipt_number collate "C" >= @Text and x.receipt_number collate "C" < @Behind""",
            QueueField.Number => """and x.number collate "C" >= @Text and x.number collate "C" < @Behind""",
            _ => $"and {Name}",
        };
        if (filter.WithoutConflictsOf is not null) yield return Conflicts.Without("x", "@WithoutConflictsOf");
    }

    /// <summary>Ranges, with the order whose index begins with their column.</summary>
    private static IEnumerable<(QueueSort Sort, string Sql)> Ranges(QueueFilter filter)
    {
        if (filter.OverdueOn is not null) yield return (QueueSort.Urgency, "and x.due_on < @OverdueOn");
        if (filter.AmountFrom is not null) yield return (QueueSort.Amount, "and x.applied_yen >= @AmountFrom");
        if (filter.AmountTo is not null) yield return (QueueSort.Amount, "and x.applied_yen <= @AmountTo");
        if (filter.ReceivedFrom is not null) yield return (QueueSort.Date, "and x.received_at >= @ReceivedFrom");
        if (filter.ReceivedTo is not null) yield return (QueueSort.Date, "and x.received_at < @ReceivedBefore");
    }

    /// <summary>Which index gives the matches; null where walking the list is as good.</summary>
    private static string? Source(QueueFilter filter, QueueOrder order, int examined)
    {
        string Of(string from, string where) =>
            $"""
              select {Columns}
              from {from}applications x
              where {where}
            """;
        var eachState = $"{Each(filter.Statuses)} cross join ";
        if (filter.Search is { Field: QueueField.ReceiptNumber or QueueField.Number } number)
        {
            var column = number.Field == QueueField.Number ? "number" : "receipt_number";
            return Of("", $"""x.{column} collate "C" >= @Text and x.{column} collate "C" < @Behind and x.status = any(@Statuses) and x.status <> 'draft'""");
        }
        if (filter.Search is not null || Tokens(Unkeyed(filter, order)).Any(t => t[0] != 'g'))
        {
            var grams = filter.Search is null ? "" : " || name_grams((select search_key(@Text)))";
            return Of(eachState, $"x.tokens @> (@Tokens{grams} || ('s' || s.status))");
        }
        var other = Ranges(filter).Where(r => r.Sort != order.Sort).ToList();
        if (other.Count == 0) return null;
        // State by state, so that the range's index gives them.
        var where = $"x.status = s.status and x.status <> 'draft' {string.Join(' ', other.Where(r => r.Sort == other[0].Sort).Select(r => r.Sql))}";
        return $"""
              select {Columns}
              from {eachState}lateral (
              {Of("", where)}
              limit {examined + 1}) x
            """;
    }

    /// <summary>
    /// The states as rows <c>s (status)</c>. Written out, for there are few: a plan for an unknown number of them looks so dear that PostgreSQL would make another one
    /// each time, which takes longer than the page. <c>offset 0</c>: a single one is not taken for a constant, of whose rows there may be so many that all are read.
    /// </summary>
    internal static string Each(IEnumerable<Status> statuses) =>
        $"(select v.status from (values {string.Join(", ", statuses.Select(s => $"('{s.Code()}')"))}) as v (status) offset 0) as s";

    /// <summary>As queue_tokens() writes them.</summary>
    private static string[] Tokens(QueueFilter filter)
    {
        var tokens = new List<string>();
        if (filter.Programme is { } programme) tokens.Add("g" + Codes.Of(programme));
        if (filter.Prefecture is { } prefecture) tokens.Add("p" + prefecture);
        if (filter.Reviewer is { } reviewer) tokens.Add("r" + reviewer);
        if (filter.Unassigned) tokens.Add("r-");
        if (filter.Team is { } team) tokens.Add("t" + team);
        if (filter.Flag is { } flag) tokens.Add(flag == QueueFlag.Uncovered ? "t-" : "f" + Codes.Of(flag));
        return [.. tokens];
    }
}
