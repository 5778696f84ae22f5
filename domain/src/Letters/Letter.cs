using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Letters;

/// <summary>What an applicant is told by letter.</summary>
public enum LetterKind
{
    /// <summary>交付決定通知書 (要綱 §7)</summary>
    Grant,

    /// <summary>不交付決定通知書 (要綱 §7)</summary>
    Refusal,

    /// <summary>差戻しのお知らせ</summary>
    Return,
}

/// <summary>The number of a decision letter: from 1 without gaps in each fiscal year [choice: both kinds of decision in one series].</summary>
/// <param name="FiscalYear">The year in which it begins (April), as in 2026 for 令和8年度.</param>
public sealed record LetterNumber(int FiscalYear, int Serial)
{
    /// <summary>As in 「令和8年度 決定第12号」.</summary>
    public override string ToString() => $"{JapanTime.FiscalYearName(FiscalYear)} 決定第{Serial}号";
}

/// <summary>An item of a 差戻し as the letter names it.</summary>
public sealed record LetterItem(string Name, string Reason);

/// <summary>
/// What a letter says, kept as it was when it was issued: later changes of a profile, a setting or the list of items do not rewrite it.
/// </summary>
/// <param name="YearName">「令和8年度」.</param>
/// <param name="Number">介護事業所番号 / 医療機関コード.</param>
/// <param name="Institution">The institution's name.</param>
/// <param name="Address">The institution's address.</param>
/// <param name="Applicant">Whom it is addressed to.</param>
/// <param name="Representative">代表者名; null for a sole proprietor.</param>
/// <param name="Date">The day of the decision or the return, JST.</param>
/// <param name="ReceivedOn">The day of the reception it answers, JST.</param>
/// <param name="Applied">Yen.</param>
/// <param name="Granted">Yen; null unless granted.</param>
/// <param name="PaymentBy">The end of the month after the decision's [choice]; null unless granted.</param>
/// <param name="Reason">Of a refusal, or of a grant below the amount applied for.</param>
/// <param name="Items">Of a return.</param>
/// <param name="AnswerBy">Of a return: the date an answer is asked by.</param>
/// <param name="Terms">Which edition of 要綱 §5 the grant carries, for <see cref="GrantConditions.Of"/>.</param>
/// <param name="Issuer">In whose name it is written.</param>
public sealed record Letter(
    LetterKind Kind, Programme Programme, string YearName, string ReceiptNumber, string Number, string Institution, string Address, string Applicant, string? Representative,
    DateOnly Date, DateOnly ReceivedOn, Yen Applied, Yen? Granted, DateOnly? PaymentBy, string? Reason, IReadOnlyList<LetterItem> Items, DateOnly? AnswerBy, string Terms, string Issuer)
{
    /// <summary>「交付決定通知書」; also the name of its file.</summary>
    public string Title => TitleOf(Kind);

    public bool IsCare => Programme == Programme.Care;

    /// <summary>The file it is saved as, as in 「交付決定通知書_R8K-0000123-4.pdf」.</summary>
    public string FileName => $"{Title}_{ReceiptNumber}.pdf";

    public static string TitleOf(LetterKind kind) => kind switch
    {
        LetterKind.Grant => "交付決定通知書",
        LetterKind.Refusal => "不交付決定通知書",
        _ => "差戻しのお知らせ",
    };

    /// <summary>The kind of letter an event calls for; null for events that are not told by letter.</summary>
    public static LetterKind? KindFor(EventKind kind) => kind switch
    {
        EventKind.Granted => LetterKind.Grant,
        EventKind.Refused => LetterKind.Refusal,
        EventKind.Returned => LetterKind.Return,
        _ => null,
    };

    /// <summary>The letter about what happened; null for events that are not told by letter.</summary>
    /// <param name="application">As it is after the event.</param>
    /// <param name="content">The submitted version the event concerns.</param>
    /// <param name="issuer">In whose name it is written.</param>
    public static Letter? About(Application application, ApplicationEvent happened, ApplicationContent content, ProgrammeYear year, string issuer)
    {
        if (KindFor(happened.Kind) is not { } kind) return null;
        var names = ApplicationItems.For(year).ToDictionary(i => i.Key, i => i.Name, StringComparer.Ordinal);
        var granted = kind == LetterKind.Grant ? happened.Amount : null;
        return new Letter(
            kind, application.Programme, year.YearName, application.ReceiptNumber!, content.Number, content.Name, content.Address, content.Applicant.Name,
            content.Applicant.Kind == ApplicantKind.Corporation ? content.Applicant.Representative : null,
            JapanTime.DateOf(happened.At), JapanTime.DateOf(application.ReceivedAt!.Value), application.Applied, granted,
            kind == LetterKind.Grant ? ExpectedDates.PaymentBy(happened.At) : null,
            kind == LetterKind.Refusal || granted < application.Applied ? happened.Reason : null,
            [.. (happened.Items ?? []).Select(i => new LetterItem(names.GetValueOrDefault(i.Key, i.Key), i.Reason))],
            happened.AnswerBy, GrantConditions.Edition, issuer);
    }
}
