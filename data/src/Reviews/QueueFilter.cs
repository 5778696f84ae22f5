using GrantPortal.Domain;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Data.Reviews;

/// <summary>Which applications a queue shows.</summary>
/// <param name="Statuses">One or more, never draft.</param>
/// <param name="Reviewer">Only those on this clerk's list; null: everybody's.</param>
public sealed record QueueFilter(IReadOnlyList<Status> Statuses, Programme? Programme = null, Guid? Reviewer = null, QueueSearch? Search = null);

/// <summary>Where a queue goes on: the last line shown.</summary>
public sealed record QueuePosition(DateTimeOffset ReceivedAt, Guid Id);

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
