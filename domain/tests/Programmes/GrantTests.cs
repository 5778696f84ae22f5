using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>The amount (要綱 §4): the scheme's table, and every boundary of it.</summary>
public class GrantTests
{
    [Theory]
    [InlineData("11", 39_000, 30_000, 0, 0, false, 64_000)]
    [InlineData("11", 33_500, 22_480, 0, 0, false, 55_000)]
    [InlineData("11 51", 58_000, 70_000, 0, 0, false, 119_000)]
    [InlineData("11 15", 39_000, 60_000, 0, 0, false, 64_000)]
    [InlineData("17", 14_500, 27_499, 0, 0, false, 41_000)]
    [InlineData("51", 29_000, 40_000, 0, 20_000, false, 49_000)]
    [InlineData("51", 29_000, 40_000, 20_000, 0, false, 49_000)]
    [InlineData("51", 29_000, 40_000, 20_000, 0, true, 55_000)]
    public void A_care_office_gets_the_amount_of_the_table(string services, long readers, long support, long donation, long other, bool nonProfit, long grant) =>
        Assert.Equal(new Yen(grant), Care(services, readers, support, donation, other, nonProfit).Grant);

    [Theory]
    [InlineData(InstitutionKind.Hospital, 200, 1_100_000, 550_000)]
    [InlineData(InstitutionKind.Hospital, 199, 530_667, 398_000)]
    [InlineData(InstitutionKind.Clinic, 0, 530_666, 397_000)]
    [InlineData(InstitutionKind.Hospital, 200, 999_999, 499_000)]
    public void A_medical_institution_gets_the_amount_of_the_table(InstitutionKind kind, int beds, long cost, long grant) =>
        Assert.Equal(new Yen(grant), Medical(kind, beds, cost).Grant);

    [Theory]
    [InlineData(63_999, 63_000)]
    [InlineData(64_000, 64_000)]
    [InlineData(64_001, 64_000)]
    [InlineData(64_999, 64_000)]
    [InlineData(65_000, 64_000)]
    [InlineData(999, 0)]
    [InlineData(1_000, 1_000)]
    [InlineData(1_001, 1_000)]
    [InlineData(1_999, 1_000)]
    [InlineData(2_000, 2_000)]
    [InlineData(0, 0)]
    public void A_care_grant_is_exact_around_the_cap_and_around_each_thousand(long cost, long grant) =>
        Assert.Equal(new Yen(grant), Care("11", 0, cost).Grant);

    [Theory]
    [InlineData("11", 64_000, 3)]
    [InlineData("2A", 64_000, 3)]
    [InlineData("51", 55_000, 2)]
    [InlineData("17", 42_000, 1)]
    [InlineData("11 79", 64_000, 3)]
    [InlineData("11 51", 119_000, 5)]
    [InlineData("11 17", 106_000, 4)]
    [InlineData("51 17", 97_000, 3)]
    [InlineData("11 51 17", 161_000, 6)]
    [InlineData("", 0, 0)]
    [InlineData("99", 0, 0)]
    public void Caps_and_readers_add_up_over_distinct_categories(string services, long cap, int readers)
    {
        Assert.Equal(new Yen(cap), Years.R8Care.Cap(Split(services)));
        Assert.Equal(readers, Years.R8Care.ReaderLimit(Split(services)));
    }

    [Fact]
    public void All_services_together_reach_161_000_yen_and_6_readers()
    {
        Assert.Equal(new Yen(161_000), Years.R8Care.Cap(Years.Codes));
        Assert.Equal(6, Years.R8Care.ReaderLimit(Years.Codes));
    }

    [Theory]
    [InlineData("11 15", 128_000, 6)]
    [InlineData("11 11", 64_000, 3)]
    [InlineData("11 15 51", 183_000, 8)]
    public void By_the_other_setting_caps_and_readers_add_up_over_service_codes(string services, long cap, int readers)
    {
        var year = Years.R8Care with { CapBasis = CapBasis.ServiceCode };
        Assert.Equal(new Yen(cap), year.Cap(Split(services)));
        Assert.Equal(readers, year.ReaderLimit(Split(services)));
    }

    [Theory]
    [InlineData(InstitutionKind.Hospital, 200, "1/2", 550_000)]
    [InlineData(InstitutionKind.Hospital, 9_999, "1/2", 550_000)]
    [InlineData(InstitutionKind.Hospital, 199, "3/4", 398_000)]
    [InlineData(InstitutionKind.Hospital, 20, "3/4", 398_000)]
    [InlineData(InstitutionKind.Clinic, 19, "3/4", 398_000)]
    [InlineData(InstitutionKind.Clinic, 0, "3/4", 398_000)]
    public void The_rate_follows_kind_and_beds(InstitutionKind kind, int beds, string label, long cap)
    {
        var rate = Years.R8Medical.RateFor(kind, beds);
        Assert.Equal((label, new Yen(cap)), (rate?.Label, rate?.Cap));
    }

    [Theory]
    [InlineData(InstitutionKind.Hospital, 19)]
    [InlineData(InstitutionKind.Clinic, 20)]
    [InlineData(InstitutionKind.Clinic, 200)]
    public void There_is_no_rate_where_kind_and_beds_do_not_fit(InstitutionKind kind, int beds) => Assert.Null(Years.R8Medical.RateFor(kind, beds));

    [Theory]
    [InlineData(InstitutionKind.Hospital, 200, 1_099_999, 549_000)]
    [InlineData(InstitutionKind.Hospital, 200, 1_100_001, 550_000)]
    [InlineData(InstitutionKind.Hospital, 200, 2_000, 1_000)]
    [InlineData(InstitutionKind.Hospital, 200, 1_999, 0)]
    [InlineData(InstitutionKind.Clinic, 19, 530_668, 398_000)]
    [InlineData(InstitutionKind.Clinic, 19, 532_000, 398_000)]
    [InlineData(InstitutionKind.Clinic, 0, 1_334, 1_000)]
    [InlineData(InstitutionKind.Clinic, 0, 1_333, 0)]
    public void A_medical_grant_is_exact_around_its_cap_and_the_first_thousand(InstitutionKind kind, int beds, long cost, long grant) =>
        Assert.Equal(new Yen(grant), Medical(kind, beds, cost).Grant);

    [Fact]
    public void Medical_income_is_deducted_before_the_rate_is_applied() =>
        Assert.Equal(new Yen(450_000), GrantCalculation.ForMedical(Rate(InstitutionKind.Hospital, 200), new Yen(1_000_000), Income(60_000, 40_000, false)).Grant);

    [Fact]
    public void Other_income_is_deducted_from_a_non_profit_applicant_too() => Assert.Equal(new Yen(49_000), Care("51", 29_000, 40_000, 7_000, 20_000, true).Grant);

    [Fact]
    public void More_income_than_cost_leaves_nothing() => Assert.Equal(Yen.Zero, Care("11", 0, 50_000, 30_000, 30_000).Grant);

    [Fact]
    public void The_largest_amounts_that_can_be_typed_do_not_overflow() =>
        Assert.Equal(new Yen(398_000), Medical(InstitutionKind.Clinic, 0, Yen.LargestTyped).Grant);

    [Fact]
    public void Every_step_of_the_calculation_can_be_shown()
    {
        var steps = GrantCalculation.ForMedical(Rate(InstitutionKind.Clinic, 0), new Yen(530_666), Income(0, 10_000, false));
        Assert.Equal(
            (new Yen(530_666), new Yen(10_000), new Yen(520_666), new Yen(390_499), new Yen(398_000), new Yen(390_499), new Yen(390_000)),
            (steps.Cost, steps.Deducted, steps.Net, steps.Share, steps.Cap, steps.Lower, steps.Grant));
    }

    private static GrantCalculation Care(string services, long readers, long support, long donation = 0, long other = 0, bool nonProfit = false) =>
        GrantCalculation.ForCare(Years.R8Care, Split(services), new Yen(readers), new Yen(support), Income(donation, other, nonProfit));

    private static GrantCalculation Medical(InstitutionKind kind, int beds, long cost) => GrantCalculation.ForMedical(Rate(kind, beds), new Yen(cost), default);

    private static MedicalRate Rate(InstitutionKind kind, int beds) => Years.R8Medical.RateFor(kind, beds)!;

    private static Income Income(long donation, long other, bool nonProfit) => new(new Yen(donation), new Yen(other), nonProfit);

    private static string[] Split(string services) => services.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
