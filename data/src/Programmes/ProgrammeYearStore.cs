using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Programmes;

/// <summary>
/// Programme years as rows read into the domain's record. Read anew each time: an operator's change must show at once on every instance,
/// and it is a handful of rows.
/// </summary>
public static class ProgrammeYearStore
{
    /// <summary>The columns <see cref="ReadAsync"/> expects, for batches that read years among other things.</summary>
    public const string Select =
        """
        select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, cap_basis, number_scope, categories, rates, documents
        from programme_years
        """;

    public static async Task<IReadOnlyList<ProgrammeYear>> AllAsync(NpgsqlConnection connection) =>
        Years(await connection.QueryAsync<Row>($"{Select} order by programme, opens"));

    public static async Task<ProgrammeYear?> FindAsync(NpgsqlConnection connection, string id) =>
        Years(await connection.QueryAsync<Row>($"{Select} where id = @id", new { id })).SingleOrDefault();

    /// <summary>The year open now; if none, the next to open, else the latest.</summary>
    public static async Task<ProgrammeYear> CurrentAsync(NpgsqlConnection connection, Programme programme, DateTimeOffset now) =>
        Current(Years(await connection.QueryAsync<Row>($"{Select} where programme = @programme order by opens", new { programme })), now);

    /// <summary>What is granted and what is applied for in a year.</summary>
    public static async Task<BudgetPosition> BudgetAsync(NpgsqlConnection connection, string yearId)
    {
        var totals = await connection.QuerySingleAsync<TotalsRow>(
            "select coalesce(sum(committed_yen), 0)::bigint as committed, coalesce(sum(open_yen), 0)::bigint as open from programme_year_totals where year_id = @yearId",
            new { yearId });
        return new BudgetPosition(new Yen(totals.Committed), new Yen(totals.Open));
    }

    /// <summary>Reads a result of <see cref="Select"/> out of a batch.</summary>
    internal static async Task<IReadOnlyList<ProgrammeYear>> ReadAsync(SqlMapper.GridReader grid) => Years(await grid.ReadAsync<Row>());

    /// <param name="years">Of one programme, in order of opening.</param>
    internal static ProgrammeYear Current(IReadOnlyList<ProgrammeYear> years, DateTimeOffset now) =>
        years.FirstOrDefault(y => y.IsInPeriod(now)) ?? years.FirstOrDefault(y => now < JapanTime.StartOf(y.Opens)) ?? years[^1];

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
        CapBasis = r.CapBasis,
        NumberScope = r.NumberScope,
        Categories = ApplicationJson.Read<IReadOnlyList<ServiceCategory>>(r.Categories),
        Rates = ApplicationJson.Read<IReadOnlyList<MedicalRate>>(r.Rates),
        Documents = ApplicationJson.Read<IReadOnlyList<DocumentRule>>(r.Documents),
    })];

    private sealed record Row(
        string Id, Programme Programme, string Year, DateOnly Opens, DateOnly Closes, DateOnly? EarliestWorkDate, long? BudgetYen, string? StoppedBecause,
        CapBasis CapBasis, NumberScope NumberScope, string Categories, string Rates, string Documents);

    private sealed record TotalsRow(long Committed, long Open);
}
