using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using GrantPortal.Domain;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Programmes;
using Npgsql;

namespace GrantPortal.Data.Programmes;

/// <summary>
/// Programme years as an operator set them. Read from the database every time, so that a period that is shortened or stopped (要綱 §15) is so
/// at once on every instance; a year is one row. All methods take an open connection and join the caller's transaction.
/// </summary>
public static class ProgrammeYearStore
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new YenConverter() },
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Every year of both programmes, the latest first.</summary>
    public static async Task<IReadOnlyList<ProgrammeYear>> AllAsync(NpgsqlConnection db, CancellationToken cancel = default)
    {
        const string sql = """
            select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, cap_basis, number_scope,
                   categories::text as categories, rates::text as rates, documents::text as documents
            from programme_years
            order by opens desc, id
            """;
        var rows = await db.QueryAsync<Row>(new CommandDefinition(sql, cancellationToken: cancel));
        return [.. rows.Select(r => r.ToYear())];
    }

    /// <summary>One year; null where there is none of that id.</summary>
    /// <param name="id">As in <c>R8-care</c>.</param>
    public static async Task<ProgrammeYear?> FindAsync(NpgsqlConnection db, string id, CancellationToken cancel = default)
    {
        const string sql = """
            select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, cap_basis, number_scope,
                   categories::text as categories, rates::text as rates, documents::text as documents
            from programme_years
            where id = @id
            """;
        var row = await db.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id }, cancellationToken: cancel));
        return row?.ToYear();
    }

    /// <summary>The year whose period is open and not stopped; null where none is. Whether its budget still allows intake says <see cref="BudgetAsync"/>.</summary>
    public static async Task<ProgrammeYear?> OpenNowAsync(NpgsqlConnection db, Programme programme, DateTimeOffset now, CancellationToken cancel = default) =>
        await CurrentAsync(db, programme, now, cancel) is { } year && year.IsOpen(now) ? year : null;

    /// <summary>
    /// The year to talk about: the one open now; else the one in its period though stopped; else the next to open; else the latest closed.
    /// Null where the programme has no year at all.
    /// </summary>
    public static async Task<ProgrammeYear?> CurrentAsync(NpgsqlConnection db, Programme programme, DateTimeOffset now, CancellationToken cancel = default)
    {
        const string sql = """
            select id, programme, year, opens, closes, earliest_work_date, budget_yen, stopped_because, cap_basis, number_scope,
                   categories::text as categories, rates::text as rates, documents::text as documents
            from programme_years
            where programme = @programme
            order by case when @today between opens and closes and stopped_because is null then 1
                          when @today between opens and closes then 2
                          when opens > @today then 3
                          else 4 end,
                     case when opens > @today then opens end,
                     closes desc
            limit 1
            """;
        var today = JapanTime.DateOf(now);
        var row = await db.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { programme, today }, cancellationToken: cancel));
        return row?.ToYear();
    }

    /// <summary>What is applied for and granted in a year: the sum of its stripes (docs/adr/0005), yen.</summary>
    public static async Task<BudgetPosition> BudgetAsync(NpgsqlConnection db, string yearId, CancellationToken cancel = default)
    {
        const string sql = """
            select coalesce(sum(committed_yen), 0)::bigint as committed, coalesce(sum(open_yen), 0)::bigint as open
            from programme_year_totals
            where year_id = @yearId
            """;
        var sums = await db.QuerySingleAsync<Sums>(new CommandDefinition(sql, new { yearId }, cancellationToken: cancel));
        return new BudgetPosition(new Yen(sums.Committed), new Yen(sums.Open));
    }

    private sealed record Sums(long Committed, long Open);

    private sealed record Row(
        string Id, Programme Programme, string Year, DateOnly Opens, DateOnly Closes, DateOnly? EarliestWorkDate, long? BudgetYen, string? StoppedBecause,
        CapBasis CapBasis, NumberScope NumberScope, string Categories, string Rates, string Documents)
    {
        public ProgrammeYear ToYear() => new()
        {
            Id = Id,
            Programme = Programme,
            Year = Year,
            Opens = Opens,
            Closes = Closes,
            EarliestWorkDate = EarliestWorkDate,
            Budget = BudgetYen is { } yen ? new Yen(yen) : null,
            StoppedBecause = StoppedBecause,
            CapBasis = CapBasis,
            NumberScope = NumberScope,
            Categories = Read<ServiceCategory>(Categories),
            Rates = Read<MedicalRate>(Rates),
            Documents = Read<DocumentRule>(Documents),
        };

        private IReadOnlyList<T> Read<T>(string json) =>
            JsonSerializer.Deserialize<List<T>>(json, Json) ?? throw new JsonException($"Programme year {Id}: a list of {typeof(T).Name} was expected.");
    }

    private sealed class YenConverter : JsonConverter<Yen>
    {
        public override Yen Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, Yen value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
    }
}
