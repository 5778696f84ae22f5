namespace GrantPortal.Domain.Applications;

/// <summary>How long records are kept [choice, after 要綱 §5-7]. Days are days in Japan; an operator's legal hold goes before all of it.</summary>
public static class Retention
{
    /// <summary>Fiscal years after the one of the decision or the end.</summary>
    public const int FiscalYears = 5;

    /// <summary>Months after which a draft nobody touched is deleted.</summary>
    public const int DraftMonths = 12;

    /// <summary>Days between the mail about it and the deletion.</summary>
    public const int DraftNoticeDays = 30;

    /// <summary>The last day the records of an application that was decided or ended on a day are kept.</summary>
    public static DateOnly KeptUntil(DateOnly ended) => new(JapanTime.FiscalYearOf(ended) + FiscalYears + 1, 3, 31);

    /// <summary>What ended before this day is kept no longer on <paramref name="today"/>.</summary>
    public static DateOnly EndedBefore(DateOnly today) => new(JapanTime.FiscalYearOf(today) - FiscalYears, 4, 1);

    /// <summary>The first day on which a draft that was last touched on a day may be deleted.</summary>
    public static DateOnly DraftDeletedOn(DateOnly touched) => touched.AddMonths(DraftMonths);

    /// <summary>The day from which the mail goes out.</summary>
    public static DateOnly DraftNoticeOn(DateOnly touched) => DraftDeletedOn(touched).AddDays(-DraftNoticeDays);

    /// <summary>The day a draft is deleted whose mail goes out today: later than <see cref="DraftDeletedOn"/> where the mail is late, so that 30 days always remain.</summary>
    public static DateOnly DraftDeletedOn(DateOnly touched, DateOnly noticed)
    {
        var (due, fair) = (DraftDeletedOn(touched), noticed.AddDays(DraftNoticeDays));
        return due > fair ? due : fair;
    }
}
