using GrantPortal.Domain.Documents;

namespace GrantPortal.Domain.Programmes;

/// <summary>
/// One programme in one fiscal year: its period and every figure the rules use. A row of the database, so an operator can shorten, stop
/// or reopen a period (要綱 §15) and add the next year without a release.
/// </summary>
public sealed record ProgrammeYear
{
    /// <summary>As in <c>R8-care</c>.</summary>
    public required string Id { get; init; }
    public required Programme Programme { get; init; }

    /// <summary>As in <c>R8</c>.</summary>
    public required string Year { get; init; }

    /// <summary>First day of the application period, Japan time.</summary>
    public required DateOnly Opens { get; init; }

    /// <summary>Last day of the application period, to its end, Japan time.</summary>
    public required DateOnly Closes { get; init; }

    /// <summary>The work must be completed on or after this day; null: no such date.</summary>
    public DateOnly? EarliestWorkDate { get; init; }

    /// <summary>予算, yen; null: unlimited.</summary>
    public Yen? Budget { get; init; }

    /// <summary>Why an operator stopped reception (要綱 §15-3), announced on the portal; null: not stopped.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>What an operator announces on the home page; null: nothing.</summary>
    public Announcement? Announcement { get; init; }

    /// <summary>Counts an operator's changes: who saw another one overwrites nothing.</summary>
    public int Version { get; init; } = 1;
    public CapBasis CapBasis { get; init; } = CapBasis.Category;
    public NumberScope NumberScope { get; init; } = NumberScope.AllYears;
    public IReadOnlyList<ServiceCategory> Categories { get; init; } = [];
    public IReadOnlyList<MedicalRate> Rates { get; init; } = [];
    public IReadOnlyList<DocumentRule> Documents { get; init; } = [];

    /// <summary>「令和8年度」.</summary>
    public string YearName => Year is ['R', .. var number] ? $"令和{number}年度" : Year;

    /// <summary>「令和8年度 介護事業所」.</summary>
    public string FullName => $"{YearName} {(Programme == Programme.Care ? "介護事業所" : "医療機関")}";

    public IEnumerable<Service> Services => Categories.SelectMany(c => c.Services);

    /// <summary>Inside the period and not stopped. The first moment is 0:00 of the first day, the last is just before 24:00 of the last (JST).</summary>
    public bool IsOpen(DateTimeOffset now) => StoppedBecause is null && IsInPeriod(now);

    /// <summary>Inside the period's dates, stopped or not.</summary>
    public bool IsInPeriod(DateTimeOffset now) => now >= JapanTime.StartOf(Opens) && now < JapanTime.EndOf(Closes);

    public Service? Service(string code) => Services.FirstOrDefault(s => s.Code == code);

    /// <summary>The highest grant for an office with these services, yen (要綱 §4 and 別表).</summary>
    public Yen Cap(IEnumerable<string> services) => new(Counted(services).Sum(c => c.Cap.Amount));

    /// <summary>How many card readers are covered for an office with these services (要綱 別表).</summary>
    public int ReaderLimit(IEnumerable<string> services) => Counted(services).Sum(c => c.Readers);

    /// <summary>The rate for an institution; null where kind and beds do not fit together.</summary>
    public MedicalRate? RateFor(InstitutionKind kind, int beds) => Rates.FirstOrDefault(r => r.Covers(kind, beds));

    public DocumentRule? RuleFor(DocumentKind kind) => Documents.FirstOrDefault(d => d.Kind == kind);

    /// <summary>Each category as often as it counts: once if any of its services is offered, or once per service by the setting.</summary>
    private IEnumerable<ServiceCategory> Counted(IEnumerable<string> services)
    {
        var offered = services.ToHashSet(StringComparer.Ordinal);
        return Categories.SelectMany(category =>
        {
            var count = category.Services.Count(s => offered.Contains(s.Code));
            return Enumerable.Repeat(category, CapBasis == CapBasis.Category ? Math.Min(count, 1) : count);
        });
    }
}
