namespace GrantPortal.Domain.Programmes;

/// <summary>
/// The amount of 要綱 §4 with every step that leads to it. Care: floor1000(min(A + B − deducted, cap)); medical:
/// floor1000(min(rate × (cost − deducted), cap)). Whole yen throughout; the rate is applied by integer division, which drops less
/// than one yen and so never changes the result of rounding down to 1,000.
/// </summary>
/// <param name="Cost">対象経費, tax included.</param>
/// <param name="Deducted">寄付金 + その他の収入; for a non-profit applicant その他の収入 only.</param>
/// <param name="Numerator">Of the rate; 1/1 for care offices.</param>
/// <param name="Cap">助成限度額.</param>
public sealed record GrantCalculation(Yen Cost, Yen Deducted, int Numerator, int Denominator, Yen Cap)
{
    /// <summary>Cost less what is deducted.</summary>
    public Yen Net => Cost.Less(Deducted);

    /// <summary>The rate's share of <see cref="Net"/>.</summary>
    public Yen Share => new(Net.Amount * Numerator / Denominator);

    /// <summary>The lower of share and cap.</summary>
    public Yen Lower => Yen.Min(Share, Cap);

    /// <summary>The grant: <see cref="Lower"/> without the part below 1,000 yen.</summary>
    public Yen Grant => Lower.FloorThousand();

    public static GrantCalculation ForCare(ProgrammeYear year, IEnumerable<string> services, Yen readerCost, Yen supportCost, Income income) =>
        new(readerCost + supportCost, income.Deducted, 1, 1, year.Cap(services));

    public static GrantCalculation ForMedical(MedicalRate rate, Yen cost, Income income) =>
        new(cost, income.Deducted, rate.Numerator, rate.Denominator, rate.Cap);
}

/// <summary>What the applicant received towards the cost (要綱 §4: 寄付金その他の収入額).</summary>
/// <param name="NonProfit">営利を目的としない法人: donations are not deducted.</param>
public readonly record struct Income(Yen Donation, Yen Other, bool NonProfit)
{
    public Yen Deducted => NonProfit ? Other : Donation + Other;
}
