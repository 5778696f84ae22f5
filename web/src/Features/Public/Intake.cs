using GrantPortal.Data;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Web.Features.Public;

/// <summary>Whether a first submission would be taken now, and if not, why.</summary>
public enum IntakeState
{
    Open,

    /// <summary>Before the first day of the period.</summary>
    NotYet,

    /// <summary>After its last day.</summary>
    Ended,

    /// <summary>An operator stopped reception (要綱 §15-3).</summary>
    Stopped,

    /// <summary>Pledged has reached the budget (要綱 §15-1).</summary>
    BudgetReached,
}

/// <summary>A programme as its public pages tell it: the year to talk about and the state of its intake.</summary>
/// <param name="Today">Japan date.</param>
public sealed record Intake(ProgrammeYear Year, IntakeState State, DateOnly Today)
{
    public Programme Programme => Year.Programme;

    /// <summary>Null where the programme has no year at all.</summary>
    public static async Task<Intake?> ReadAsync(Database database, Programme programme, DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await database.OpenAsync(cancel);
        if (await ProgrammeYearStore.CurrentAsync(db, programme, now, cancel) is not { } year) return null;
        var budget = year.IsOpen(now) && year.Budget is not null ? await db.AskAsync(ProgrammeYearStore.Budget(year.Id), cancel) : default;
        return new Intake(year, StateOf(year, budget, now), JapanTime.DateOf(now));
    }

    public static IntakeState StateOf(ProgrammeYear year, BudgetPosition budget, DateTimeOffset now)
    {
        if (now < JapanTime.StartOf(year.Opens)) return IntakeState.NotYet;
        if (!year.IsInPeriod(now)) return IntakeState.Ended;
        if (year.StoppedBecause is not null) return IntakeState.Stopped;
        return budget.IntakeOpen(year.Budget) ? IntakeState.Open : IntakeState.BudgetReached;
    }

    /// <summary>On the chip.</summary>
    public string Word => WordOf(State);

    public static string WordOf(IntakeState state) => state switch
    {
        IntakeState.Open => "受付中",
        IntakeState.NotYet => "受付開始前",
        IntakeState.Ended => "受付終了",
        _ => "受付停止中",
    };

    /// <summary>Why nothing can be submitted and what that means for applications under way; null while intake is open.</summary>
    public string? Notice => State switch
    {
        IntakeState.Open => null,
        IntakeState.NotYet => $"{Year.YearName}の申請は、{JapaneseDay.Of(Year.Opens)}から受け付けます。",
        IntakeState.Ended => $"{Year.YearName}の受付は、{JapaneseDay.Of(Year.Closes)}に終了しました。差戻しを受けた申請の再提出は、引き続き受け付けています。",
        IntakeState.Stopped => $"新しい申請の受付を停止しています。理由：{Sentence(Year.StoppedBecause!)}提出済みの申請の審査と、差戻しを受けた申請の再提出は続けています。",
        _ => "申請額の合計が予算額に達したため、新しい申請の受付を締め切っています。取下げなどで予算に余裕が生じたときは、受付を再開します。",
    };

    private static string Sentence(string text) => text.EndsWith('。') ? text : text + "。";
}

/// <summary>Dates as they are read: 「2026年5月7日（木）」.</summary>
public static class JapaneseDay
{
    public static string Of(DateOnly day) => $"{day:yyyy年M月d日}（{"日月火水木金土"[(int)day.DayOfWeek]}）";
}
