using System.Globalization;
using GrantPortal.Domain.Programmes;

namespace GrantPortal.Domain.Applications;

/// <summary>受付番号, as in <c>R8K-0000123-0</c>: year, K (介護) or I (医療), serial, check digit, so that a slip on the telephone shows.</summary>
public static class ReceiptNumbers
{
    /// <param name="serial">From the database's sequence: never given twice.</param>
    public static string Format(ProgrammeYear year, long serial)
    {
        var digits = serial.ToString("D7", CultureInfo.InvariantCulture);
        return $"{Beginning(year)}{digits}-{Offices.CheckDigits.Compute(digits)}";
    }

    /// <summary>With which all numbers of a year begin, and no other year's: <c>R8K-</c>.</summary>
    public static string Beginning(ProgrammeYear year) => $"{year.Year}{(year.Programme == Programme.Care ? 'K' : 'I')}-";
}
