using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Reviews;

/// <summary>What makes an application worth a look, whatever its state.</summary>
public enum QueueFlag
{
    /// <summary>Another applicant says that the number is theirs (rule 2).</summary>
    Reported,

    /// <summary>An automatic check of the latest submission came out as 否.</summary>
    Failed,

    /// <summary>差戻し in an earlier version.</summary>
    Returned,

    /// <summary>Another live application seems to have one of its receipts too.</summary>
    Reused,

    /// <summary>No team covers its prefecture and programme.</summary>
    Uncovered,
}

/// <summary>Which applications a queue shows. Amounts in yen, dates in Japan, both ends included; null: no limit.</summary>
/// <param name="Statuses">One or more, never draft.</param>
/// <param name="Reviewer">Only those on this clerk's list; null: everybody's.</param>
public sealed record QueueFilter(IReadOnlyList<Status> Statuses, Programme? Programme = null, Guid? Reviewer = null, QueueSearch? Search = null)
{
    /// <summary>都道府県番号, two digits.</summary>
    public string? Prefecture { get; init; }

    public Guid? Team { get; init; }

    /// <summary>Only those on nobody's list.</summary>
    public bool Unassigned { get; init; }

    public QueueFlag? Flag { get; init; }

    /// <summary>Only those whose date (ExpectedDates) lies before this day.</summary>
    public DateOnly? OverdueOn { get; init; }

    public long? AmountFrom { get; init; }

    public long? AmountTo { get; init; }

    public DateOnly? ReceivedFrom { get; init; }

    public DateOnly? ReceivedTo { get; init; }

    /// <summary>Leaves out what this person has declared a conflict of interest with; null: nothing is left out.</summary>
    public Guid? WithoutConflictsOf { get; init; }
}

/// <summary>What a queue is sorted by; ties by reception.</summary>
public enum QueueSort
{
    /// <summary>By the date of ExpectedDates, then by reception (要綱 §15-2).</summary>
    Urgency,

    /// <summary>By reception.</summary>
    Date,

    /// <summary>By the amount applied for.</summary>
    Amount,
}

/// <param name="Descending">Latest, or largest, first.</param>
public readonly record struct QueueOrder(QueueSort Sort, bool Descending = false);

/// <summary>Where a queue goes on: what its last line was sorted by.</summary>
public sealed record QueuePosition(DateOnly DueOn, long AppliedYen, DateTimeOffset ReceivedAt, Guid Id);

/// <summary>What is searched in.</summary>
public enum QueueField
{
    /// <summary>受付番号: the whole of it, or its beginning</summary>
    ReceiptNumber,

    /// <summary>介護事業所番号 / 医療機関コード: the whole of it, or its beginning</summary>
    Number,

    /// <summary>The institution's name, anywhere in it.</summary>
    Name,
}

/// <summary>What somebody typed into the queue's search: a receipt number, an institution's number or a name, told apart by their form.</summary>
/// <param name="Text">As it stands in the database.</param>
public sealed record QueueSearch(QueueField Field, string Text)
{
    private const int LongestName = 100;

    /// <summary>A name of one character is found nowhere: the index knows pairs.</summary>
    public bool IsTooShort => Field == QueueField.Name && JapaneseText.SearchKey(Text).Length < 2;

    /// <summary>Null for blank text.</summary>
    public static QueueSearch? Parse(string? text)
    {
        var line = JapaneseText.Line(text);
        if (line.Length == 0) return null;
        if (ReceiptNumber(JapaneseText.Code(line)) is { } receipt) return new QueueSearch(QueueField.ReceiptNumber, receipt);
        var code = JapaneseText.Code(line);
        return code.Length is >= 3 and <= 10 && char.IsAsciiDigit(code[0]) && code.All(char.IsAsciiLetterOrDigit)
            ? new QueueSearch(QueueField.Number, code)
            : new QueueSearch(QueueField.Name, line.Length > LongestName ? line[..LongestName] : line);
    }

    /// <summary>R8K00001234 becomes R8K-0000123-4, and a beginning of it the beginning; null where it is no receipt number.</summary>
    private static string? ReceiptNumber(string code)
    {
        var year = code.TakeWhile((c, i) => i == 0 ? c == 'R' : char.IsAsciiDigit(c)).Count();
        if (year < 2 || code.Length <= year || code[year] is not ('K' or 'I')) return null;
        var serial = code[(year + 1)..];
        if (serial.Length == 0 || !serial.All(char.IsAsciiDigit)) return serial.Length == 0 ? code : null;
        return $"{code[..(year + 1)]}-{(serial.Length > 7 ? $"{serial[..7]}-{serial[7..]}" : serial)}";
    }
}
