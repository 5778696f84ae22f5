using Dapper;
using GrantPortal.Data.Applications;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;
using GrantPortal.Testing;

namespace GrantPortal.Data.Tests.Programmes;

/// <summary>Operators change years one at a time, and not while somebody counts on them.</summary>
public sealed class YearEditsTests(PortalServices services) : DatabaseTest(services)
{
    [Fact]
    public async Task What_is_saved_is_read_back_and_counts_the_version()
    {
        await using var db = await Database.OpenAsync(Cancel);
        var (year, standing) = (await YearEdits.ForUpdateAsync(db, "R8-care", Cancel))!.Value;
        Assert.Equal((Yen.Zero, false), (standing.Committed, standing.InUse));
        Assert.Equal(["R7-care"], standing.Others.Select(o => o.Id));
        var changed = year with
        {
            Closes = new DateOnly(2027, 1, 31),
            EarliestWorkDate = null,
            Budget = new Yen(20_000_000_000),
            StoppedBecause = "予算の見直し",
            Announcement = new Announcement("受付を停止しました。\n再開はお知らせします。", TestClock.Usual),
            CapBasis = CapBasis.ServiceCode,
            NumberScope = NumberScope.OneYear,
            Categories = [.. year.Categories.Select(c => c with { Cap = c.Cap + new Yen(1000) })],
        };
        Assert.True(await YearEdits.SaveAsync(db, changed, year.Version, Cancel));
        var read = (await ProgrammeYearStore.FindAsync(db, "R8-care", Cancel))!;
        Assert.Equal(year.Version + 1, read.Version);
        Assert.Empty(YearChanges.Between(changed, read));
        Assert.Equal([65_000L, 56_000, 43_000], read.Categories.Select(c => c.Cap.Amount));
        Assert.Equal(35, read.Services.Count());
        Assert.Equal(["R8-care"], (await ProgrammeYearStore.AnnouncedAsync(db, Cancel)).Select(y => y.Id));
    }

    [Fact]
    public async Task Of_two_who_saw_the_same_one_saves()
    {
        await using var first = await Database.OpenAsync(Cancel);
        await using var second = await Database.OpenAsync(Cancel);
        var seen = (await ProgrammeYearStore.FindAsync(first, "R8-care", Cancel))!;
        var saved = await Task.WhenAll(new[] { first, second }.Select(async (db, i) =>
        {
            await using var transaction = await db.BeginTransactionAsync(Cancel);
            await YearEdits.ForUpdateAsync(db, "R8-care", Cancel);
            var done = await YearEdits.SaveAsync(db, seen with { Budget = new Yen(1_000 * (i + 1)) }, seen.Version, Cancel);
            await transaction.CommitAsync(Cancel);
            return done;
        }));
        Assert.Equal(1, saved.Count(s => s));
    }

    [Fact]
    public async Task A_change_waits_for_those_who_count_on_the_year_though_it_has_no_budget_yet()
    {
        await using var counting = await Database.OpenAsync(Cancel);
        await using var changing = await Database.OpenAsync(Cancel);
        await using var decision = await counting.BeginTransactionAsync(Cancel);
        await counting.ExecuteAsync("select id from programme_years where programme = 'care' and budget_yen is null order by id for share");
        await counting.ExecuteAsync("update programme_year_totals set committed_yen = 50000 where year_id = 'R8-care' and stripe = 3");

        await using var change = await changing.BeginTransactionAsync(Cancel);
        var waiting = YearEdits.ForUpdateAsync(changing, "R8-care", Cancel);
        await using var watching = await Database.OpenAsync(Cancel);
        while (await watching.QuerySingleAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0) await Task.Yield();
        Assert.False(waiting.IsCompleted);
        await decision.CommitAsync(Cancel);
        Assert.Equal(new Yen(50_000), (await waiting)!.Value.Standing.Committed);
    }

    [Fact]
    public async Task A_year_is_added_once_with_its_stripes()
    {
        await using var db = await Database.OpenAsync(Cancel);
        var next = YearChanges.Next((await ProgrammeYearStore.FindAsync(db, "R8-medical", Cancel))!)!;
        Assert.True(await YearEdits.AddAsync(db, next, Cancel));
        Assert.False(await YearEdits.AddAsync(db, next, Cancel));
        var read = (await ProgrammeYearStore.FindAsync(db, "R9-medical", Cancel))!;
        Assert.Empty(YearChanges.Between(next, read));
        Assert.Equal(("令和9年度 医療機関", new DateOnly(2027, 5, 7), 1), (read.FullName, read.Opens, read.Version));
        Assert.Equal(next.Documents, read.Documents);
        Assert.Equal(16, await db.QuerySingleAsync<long>("select count(*) from programme_year_totals where year_id = 'R9-medical'"));
    }
}
