using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Tests.Programmes;

/// <summary>要綱 §15: what an operator may change about a year, and what not any more.</summary>
public sealed class YearChangesTests
{
    private static readonly ProgrammeYear Care = Years.R8Care;
    private static readonly YearStanding Unused = new(Yen.Zero, InUse: false, []);
    private static readonly YearStanding InUse = new(new Yen(64_000), InUse: true, []);

    [Theory]
    [InlineData(63_999L, false)]
    [InlineData(64_000L, true)]
    [InlineData(null, true)]
    public void A_budget_is_never_below_what_is_committed(long? budget, bool allowed)
    {
        var refusal = YearChanges.Refuse(Care, Care with { Budget = budget is { } yen ? new Yen(yen) : null }, InUse);
        Assert.Equal(allowed, refusal is null);
        if (refusal is not null) Assert.Equal(RefusalCode.BudgetShort, refusal.Code);
    }

    [Fact]
    public void What_prices_applications_is_fixed_once_one_was_received()
    {
        ProgrammeYear[] changed =
        [
            Care with { Opens = Care.Opens.AddDays(1) },
            Care with { CapBasis = CapBasis.ServiceCode },
            Care with { NumberScope = NumberScope.OneYear },
            Care with { Categories = [.. Care.Categories.Select(c => c with { Readers = c.Readers + 1 })] },
            Care with { Rates = [new MedicalRate(InstitutionKind.Clinic, 0, 19, 1, 2, new Yen(1))] },
        ];
        Assert.All(changed, after => Assert.Null(YearChanges.Refuse(Care, after, Unused)));
        Assert.All(changed, after => Assert.Equal(RefusalCode.WrongState, YearChanges.Refuse(Care, after, InUse)?.Code));
        Assert.Null(YearChanges.Refuse(Care, Care with { Closes = Care.Closes.AddDays(-30), EarliestWorkDate = null, StoppedBecause = "停止" }, InUse));
    }

    [Fact]
    public void Periods_of_a_programme_do_not_overlap()
    {
        var other = Care with { Id = "R9-care", Year = "R9", Opens = Care.Closes.AddDays(1), Closes = Care.Closes.AddYears(1) };
        Assert.Null(YearChanges.Overlap(Care, [other, Care]));
        Assert.Contains("令和9年度", YearChanges.Overlap(Care with { Closes = other.Opens }, [other])?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_year_is_not_stopped_again_and_an_open_one_not_reopened()
    {
        var stopped = Care with { StoppedBecause = "停止" };
        Assert.Null(YearChanges.RefuseStop(Care));
        Assert.NotNull(YearChanges.RefuseStop(stopped));
        Assert.Null(YearChanges.RefuseReopening(stopped));
        Assert.NotNull(YearChanges.RefuseReopening(Care));
    }

    [Fact]
    public void The_next_year_has_the_figures_of_the_last_and_nothing_of_its_story()
    {
        var next = YearChanges.Next(Care with { Budget = new Yen(1), StoppedBecause = "停止", Announcement = new Announcement("お知らせ", DateTimeOffset.UnixEpoch), Version = 7 })!;
        Assert.Equal(("R9-care", "R9", "令和9年度", 1), (next.Id, next.Year, next.YearName, next.Version));
        Assert.Equal((Care.Opens.AddYears(1), Care.Closes.AddYears(1)), (next.Opens, next.Closes));
        Assert.Equal((null, null, null), (next.Budget, next.StoppedBecause, next.Announcement));
        Assert.Same(Care.Categories, next.Categories);
        Assert.Null(YearChanges.Next(Care with { Year = "H31" }));
    }

    [Fact]
    public void A_change_reads_as_what_it_was_and_what_it_is()
    {
        var changes = YearChanges.Between(Care, Care with { Budget = new Yen(5_000_000), StoppedBecause = "予算の見直し" });
        Assert.Equal([new YearChange("予算額", "上限なし", "5,000,000円"), new YearChange("受付の停止", "停止していない", "予算の見直し")], changes);
        Assert.Empty(YearChanges.Between(Care, Care with { Version = 9 }));
    }
}
