using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Web.Features.Public;

/// <summary>The query of <c>/simulator/care</c>, as typed.</summary>
public sealed record CareQuestion
{
    /// <summary>Null, not empty, when nothing is ticked: model binding fills no list that is there already.</summary>
    public IReadOnlyList<string>? Services { get; init; }
    public string? Readers { get; init; }
    public string? ReaderCost { get; init; }
    public string? SupportCost { get; init; }
    public string? Donation { get; init; }
    public string? OtherIncome { get; init; }
    public string? Nonprofit { get; init; }

    /// <summary>The amount by the same rules as an application's (要綱 §4, rules 3 and 4); null with at least one problem.</summary>
    public CareAnswer? Answer(ProgrammeYear year, Problems problems)
    {
        var chosen = (Services ?? []).Select(JapaneseText.Code).Where(c => c.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (chosen.Count == 0) problems.Add(nameof(Services), "提供しているサービスを1つ以上選んでください。");
        else if (chosen.FirstOrDefault(c => year.Service(c) is null) is { } unknown)
            problems.Add(nameof(Services), $"サービス「{unknown}」は助成の対象ではありません。一覧から選んでください。");
        IReadOnlyList<string> services = [.. year.Services.Select(s => s.Code).Where(chosen.Contains)];

        var readers = problems.Count(nameof(Readers), Readers, "カードリーダーの台数", 9999);
        var readerCost = problems.Yen(nameof(ReaderCost), ReaderCost, "カードリーダー購入費用");
        var supportCost = problems.Yen(nameof(SupportCost), SupportCost, "接続サポート費用");
        if (!problems.Errors.Any(e => e.Field is nameof(Readers) or nameof(ReaderCost)))
            foreach (var wrong in ApplicationReader.ReaderProblems(readers, readerCost, services.Count == 0 ? null : year.ReaderLimit(services)))
                problems.Add(wrong.Field, wrong.Message);
        var income = Simulation.ReadIncome(Donation, OtherIncome, Nonprofit, problems);
        return problems.Any
            ? null
            : new CareAnswer(services, readerCost, supportCost, income, GrantCalculation.ForCare(year, services, readerCost, supportCost, income));
    }
}

/// <summary>The query of <c>/simulator/medical</c>, as typed.</summary>
public sealed record MedicalQuestion
{
    /// <summary><c>hospital</c> or <c>clinic</c>.</summary>
    public string? Kind { get; init; }
    public string? Beds { get; init; }
    public string? Cost { get; init; }
    public string? Donation { get; init; }
    public string? OtherIncome { get; init; }
    public string? Nonprofit { get; init; }

    /// <inheritdoc cref="CareQuestion.Answer"/>
    public MedicalAnswer? Answer(ProgrammeYear year, Problems problems)
    {
        InstitutionKind? kind = Kind switch { "hospital" => InstitutionKind.Hospital, "clinic" => InstitutionKind.Clinic, _ => null };
        if (kind is null) problems.Add(nameof(Kind), "「病院」か「診療所」を選んでください。");
        var before = problems.Errors.Count;
        var beds = problems.Count(nameof(Beds), Beds, "病床数", 9999);
        MedicalRate? rate = null;
        if (kind is { } known && problems.Errors.Count == before)
        {
            rate = year.RateFor(known, beds);
            if (ApplicationReader.BedsProblem(known, beds) is { } wrong) problems.Add(nameof(Beds), wrong);
            else if (rate is null) problems.Add(nameof(Beds), "この病床数に当てはまる助成率がありません。病床数をご確認ください。");
        }
        var cost = problems.Yen(nameof(Cost), Cost, "対象経費");
        var income = Simulation.ReadIncome(Donation, OtherIncome, Nonprofit, problems);
        return problems.Any ? null : new MedicalAnswer(rate!, beds, income, GrantCalculation.ForMedical(rate!, cost, income));
    }
}

/// <param name="Services">Distinct codes in the programme's order.</param>
public sealed record CareAnswer(IReadOnlyList<string> Services, Yen ReaderCost, Yen SupportCost, Income Income, GrantCalculation Calculation);

public sealed record MedicalAnswer(MedicalRate Rate, int Beds, Income Income, GrantCalculation Calculation);

/// <summary>A simulator's page.</summary>
/// <param name="Answer">Null on the first visit and where something typed is wrong.</param>
public sealed record Simulation<TQuestion, TAnswer>(Intake Intake, TQuestion Question, TAnswer? Answer)
    where TAnswer : class;

/// <summary>What both simulators read alike.</summary>
public static class Simulation
{
    internal static Income ReadIncome(string? donation, string? otherIncome, string? nonprofit, Problems problems) => new(
        problems.Yen(nameof(CareQuestion.Donation), donation, "寄付金"),
        problems.Yen(nameof(CareQuestion.OtherIncome), otherIncome, "その他の収入"),
        string.Equals(nonprofit, "true", StringComparison.OrdinalIgnoreCase));
}
