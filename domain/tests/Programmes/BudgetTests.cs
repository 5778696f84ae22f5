using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>The budget of a programme year (要綱 §15-1).</summary>
public class BudgetTests
{
    [Theory]
    [InlineData(400_000, 599_999, true)]
    [InlineData(400_000, 600_000, false)]
    [InlineData(400_000, 600_001, false)]
    [InlineData(1_000_000, 0, false)]
    [InlineData(0, 1_000_000, false)]
    [InlineData(0, 0, true)]
    public void Intake_closes_when_what_is_pledged_reaches_the_budget(long committed, long open, bool intake) =>
        Assert.Equal(intake, Position(committed, open).IntakeOpen(new Yen(1_000_000)));

    [Theory]
    [InlineData(936_000, 64_000, true)]
    [InlineData(936_001, 64_000, false)]
    [InlineData(936_000, 64_001, false)]
    [InlineData(0, 1_000_000, true)]
    [InlineData(1_000_000, 1_000, false)]
    public void A_grant_may_use_the_budget_up_but_not_exceed_it(long committed, long grant, bool allowed) =>
        Assert.Equal(allowed, Position(committed, 9_999_999).Allows(new Yen(grant), new Yen(1_000_000)));

    [Fact]
    public void Without_a_budget_nothing_is_limited()
    {
        Assert.True(Position(long.MaxValue / 4, long.MaxValue / 4).IntakeOpen(null));
        Assert.True(Position(long.MaxValue / 4, 0).Allows(new Yen(161_000), null));
    }

    [Fact]
    public void A_budget_of_zero_yen_takes_nothing_in()
    {
        Assert.False(Position(0, 0).IntakeOpen(Yen.Zero));
        Assert.False(Position(0, 0).Allows(new Yen(1_000), Yen.Zero));
    }

    [Fact]
    public void Pledged_is_committed_and_what_is_still_applied_for() => Assert.Equal(new Yen(7_000), Position(3_000, 4_000).Pledged);

    private static BudgetPosition Position(long committed, long open) => new(new Yen(committed), new Yen(open));
}
