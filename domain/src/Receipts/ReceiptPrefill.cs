using System.Globalization;
using GrantPortal.Domain.Applications;

namespace GrantPortal.Domain.Receipts;

/// <summary>A receipt's fields on ④: what was typed, and in empty ones what was read, to be confirmed. What was typed is never overwritten.</summary>
/// <param name="IsRead">At least one field shows what was read.</param>
public sealed record ReceiptPrefill(string? Date, string? Issuer, string? Amount, bool IsRead)
{
    /// <summary>The reading is still to come.</summary>
    public bool IsAwaited { get; init; }

    /// <param name="read">Null: nothing was.</param>
    public static ReceiptPrefill Of(ReceiptAnswers typed, ReceiptFindings? read)
    {
        var date = Choose(typed.Date, read?.Date?.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var issuer = Choose(typed.Issuer, read?.Issuer?.Value);
        var amount = Choose(typed.Amount, read?.Total?.Value.Amount.ToString(CultureInfo.InvariantCulture));
        return new ReceiptPrefill(date.Text, issuer.Text, amount.Text, date.Read || issuer.Read || amount.Read);
    }

    private static (string? Text, bool Read) Choose(string? typed, string? read) =>
        string.IsNullOrWhiteSpace(typed) && !string.IsNullOrEmpty(read) ? (read, true) : (typed, false);
}
