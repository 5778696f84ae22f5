using FsCheck;
using FsCheck.Fluent;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>What holds for every amount, whatever the figures (要綱 §4).</summary>
public class GrantProperties
{
    public sealed record Case(bool Care, IReadOnlyList<string> Services, InstitutionKind Kind, int Beds, long Cost, long Donation, long Other, bool NonProfit)
    {
        public Income Income => new(new Yen(Donation), new Yen(Other), NonProfit);

        public GrantCalculation Calculation => Care
            ? GrantCalculation.ForCare(Years.R8Care, Services, new Yen(Cost / 3), new Yen(Cost - (Cost / 3)), Income)
            : GrantCalculation.ForMedical(Years.R8Medical.RateFor(Kind, Beds)!, new Yen(Cost), Income);

        public long Grant => Calculation.Grant.Amount;
    }

    private static readonly Gen<long> Amounts = Gen.OneOf(
        Gen.Choose(0, 200_000).Select(n => (long)n),
        Gen.Choose(0, 1_200_000).Select(n => (long)n),
        Gen.Elements(0L, 999L, 1_000L, 42_000L, 55_000L, 64_000L, 161_000L, 530_666L, 530_667L, 1_100_000L, Yen.LargestTyped));

    private static readonly Gen<(InstitutionKind Kind, int Beds)> Institutions = Gen.OneOf(
        Gen.Choose(20, 400).Select(beds => (InstitutionKind.Hospital, beds)),
        Gen.Choose(0, 19).Select(beds => (InstitutionKind.Clinic, beds)));

    private static readonly Gen<Case> Cases =
        from care in Gen.Elements(true, false)
        from services in Gen.SubListOf(Years.Codes.ToArray())
        from institution in Institutions
        from cost in Amounts
        from donation in Gen.Frequency((2, Gen.Constant(0L)), (1, Amounts))
        from other in Gen.Frequency((2, Gen.Constant(0L)), (1, Amounts))
        from nonProfit in Gen.Elements(true, false)
        select new Case(care, [.. services], institution.Kind, institution.Beds, cost, donation, other, nonProfit);

    [Fact]
    public void A_grant_is_a_multiple_of_1_000_yen() => Properties.Hold(Cases, c => c.Grant % 1000 == 0 && c.Grant >= 0);

    [Fact]
    public void A_grant_is_never_above_cap_or_cost_less_income() =>
        Properties.Hold(Cases, c => c.Grant <= c.Calculation.Cap.Amount && c.Grant <= Math.Max(0, c.Cost - c.Income.Deducted.Amount));

    [Fact]
    public void Less_than_1_000_yen_is_dropped_and_never_more() =>
        Properties.Hold(Cases, c => Exact(c) - c.Grant is >= 0m and < 1000m);

    [Fact]
    public void A_grant_never_falls_when_the_cost_rises() =>
        Properties.Hold(from c in Cases from more in Amounts select (c, more), x => (x.c with { Cost = x.c.Cost + x.more }).Grant >= x.c.Grant);

    [Fact]
    public void A_grant_never_rises_when_income_rises() => Properties.Hold(
        from c in Cases from more in Amounts select (c, more),
        x => (x.c with { Other = x.c.Other + x.more }).Grant <= x.c.Grant && (x.c with { Donation = x.c.Donation + x.more }).Grant <= x.c.Grant);

    [Fact]
    public void The_order_and_repetition_of_services_do_not_matter() => Properties.Hold(
        from c in Cases from shuffled in Gen.Shuffle(c.Services.Concat(c.Services).ToArray()) select (c, shuffled),
        x => (x.c with { Care = true, Services = x.shuffled }).Grant == (x.c with { Care = true }).Grant
            && Years.R8Care.ReaderLimit(x.shuffled) == Years.R8Care.ReaderLimit(x.c.Services));

    [Fact]
    public void A_non_profit_applicant_never_gets_less() =>
        Properties.Hold(Cases, c => (c with { NonProfit = true }).Grant >= (c with { NonProfit = false }).Grant);

    [Fact]
    public void Donations_do_not_change_what_a_non_profit_applicant_gets() => Properties.Hold(
        from c in Cases from donation in Amounts select (c, donation),
        x => (x.c with { NonProfit = true, Donation = x.donation }).Grant == (x.c with { NonProfit = true, Donation = 0 }).Grant);

    [Fact]
    public void Caps_per_service_code_are_never_below_caps_per_category() => Properties.Hold(Cases, c =>
    {
        var byCode = Years.R8Care with { CapBasis = CapBasis.ServiceCode };
        return byCode.Cap(c.Services) >= Years.R8Care.Cap(c.Services) && byCode.ReaderLimit(c.Services) >= Years.R8Care.ReaderLimit(c.Services);
    });

    [Fact]
    public void One_more_service_never_lowers_the_cap() => Properties.Hold(
        from c in Cases from code in Gen.Elements(Years.Codes.ToArray()) select (c, code),
        x => Years.R8Care.Cap([.. x.c.Services, x.code]) >= Years.R8Care.Cap(x.c.Services));

    /// <summary>The formula in exact decimals, before rounding down.</summary>
    private static decimal Exact(Case c)
    {
        var share = Math.Max(0, c.Cost - (c.NonProfit ? c.Other : c.Donation + c.Other)) * (c.Care ? 1m : c.Kind == InstitutionKind.Hospital && c.Beds >= 200 ? 0.5m : 0.75m);
        return Math.Min(share, c.Calculation.Cap.Amount);
    }
}
