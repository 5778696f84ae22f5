using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Programmes;

/// <summary>
/// Programme years as an operator set them. Read from the database every time, so that a period that is shortened or stopped (要綱 §15) is so
/// at once on every instance; it is a handful of rows. All methods take an open connection and join the caller's transaction.
/// </summary>
public static class ProgrammeYearStore
{
    /// <summary>The columns <see cref="ReadAsync"/> expects, for batches that read years among other things.</summary>
    internal const string Select =
        """
        select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, announcement, announced_at, version, cap_basis, number_scope,
          categories, rates, documents
        from programme_years
        """;

    /// <summary>Every year of both programmes, the latest first.</summary>
    public static Task<IReadOnlyList<ProgrammeYear>> AllAsync(NpgsqlConnection connection, CancellationToken cancel = default) => connection.AskAsync(All(), cancel);

    /// <inheritdoc cref="AllAsync"/>
    public static Query<IReadOnlyList<ProgrammeYear>> All() => Query.List<Row>($"{Select} order by opens desc, id").Select<IReadOnlyList<ProgrammeYear>>(Years);

    /// <summary>One year; null where there is none of that id.</summary>
    /// <param name="id">As in <c>R8-care</c>.</param>
    public static async Task<ProgrammeYear?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancel = default) =>
        Years(await connection.QueryAsync<Row>(new CommandDefinition($"{Select} where id = @id", new { id }, cancellationToken: cancel))).SingleOrDefault();

    /// <summary>The year whose period is open and not stopped; null where none is. Whether its budget still allows intake says <see cref="Budget"/>.</summary>
    public static async Task<ProgrammeYear?> OpenNowAsync(NpgsqlConnection connection, Programme programme, DateTimeOffset now, CancellationToken cancel = default) =>
        await CurrentAsync(connection, programme, now, cancel) is { } year && year.IsOpen(now) ? year : null;

    /// <summary>
    /// The year to talk about: the one open now; else the one in its period though stopped; else the next to open; else the latest closed.
    /// Null where the programme has no year at all.
    /// </summary>
    public static async Task<ProgrammeYear?> CurrentAsync(NpgsqlConnection connection, Programme programme, DateTimeOffset now, CancellationToken cancel = default) =>
        Current(Years(await connection.QueryAsync<Row>(
            new CommandDefinition($"{Select} where programme = @programme", new { programme }, cancellationToken: cancel))), now);

    /// <summary>What is applied for and granted in a year: the sum of its stripes (docs/adr/0005), yen.</summary>
    public static Query<BudgetPosition> Budget(string yearId) => Query.The<TotalsRow>(
        """
        select coalesce(sum(committed_yen), 0)::bigint as committed, coalesce(sum(open_yen), 0)::bigint as open
        from programme_year_totals where year_id = @yearId
        """,
        new { yearId }).Select(totals => new BudgetPosition(new Yen(totals.Committed), new Yen(totals.Open)));

    /// <summary>The same of every year, by its id.</summary>
    public static async Task<IReadOnlyDictionary<string, BudgetPosition>> BudgetsAsync(NpgsqlConnection connection, CancellationToken cancel = default) =>
        (await connection.QueryAsync<YearTotalsRow>(new CommandDefinition(
            "select year_id, sum(committed_yen)::bigint as committed, sum(open_yen)::bigint as open from programme_year_totals group by year_id", cancellationToken: cancel)))
        .ToDictionary(row => row.YearId, row => new BudgetPosition(new Yen(row.Committed), new Yen(row.Open)), StringComparer.Ordinal);

    /// <summary>Years with something to announce, the latest announcement first.</summary>
    public static async Task<IReadOnlyList<ProgrammeYear>> AnnouncedAsync(NpgsqlConnection connection, CancellationToken cancel = default) =>
        Years(await connection.QueryAsync<Row>(new CommandDefinition($"{Select} where announcement is not null order by announced_at desc, id", cancellationToken: cancel)));

    /// <summary>Reads a result of <see cref="Select"/> out of a batch.</summary>
    internal static async Task<IReadOnlyList<ProgrammeYear>> ReadAsync(SqlMapper.GridReader grid) => Years(await grid.ReadAsync<Row>());

    /// <param name="years">Of one programme.</param>
    public static ProgrammeYear? Current(IReadOnlyList<ProgrammeYear> years, DateTimeOffset now) =>
        years.FirstOrDefault(y => y.IsOpen(now))
        ?? years.FirstOrDefault(y => y.IsInPeriod(now))
        ?? years.Where(y => now < JapanTime.StartOf(y.Opens)).MinBy(y => y.Opens)
        ?? years.MaxBy(y => y.Closes);

    private static List<ProgrammeYear> Years(IEnumerable<Row> rows) => [.. rows.Select(r => new ProgrammeYear
    {
        Id = r.Id,
        Programme = r.Programme,
        Year = r.Year,
        Opens = r.Opens,
        Closes = r.Closes,
        EarliestWorkDate = r.EarliestWorkDate,
        Budget = r.BudgetYen is { } budget ? new Yen(budget) : null,
        StoppedBecause = r.StoppedBecause,
        Announcement = r is { Announcement: { } words, AnnouncedAt: { } at } ? new Announcement(words, at) : null,
        Version = r.Version,
        CapBasis = r.CapBasis,
        NumberScope = r.NumberScope,
        Categories = ApplicationJson.Read<IReadOnlyList<ServiceCategory>>(r.Categories),
        Rates = ApplicationJson.Read<IReadOnlyList<MedicalRate>>(r.Rates),
        Documents = ApplicationJson.Read<IReadOnlyList<DocumentRule>>(r.Documents),
    })];

    private sealed record Row(
        string Id, Programme Programme, string Year, DateOnly Opens, DateOnly Closes, DateOnly? EarliestWorkDate, long? BudgetYen, string? StoppedBecause,
        string? Announcement, DateTimeOffset? AnnouncedAt, int Version, CapBasis CapBasis, NumberScope NumberScope, string Categories, string Rates, string Documents);

    private sealed record TotalsRow(long Committed, long Open);

    private sealed record YearTotalsRow(string YearId, long Committed, long Open);
}
