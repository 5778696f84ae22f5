namespace GrantPortal.Domain.Applications;

/// <summary>Dates told to everyone, never gates, all Japan dates.</summary>
public static class ExpectedDates
{
    /// <summary>The month of review: the month after reception (要綱 §7). Its last day.</summary>
    public static DateOnly ReviewBy(DateTimeOffset receivedAt) => JapanTime.EndOfMonth(JapanTime.DateOf(receivedAt), 1);

    /// <summary>The result: by the end of the month after that (要綱 §7).</summary>
    public static DateOnly ResultBy(DateTimeOffset receivedAt) => JapanTime.EndOfMonth(JapanTime.DateOf(receivedAt), 2);

    /// <summary>Payment: by the end of the month after the decision's [choice].</summary>
    public static DateOnly PaymentBy(DateTimeOffset decidedAt) => JapanTime.EndOfMonth(JapanTime.DateOf(decidedAt), 1);
}
